/** S3 refuses this object or key permanently: a retry cannot help. */
export class StorageRefusedError extends Error {
  override readonly name = 'StorageRefusedError';
  /** Upper case: a code of this product (`FILE_ARCHIVED`), else S3's own. */
  readonly code: string;
  readonly step: StorageStep;

  constructor(code: string, step: StorageStep, options?: ErrorOptions) {
    super(`S3 refuses to ${step}: ${code}`, options);
    this.code = code;
    this.step = step;
  }
}

export type StorageStep = 'head' | 'read' | 'copy' | 'verify' | 'delete';
