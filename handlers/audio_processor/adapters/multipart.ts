import { randomUUID } from 'node:crypto';

export interface MultipartPart {
  readonly name: string;
  readonly fileName?: string;
  readonly contentType: string;
  readonly content: Uint8Array | string;
}

export interface MultipartBody {
  readonly contentType: string;
  readonly lengthBytes: number;
  /** Write them in order; joining them would copy the audio. */
  readonly chunks: readonly Uint8Array[];
}

/** Builds a multipart/form-data body. Names and file names are not escaped: they must be constants, never input. */
export function buildMultipart(parts: readonly MultipartPart[]): MultipartBody {
  const boundary = `sonotheia-${randomUUID()}`;
  const chunks = parts.flatMap(({ name, fileName, contentType, content }) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\nContent-Type: ${contentType}\r\n\r\n`;
    return [
      Buffer.from(head),
      typeof content === 'string' ? Buffer.from(content) : content,
      Buffer.from('\r\n'),
    ];
  });
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    lengthBytes: chunks.reduce((total, chunk) => total + chunk.length, 0),
    chunks,
  };
}
