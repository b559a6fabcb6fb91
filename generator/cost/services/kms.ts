import { busyShare, FIVE_MINUTE_WINDOWS } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';
import { CALLS_PER_FETCH, countFetches } from './secrets-manager.ts';

/** SNS and SQS make a data key and decrypt it, and use it for five minutes. */
const CALLS_PER_DATA_KEY = 2;

/** The key of the alarm topic, and requests to keys: AWS's own key for SNS charges for its use, too. */
export const KMS: CostService = {
  id: 'kms',
  title: 'KMS',
  listUsage: (stack) => [...listKeys(stack), ...listTopicRequests(stack), ...listOwnKeyRequests(stack)],
};

function listKeys({ settings: { monitoring, kms_key_arn } }: Stack): readonly Usage[] {
  const makesKey = monitoring.enabled && kms_key_arn === null;
  return [
    {
      id: 'alarms-key',
      title: 'Key of the alarm topic',
      price: 'kms.keys',
      quantity: makesKey ? 1 : 0,
      derivation: '1 key; the first two yearly rotations add one more each',
      fixed: true,
    },
  ];
}

/** How often a user of a data key needs a new one. */
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

/** With a key of your own also queue, table and secrets ask it; the key itself is not part of this stack. */
function listOwnKeyRequests(stack: Stack): readonly Usage[] {
  if (stack.settings.kms_key_arn === null) return [];
  const { webhooks, files } = stack.traffic;
  const { webhook, audio } = countFetches(stack);
  const queue = countDataKeys(files) * CALLS_PER_DATA_KEY;
  const table = countDataKeys(webhooks + files);
  const secrets = (webhook + audio) * CALLS_PER_FETCH;
  return [
    {
      id: 'own-key',
      title: 'Requests to your key',
      price: 'kms.requests',
      quantity: queue + table + secrets,
      derivation: `${count(queue)} by the queue + ${count(table)} by the table + ${count(secrets)} by the secrets`,
    },
  ];
}
