import type { ErrorFields } from './ports.ts';

const MAX_FRAMES = 5;
const MAX_CAUSES = 3;

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number };
}

/**
 * Describes an error for the log: name, codes, causes and stack frames, but no message. Messages quote input
 * (`Unexpected token … in JSON`, DynamoDB's validation errors), and input may be personal data.
 */
export function describeError(error: unknown, depth = 0): ErrorFields {
  if (typeof error !== 'object' || error === null) return { name: typeof error };
  const { name, code, cause, $metadata } = error as ErrorLike;
  const frames = readFrames(error);
  return {
    name: toToken(name) ?? 'Error',
    ...optional('code', toToken(code)),
    ...optional('aws_request_id', toToken($metadata?.requestId)),
    ...optional('http_status', $metadata?.httpStatusCode),
    ...optional('at', frames.length > 0 ? frames : undefined),
    ...optional(
      'cause',
      cause !== undefined && depth < MAX_CAUSES ? describeError(cause, depth + 1) : undefined,
    ),
  };
}

/** Skips the message at the start of the stack: its lines may look like frames. */
function readFrames({ stack, message }: ErrorLike): string[] {
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const afterMessage = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  const frames = afterMessage.split('\n').filter((line) => line.startsWith('    at '));
  return frames.slice(0, MAX_FRAMES).map((line) => line.trim());
}

function toToken(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? value : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
