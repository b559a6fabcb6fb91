// Runs all checks of one stack in sequence; a failed one does not stop the others. Removes the traces at the end, also after
// Ctrl-C.
import { randomUUID } from 'node:crypto';
import { Problem } from '../../generator/command-line/problem.ts';
import { explainAwsError } from '../operator/explain-aws-error.ts';
import { CheckFailure, type CheckResult, CheckUnknown } from './check.ts';
import { checkApiKey } from './check-api-key.ts';
import { checkAudio } from './check-audio.ts';
import { checkAlarms, checkQueues, checkStoredEvents } from './check-monitoring.ts';
import { checkForgery, checkHealth, checkWebhook } from './check-webhook.ts';
import type { SmokeContext, SmokeOperation, SmokeOptions } from './smoke-context.ts';
import { removeTraces } from './traces.ts';

type Check = readonly [what: string, reasonToSkip: string | undefined, run: () => Promise<string>];

/** A failed check does not throw; Ctrl-C and bugs do. */
export async function smokeStack(operation: SmokeOperation, options: SmokeOptions): Promise<CheckResult[]> {
  const context: SmokeContext = { ...operation, ...options, sessionId: `smoke-${randomUUID()}` };
  const { stack, outputs, values, terminal, onInterrupt } = context;
  const progress = terminal.startProgress();
  const noApi = outputs.webhookUrl === null ? 'the environment has no API' : undefined;
  const noAudio = values['skip-audio'] ? '--skip-audio' : undefined;
  const noAlarms = outputs.alarmsTopicArn === null ? 'the environment has no monitoring' : undefined;
  const checks: readonly Check[] = [
    ['GET /health', noApi, () => checkHealth(context)],
    ['signed webhook', noApi, () => checkWebhook(context)],
    ['wrong signature', noApi, () => checkForgery(context)],
    ['API key', undefined, () => checkApiKey(context)],
    ['recording', noAudio, () => checkAudio(context)],
    ['alarms', noAlarms, () => checkAlarms(context)],
    ['queues', undefined, () => checkQueues(context)],
    ['events', undefined, () => checkStoredEvents(context)],
  ];
  onInterrupt('Its test data was removed.');
  const results: CheckResult[] = [];
  try {
    for (const check of checks) {
      context.signal.throwIfAborted();
      progress.update(`${stack.region.name}: ${check[0]}`);
      results.push(await runCheck(context, check));
    }
  } finally {
    progress.update(`${stack.region.name}: removing traces`);
    results.push(await runCheck(context, ['removed its traces', undefined, () => removeTraces(context)]));
    if (results.at(-1)?.outcome === 'FAILED')
      onInterrupt(`Traces of ${context.sessionId} are left in ${outputs.table} or ${outputs.bucket}.`);
    progress.clear();
  }
  return results;
}

async function runCheck({ stack }: SmokeContext, [what, reason, run]: Check): Promise<CheckResult> {
  const region = stack.region.name;
  if (reason !== undefined) return { region, what, outcome: 'skipped', elapsedMs: 0, detail: reason };
  const beganMs = performance.now();
  const finish = (outcome: CheckResult['outcome'], detail: string): CheckResult => {
    return { region, what, outcome, elapsedMs: performance.now() - beganMs, detail };
  };
  try {
    return finish('ok', await run());
  } catch (error) {
    if (error instanceof CheckUnknown) return finish('unknown', error.message);
    const detail = describeFailure(error);
    if (detail === undefined) throw error;
    return finish('FAILED', detail);
  }
}

function describeFailure(error: unknown): string | undefined {
  if (error instanceof CheckFailure) return error.message;
  const text = error instanceof Problem ? error.text : explainAwsError(error);
  return text === undefined
    ? undefined
    : [text.what, text.why].filter((part) => part !== undefined).join(' ');
}
