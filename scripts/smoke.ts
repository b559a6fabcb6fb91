// npx sonotheia smoke --env <name>: sends one event and one recording through the deployed stack; see --help.

import { Problem } from '../generator/command-line/problem.ts';
import { formatTable } from '../generator/text/format-table.ts';
import { readDeployment } from './operator/deployment.ts';
import { openSpec, selectEnvironment, selectStacks } from './operator/open-spec.ts';
import { COMMON_OPTIONS, defineOperation, type OperationOf, REGION_OPTION } from './operator/operation.ts';
import { type CheckResult, formatResult, RESULT_HEADER } from './smoke/check.ts';
import { smokeStack } from './smoke/smoke-stack.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...REGION_OPTION,
  'api-url': {
    type: 'string',
    value: 'url',
    description: 'where the API is, if a domain of your own is in front of it:\n<url>/health, <url>/webhook',
  },
  'skip-audio': { type: 'boolean', description: 'no recording, and no paid call of the Sonotheia API' },
  timeout: {
    type: 'string',
    value: 'seconds',
    default: '120',
    description: 'how long the result of the recording may take',
  },
} as const;

type Run = OperationOf<typeof OPTIONS>;

async function run(operation: Run): Promise<boolean> {
  const { values, aws, terminal, signal } = operation;
  const spec = openSpec(values.config);
  const environment = selectEnvironment(spec, values.env);
  const timeoutMs = readTimeoutMs(values.timeout);
  const caller = await aws.checkAccount(environment);
  const stacks = selectStacks(environment, values.region, caller);
  const apiUrl = values['api-url'];
  if (apiUrl !== undefined && stacks.length > 1)
    throw new Problem({ what: '--api-url applies to one region.', fix: 'say which one: --region' });
  const outDir = values.out;
  const deployment = await readDeployment({ spec, environment, outDir, signal });
  const results: CheckResult[] = [];
  for (const stack of stacks)
    results.push(
      ...(await smokeStack(operation, { stack, outputs: deployment.outputsOf(stack), apiUrl, timeoutMs })),
    );
  terminal.print(formatTable(RESULT_HEADER, results.map(formatResult), ['time']));
  const failed = results.filter(({ outcome }) => outcome === 'FAILED').length;
  const unknown = results.filter(({ outcome }) => outcome === 'unknown').map(({ what }) => what);
  const limit = unknown.length === 0 ? '' : `, as far as it could be checked; unknown: ${unknown.join(', ')}`;
  terminal.note(
    failed === 0 ? `${environment.name} works${limit}.` : `${failed} of ${results.length} failed.`,
  );
  return failed === 0;
}

function readTimeoutMs(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw new Problem({ what: `--timeout takes whole seconds up to 3600, not ${text}.` });
}

export const smoke = defineOperation({
  name: 'smoke',
  text: `
Tests the deployed stack in each region: GET /health; a signed webhook that must be stored; one
with a wrong signature that must be refused; the current API key against the Sonotheia API; a
generated WAV that must be scored and filed; alarms and dead-letter queues. Shows each check with
its duration, and exits with 1 if one failed. After a rotation it waits until the functions have
the new secret.

It makes one paid call of the Sonotheia API in each region, and removes its items and its recording.
Two messages to the results topic remain (a system.health_check and an audio.processed of a session
called smoke-…, both with test: true), and so do its log lines and a marker of the recording, which
expires.`,
  options: OPTIONS,
  run,
});
