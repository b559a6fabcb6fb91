// npx sonotheia invoke <webhook|audio> [options]: runs the built function on one sample, entirely on this machine, and shows
// its answer, items, messages and logs.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { OwnHandlers } from '../generator/bundle/bundle-report.ts';
import { findOwnHandlers } from '../generator/bundle/own-handlers.ts';
import { defineCommand } from '../generator/command-line/command.ts';
import { Problem } from '../generator/command-line/problem.ts';
import { compileSpec } from '../generator/compile-spec.ts';
import { invokeAudio } from './invoke/invoke-audio.ts';
import { invokeHealth, invokeWebhook } from './invoke/invoke-webhook.ts';
import { INVOKE_OPTIONS, type Invocation, readInvocation } from './invoke/read-invocation.ts';
import type { InvocationReport } from './invoke/report.ts';
import { EVENT_NAMES } from './local/sample-events.ts';

const EXIT_ANSWERED = 0;
const EXIT_FUNCTION_FAILED = 2;

export const invoke = defineCommand({
  name: 'invoke',
  parameters: '<webhook|audio>',
  text: `
Runs the built function on one sample, with stand-ins for AWS and for the Sonotheia API inside
this process. Shows its answer, items, messages and logs.

  webhook   POST /webhook with a signed event
  audio     a file uploaded under incoming/

Sample events: ${EVENT_NAMES.join(', ')}`,
  options: INVOKE_OPTIONS,
  exitCodes:
    '0 the function answered (a refusal is an answer), 1 a mistake in the arguments, 2 the function failed.',
  async run(values, { terminal, workingDir }, [name]) {
    const invocation = readInvocation(values, name);
    const { text, hasFailed } = await report(invocation, readOwnHandlers(workingDir));
    terminal.print(text.trimEnd().split('\n'));
    if (hasFailed) terminal.note('The function failed.');
    return hasFailed ? EXIT_FUNCTION_FAILED : EXIT_ANSWERED;
  },
});

function report(invocation: Invocation, ownHandlers: OwnHandlers | undefined): Promise<InvocationReport> {
  if (invocation.kind === 'webhook') return invokeWebhook(invocation, ownHandlers);
  return invocation.kind === 'audio' ? invokeAudio(invocation, ownHandlers) : invokeHealth(ownHandlers);
}

/** Those of the spec in this folder, if there is one. */
function readOwnHandlers(workingDir: string): OwnHandlers | undefined {
  const file = resolve(workingDir, 'sonotheia.config.yaml');
  if (!existsSync(file)) return undefined;
  const spec = compileSpec('sonotheia.config.yaml', readFileSync(file));
  if (!spec.ok) throw new Problem({ what: 'The spec cannot be used.', diagnostics: spec.diagnostics });
  return findOwnHandlers(spec.value, file);
}
