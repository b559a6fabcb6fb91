// Actions that several views offer. Each returns the sentence that the page announces.
import type { Exchange, SendRequest } from '../source-data.ts';
import { post } from './api.ts';

export async function sendEvent(request: SendRequest, confirm: string | undefined): Promise<string> {
  const exchanges = await post<readonly Exchange[]>('send', request, { confirm });
  return exchanges.map(({ answer, why }) => `Answered ${answer.status}: ${why}`).join(' Then ');
}

export interface RecordingName {
  readonly name: string;
  readonly sessionId?: string | undefined;
}

export async function uploadRecording(
  file: Blob,
  { name, sessionId }: RecordingName,
  confirm: string | undefined,
): Promise<string> {
  const { key } = await post<{ readonly key: string }>('recordings', file, {
    query: { name, session: sessionId },
    confirm,
  });
  return `Uploaded as ${key}.`;
}

export async function redrive(
  queue: string,
  messageId: string | undefined,
  confirm: string | undefined,
): Promise<string> {
  const body = messageId === undefined ? { queue } : { queue, messageId };
  const { moved } = await post<{ readonly moved: number }>('redrive', body, { confirm });
  return moved === 1 ? 'One message was moved back.' : `${moved} messages were moved back.`;
}
