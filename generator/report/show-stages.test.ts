import { expect, test } from 'vitest';
import { showStages } from './show-stages.ts';

function listen(isInteractive: boolean): { io: Parameters<typeof showStages>[0]; said: () => string } {
  let text = '';
  const writeError = (part: string): void => {
    text += part;
  };
  return { io: { isInteractive, writeError }, said: () => text };
}

test('a TTY shows the running stage, and the durations of slow ones', () => {
  let time = 0;
  const { io, said } = listen(true);
  const stages = showStages(io, () => time);
  stages.begin('checking the spec');
  expect(said()).toBe('checking the spec …');
  time += 20;
  stages.begin('bundling');
  time += 1234;
  stages.end();
  stages.end();
  expect(said()).toBe('checking the spec …\r\u001b[Kbundling …\r\u001b[Kbundling: 1.23 s\n');
});

test('prints nothing to a pipe', () => {
  const { io, said } = listen(false);
  const stages = showStages(io);
  stages.begin('bundling');
  stages.end();
  expect(said()).toBe('');
});
