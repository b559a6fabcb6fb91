// Checks one environment in its account: the caller, each region, the state, and each stack.

import { Problem } from '../../generator/command-line/problem.ts';
import { listAlarmReceivers } from '../../generator/spec/alarm-receivers.ts';
import { type Stack, selectStacks } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { SECRET_KINDS } from '../operator/secret-store.ts';
import { describeStoredEvents, findStoredEvents } from '../operator/stored-events.ts';
import { TerraformTree } from '../operator/terraform-tree.ts';
import { checkConcurrency, checkLoggingRole } from './check-account-settings.ts';
import { checkCertificate, checkDomainName } from './check-domain.ts';
import { checkBucketName, checkSecret } from './check-names.ts';
import { checkLock, checkStateBucket } from './check-state.ts';
import { checkSubscriber } from './check-subscribers.ts';
import { checkSubscriptions } from './check-subscriptions.ts';
import type { EnvironmentOptions } from './environment-options.ts';
import { examine, type Finding, type Report, warnIfDenied } from './finding.ts';

/** Long enough to scan about 1 GB. */
const STORED_EVENTS_TIMEOUT_MS = 20_000;

export async function checkAws(
  operation: Operation<{ readonly region: readonly string[] }>,
  options: EnvironmentOptions,
  report: Report,
): Promise<void> {
  const { aws, values, signal } = operation;
  const { environment } = options;
  const { name } = environment;
  const to = { report, signal };
  const isOurs = await examine(
    `${name}, credentials`,
    async () => {
      const { accountId, arn } = await aws.checkAccount(environment);
      const note = environment.accountId === null ? '; the spec does not say which account it should be' : '';
      return { state: 'ok', what: `${arn} of ${accountId}${note}` };
    },
    to,
  );
  // In the wrong account the other checks would be meaningless.
  if (!isOurs) return;
  const hasState = await examine(`${name}, state`, () => checkStateBucket(aws, options), to);
  if (hasState) await examine(`${name}, lock of the state`, () => checkLock(aws, options), to);
  const deployed = hasState ? await readDeployedAddresses(operation, options, report) : undefined;
  const caller = await aws.findCaller(environment.regions[0].name);
  for (const stack of selectStacks(environment, values.region, caller)) {
    const subject = `${name}, ${stack.region.name}`;
    const isReachable = await examine(`${subject}, access`, () => checkRegion(operation, stack), to);
    if (!isReachable) continue;
    await examine(`${subject}, concurrency`, () => warnIfDenied(() => checkConcurrency(aws, stack)), to);
    await examine(`${subject}, bucket`, () => checkBucketName(aws, stack, deployed), to);
    if (stack.region.settings.api_gateway.enabled)
      await examine(`${subject}, logging role`, () => warnIfDenied(() => checkLoggingRole(aws, stack)), to);
    if (hasDomain(stack)) {
      await examine(`${subject}, certificate`, () => warnIfDenied(() => checkCertificate(aws, stack)), to);
      await examine(`${subject}, custom domain`, () => warnIfDenied(() => checkDomainName(aws, stack)), to);
    }
    await examine(`${subject}, alarms`, async () => checkAlarmReceivers(stack), to);
    await examine(`${subject}, subscriptions`, () => warnIfDenied(() => checkSubscriptions(aws, stack)), to);
    await checkSubscribers(operation, stack, { subject, report });
    await examine(`${subject}, events`, () => warnIfDenied(() => checkStoredEvents(operation, stack)), to);
    for (const kind of SECRET_KINDS)
      await examine(`${subject}, ${kind.title}`, () => checkSecret(aws, stack, kind, deployed), to);
  }
}

/** Alarms need a receiver. Others may have subscribed to the topic themselves. */
function checkAlarmReceivers({ environment, region: { settings }, names }: Stack): Finding {
  const { monitoring } = settings;
  if (!monitoring.enabled) return { state: 'ok', what: 'switched off' };
  const receivers = listAlarmReceivers(monitoring).length;
  if (receivers > 0) return { state: 'ok', what: `${receivers} in the spec; each must have confirmed` };
  return {
    state: 'warn',
    what: `the spec has no receiver of alarms for ${names.alarmsTopic}`,
    fix: `set \`monitoring: { alarm_email: oncall@example.com }\` for ${environment.name}, or subscribe a tool to the topic`,
  };
}

function hasDomain({ region }: Stack): boolean {
  const { enabled, domain } = region.settings.api_gateway;
  return enabled && domain.name !== null;
}

/** A line for each queue and function that the spec subscribes to the results. */
async function checkSubscribers(
  { aws, signal }: Operation,
  stack: Stack,
  { subject, report }: { readonly subject: string; readonly report: Report },
): Promise<void> {
  for (const subscription of stack.region.settings.subscriptions) {
    if (!['lambda', 'sqs'].includes(subscription.protocol)) continue;
    const look = () => checkSubscriber(aws, stack, subscription);
    await examine(`${subject}, subscriber ${subscription.name}`, look, { report, signal });
  }
}

/** Warns about stored events that were never announced; they do not stop a deployment. */
async function checkStoredEvents({ aws, signal }: Operation, stack: Stack): Promise<Finding> {
  const found = await findStoredEvents(aws, stack, {
    signal,
    max: 1_000,
    timeoutMs: STORED_EVENTS_TIMEOUT_MS,
  });
  const what = describeStoredEvents(found);
  if (found.events.length === 0) return { state: 'ok', what: found.hasTable ? what : 'no table yet' };
  return { state: 'warn', what, fix: `npx sonotheia redrive --env ${stack.environment.name}` };
}

/** In a region that the account has not enabled, every call fails. */
async function checkRegion({ aws }: Operation, { region }: Stack): Promise<{ state: 'ok'; what: string }> {
  await aws.findCaller(region.name);
  return { state: 'ok', what: 'enabled' };
}

/** Returns undefined, with a warning, if the state cannot be read. */
async function readDeployedAddresses(
  { signal }: Operation,
  options: EnvironmentOptions,
  report: Report,
): Promise<readonly string[] | undefined> {
  try {
    const tree = new TerraformTree({ ...options, signal });
    await tree.connect();
    const workspace = await tree.findWorkspace();
    return workspace === undefined ? [] : await tree.listResources(workspace);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { what, why = '', fix } = error.text;
    const subject = `${options.environment.name}, deployed resources`;
    report({
      state: 'warn',
      what: `${subject}: the state could not be read, so existing names were not checked: ${what}\n${why}`,
      fix,
    });
    return undefined;
  }
}
