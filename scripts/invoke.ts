// npm run invoke -- <webhook|audio> [options]: runs a function as it will be deployed on one sample, on this machine
// alone, and shows what it answered, stored, published and logged.

import { formatLines } from '../generator/command-line/terminal.ts';
import { invokeAudio } from './invoke/invoke-audio.ts';
import { invokeHealth, invokeWebhook } from './invoke/invoke-webhook.ts';
import { HELP, type Invocation, readArguments } from './invoke/read-arguments.ts';
import type { InvocationReport } from './invoke/report.ts';

const EXIT_MISTAKE = 1;
const EXIT_FUNCTION_FAILED = 2;

function run(invocation: Invocation): Promise<InvocationReport> {
  if (invocation.kind === 'webhook') return invokeWebhook(invocation);
  return invocation.kind === 'audio' ? invokeAudio(invocation) : invokeHealth();
}

const read = readArguments(process.argv.slice(2));
if (typeof read === 'string') {
  process.stderr.write(formatLines(read.split('\n')));
  process.exitCode = EXIT_MISTAKE;
} else if (read.kind === 'help') {
  process.stdout.write(HELP);
} else {
  const { text, hasFailed } = await run(read);
  process.stdout.write(formatLines(text.trimEnd().split('\n')));
  if (hasFailed) {
    process.stderr.write('The function failed.\n');
    process.exitCode = EXIT_FUNCTION_FAILED;
  }
}
