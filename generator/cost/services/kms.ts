import { hasAlarmsKey, hasStackKey } from '../../spec/stack-parts.ts';
import { busyShare, FIVE_MINUTE_WINDOWS } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';
import { CALLS_PER_FETCH, countFetches } from './secrets-manager.ts';

/** SNS and SQS create and decrypt a data key and use it for five minutes. */
const CALLS_PER_DATA_KEY = 2;
const ROTATED_KEY = '1 key; the first two yearly rotations add one more each';

/**
 * The stack's own key, the key of the alarm topic, and requests to keys: requests to AWS's own key for SNS cost money,
 * too.
 */
export const KMS: CostService = {
  id: 'kms',
  title: 'KMS',
  listUsage: (stack) => [...listKeys(stack), ...listTopicRequests(stack), ...listOwnKeyRequests(stack)],
};

function listKeys(stack: Stack): readonly Usage[] {
  const { kms } = stack.settings;
  return [
    {
      id: 'stack-key',
      title: 'Key of the stack',
      price: 'kms.keys',
      quantity: kms.managed ? 1 : 0,
      derivation: ROTATED_KEY,
      fixed: true,
    },
    {
      id: 'alarms-key',
      title: 'Key of the alarm topic',
      price: 'kms.keys',
      quantity: hasAlarmsKey(stack.settings) ? 1 : 0,
      derivation: ROTATED_KEY,
      fixed: true,
    },
  ];
}

/** The number of data keys that one user needs in a month. */
function countDataKeys(uses: number): number {
  return Math.round(FIVE_MINUTE_WINDOWS * busyShare(uses, FIVE_MINUTE_WINDOWS));
}

function listTopicRequests({ traffic: { webhooks, files } }: Stack): readonly Usage[] {
  const keys = countDataKeys(webhooks) + countDataKeys(files);
  return [
    {
      id: 'results-topic',
      title: 'Requests of the results topic',
      price: 'kms.requests',
      quantity: keys * CALLS_PER_DATA_KEY,
      derivation: `${count(keys)} data keys, one per publisher and busy five minutes, x ${CALLS_PER_DATA_KEY}`,
    },
  ];
}

/**
 * With one key for the stack, queue, table and secrets use it, too. The price of a given key is not part of the stack.
 */
function listOwnKeyRequests(stack: Stack): readonly Usage[] {
  if (!hasStackKey(stack.settings)) return [];
  const { webhooks, files } = stack.traffic;
  const { webhook, audio } = countFetches(stack);
  const queue = countDataKeys(files) * CALLS_PER_DATA_KEY;
  const table = countDataKeys(webhooks + files);
  const secrets = (webhook + audio) * CALLS_PER_FETCH;
  return [
    {
      id: 'own-key',
      title: stack.settings.kms.managed ? 'Requests to the key of the stack' : 'Requests to your key',
      price: 'kms.requests',
      quantity: queue + table + secrets,
      derivation: `${count(queue)} by the queue + ${count(table)} by the table + ${count(secrets)} by the secrets`,
    },
  ];
}
