// gRPC calls with one request and one response, over Node's HTTP/2.
import type {
  ClientHttp2Session,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
  ServerHttp2Stream,
} from 'node:http2';
import { buffer } from 'node:stream/consumers';

export interface GrpcCall {
  readonly headers: IncomingHttpHeaders;
  /** One message in its frame. */
  readonly body: Buffer;
}

export interface GrpcAnswer {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  /** Undefined when the headers are everything, as for an error. */
  readonly trailers: OutgoingHttpHeaders | undefined;
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };
/** A flag for compression and the length of the message. */
const FRAME_HEADER_BYTES = 5;
const NGHTTP2_CANCEL = 8;

export const UNIMPLEMENTED = refuse(12, 'not in this server');

export function refuse(status: number, message: string): GrpcAnswer {
  const headers = { ...HEADERS, 'grpc-status': String(status), 'grpc-message': encodeURIComponent(message) };
  return { headers, body: Buffer.alloc(0), trailers: undefined };
}

/** A successful answer with this message. */
export function answerWith(message: Buffer): GrpcAnswer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return { headers: HEADERS, body: Buffer.concat([header, message]), trailers: { 'grpc-status': '0' } };
}

/** The message of a successful answer. */
export function readMessage({ body, headers, trailers }: GrpcAnswer): Buffer {
  if (trailers?.['grpc-status'] !== '0') throw new Error(JSON.stringify(trailers ?? headers));
  return body.subarray(FRAME_HEADER_BYTES);
}

export async function readCall(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<GrpcCall> {
  return { headers, body: await buffer(stream) };
}

/** Sends the call to another server; cancels it there when the caller ends `stream`. Throws if the server breaks it off. */
export async function forward(
  { headers, body }: GrpcCall,
  client: ClientHttp2Session,
  stream: ServerHttp2Stream,
): Promise<GrpcAnswer> {
  const request = client.request(headers);
  const cancel = (): void => request.close(NGHTTP2_CANCEL);
  stream.once('close', cancel);
  let answered: OutgoingHttpHeaders = {};
  let trailers: OutgoingHttpHeaders | undefined;
  request.on('response', (response) => {
    answered = withoutNames(response);
  });
  request.on('trailers', (last) => {
    trailers = withoutNames(last);
  });
  request.end(body);
  const received = await buffer(request);
  stream.off('close', cancel);
  // Node ends the body as after a complete answer, also when the server has ended.
  if ((trailers ?? answered)['grpc-status'] === undefined)
    throw new Error(`the provider broke off ${headers[':path']}`);
  return { headers: answered, body: received, trailers };
}

/** Node adds a list of the headers' names, under a symbol. */
function withoutNames(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers));
}

export function send(stream: ServerHttp2Stream, { headers, body, trailers }: GrpcAnswer): void {
  if (stream.destroyed) return;
  if (trailers === undefined) {
    stream.respond(headers, { endStream: true });
    return;
  }
  stream.on('wantTrailers', () => {
    if (!stream.destroyed) stream.sendTrailers(trailers);
  });
  stream.respond(headers, { waitForTrailers: true });
  stream.end(body);
}
