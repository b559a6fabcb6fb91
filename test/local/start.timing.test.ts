import { expect, test } from 'vitest';
import { findFreePorts, LocalCommand } from '../support/local/local-command.ts';

const LONGEST_START_MS = 3_000;

test('the local system is ready within three seconds', async () => {
  const command = new LocalCommand();
  const port = await findFreePorts();
  const starts: number[] = [];
  try {
    // The first one may bundle the command line.
    for (let run = 0; run < 3; run += 1) {
      const running = await command.start(port);
      starts.push(running.startedAfterMs);
      await command.end(running, 'SIGINT');
    }
  } finally {
    await command.remove();
  }
  expect(Math.min(...starts)).toBeLessThan(LONGEST_START_MS);
});
