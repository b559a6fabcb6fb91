// A local system that has something to show: subscriptions, sessions of all risks, a refused event, a dead letter.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Page } from 'playwright-core';
import { createWav } from '../../scripts/local/wav.ts';
import { findFreePorts, LocalCommand, type LocalProcess } from '../support/local/local-command.ts';
import { openView } from './browser.ts';

const SPEC = `project_name: acme-voice
defaults:
  subscriptions:
    - name: fraud-desk
      protocol: email
      endpoint: fraud-desk@example.com
      minimum_score: 0.8
    - name: case-store
      protocol: sqs
      endpoint: arn:aws:sqs:us-east-1:123456789012:case-store
environments:
  dev: { regions: [us-east-1] }
`;

export interface DemoSystem {
  readonly url: string;
  /** For SDK clients. */
  readonly aws: string;
  stop(): Promise<void>;
}

/** Starts the command in a folder of its own. */
export async function startDemoSystem(): Promise<DemoSystem> {
  const command = new LocalCommand();
  writeFileSync(join(command.folder, 'sonotheia.config.yaml'), SPEC);
  const port = await findFreePorts();
  const running: LocalProcess = await command.start(port);
  if (running.exitCode !== null) throw new Error(running.output);
  return {
    url: `http://127.0.0.1:${port}/`,
    aws: `http://127.0.0.1:${port + 2}`,
    async stop() {
      await command.end(running, 'SIGINT');
      await command.remove();
    },
  };
}

/** The stand-in API recognizes a file by its bytes: other files need other `seconds`. */
export async function uploadTo(page: Page, name: string, sessionId = '', seconds = 2): Promise<void> {
  await openView(page, 'recordings');
  await page.getByLabel('Session id').fill(sessionId);
  const buffer = Buffer.from(createWav(seconds));
  await page.getByLabel('Drop audio files here').setInputFiles([{ name, mimeType: 'audio/wav', buffer }]);
  await page.getByRole('link', { name: `incoming/${name}` }).waitFor();
}

/** Sends a sample as the page offers it. */
export async function sendSample(page: Page, name: string, how = 'Signed'): Promise<void> {
  await openView(page, 'events');
  await page.getByLabel('Sample').selectOption(name);
  await page.getByLabel(how, { exact: false }).first().check();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('status').getByText('Answered').waitFor();
}

export async function setFault(page: Page, label: string, value: string): Promise<void> {
  await openView(page, 'faults');
  await page.getByRole('combobox', { name: label }).selectOption(value);
  await page.getByRole('status').getByText(`${label}: ${value}.`).waitFor();
}

/** Sends a message that no upload causes; the function gives it up at once. */
export async function makeDeadLetter({ aws }: DemoSystem): Promise<void> {
  const client = new SQSClient({
    endpoint: aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'acme-voice-audio-dev' }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"from":"another program"}' }));
  client.destroy();
}
