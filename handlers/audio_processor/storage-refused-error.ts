/** S3 refuses this one object or key, and would refuse it again. Everything else that fails may pass. */
export class StorageRefusedError extends Error {
  override readonly name = 'StorageRefusedError';
  /** In capitals: one of ours, else S3's own. */
  readonly code: string;
  readonly step: StorageStep;

  constructor(code: string, step: StorageStep, options?: ErrorOptions) {
    super(`S3 refuses to ${step}: ${code}`, options);
    this.code = code;
    this.step = step;
  }
}

export type StorageStep = 'head' | 'read' | 'copy' | 'verify' | 'delete';
