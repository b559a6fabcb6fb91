// Decodes bodies that an SDK sends in signed or checksummed chunks.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
import type { IncomingHttpHeaders } from 'node:http';

export function decodeChunks(headers: IncomingHttpHeaders, body: Uint8Array | undefined): Uint8Array {
  const bytes = Buffer.from(body ?? []);
  const isChunked =
    String(headers['content-encoding'] ?? '').includes('aws-chunked') ||
    String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  if (!isChunked) return bytes;
  const chunks: Buffer[] = [];
  for (let position = 0; position < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', position);
    if (lineEnd < 0) break;
    const size = Number.parseInt(bytes.toString('latin1', position, lineEnd), 16);
    // The last chunk is empty; checksums may follow it.
    if (!(size > 0)) break;
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
