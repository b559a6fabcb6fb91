// Server-sent events: passes the source's changes to a page. Bounded: moves are dropped for a page that reads too slowly,
// and changed topics are sent together.
import type { ServerResponse } from 'node:http';
import type { Change, ConsoleSource, Topic } from './source.ts';

const TOGETHER_MS = 150;
const HEARTBEAT_MS = 15_000;
/** Limit of the text that the socket has not taken. */
const MAX_WAITING_BYTES = 256 * 1024;
const MAX_MOVES = 40;

/** Streams until the page closes the connection. */
export function streamChanges(source: ConsoleSource, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write('retry: 1000\n\n');
  let topics = new Set<Topic>();
  let moves: Change[] = [];
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    timer = undefined;
    // The page reads slowly: the moves are lost, the topics wait.
    if (response.writableLength > MAX_WAITING_BYTES) {
      moves = [];
      timer = setTimeout(send, TOGETHER_MS);
      return;
    }
    const changes: Change[] = [...moves];
    if (topics.size > 0) changes.push({ kind: 'changed', topics: [...topics] });
    moves = [];
    topics = new Set();
    response.write(changes.map((change) => `data: ${JSON.stringify(change)}\n\n`).join(''));
  };
  const stop = source.watch((change) => {
    if (change.kind === 'changed') for (const topic of change.topics) topics.add(topic);
    else if (moves.length < MAX_MOVES) moves.push(change);
    timer ??= setTimeout(send, TOGETHER_MS);
  });
  const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS);
  response.once('close', () => {
    stop();
    clearInterval(heartbeat);
    clearTimeout(timer);
  });
}
