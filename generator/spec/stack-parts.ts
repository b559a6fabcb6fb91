// Which optional parts a stack has, where several settings decide: for rules, features, costs and explanations alike.
import type { Settings } from './resolve.ts';

/** A key for the whole stack, given or managed. */
export function hasStackKey({ kms, kms_key_arn }: Settings): boolean {
  return kms.managed || kms_key_arn !== null;
}

/** A key of the alarm topic alone; that of the stack serves the topic as well. */
export function hasAlarmsKey(settings: Settings): boolean {
  const { enabled, encrypt_alarms } = settings.monitoring;
  return enabled && encrypt_alarms && !hasStackKey(settings);
}

/** API Gateway's logging role for all APIs of the account in the region. */
export function ownsLoggingRole({ api_gateway }: Settings): boolean {
  return api_gateway.enabled && api_gateway.account_role === 'always';
}
