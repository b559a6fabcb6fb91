import { expect, test } from 'vitest';
import { BundledFunction } from './bundled-function.ts';

test('a crashed function returns undefined, and its output has the reason', async () => {
  const webhook = await BundledFunction.build('webhook_handler', {});
  expect(await webhook.invoke({})).toBeUndefined();
  await webhook.stop();
  expect(webhook.output).toContain('ConfigError');
  expect(webhook.output).toContain('SESSIONS_TABLE_NAME');
});
