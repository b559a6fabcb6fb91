// Topics and queues.
import { type Check, forEach, type Has } from './check.ts';
import { asList, isPublic, listAllowing } from './stack-state.ts';

const nobodyUnknown: Has = ({ policy }) => !listAllowing(policy).some(isPublic);

export const MESSAGING_CHECKS: readonly Check[] = [
  forEach('aws_sns_topic', 'CKV_AWS_26', 'encryption', ({ kms_master_key_id }) => Boolean(kms_master_key_id)),
  forEach('aws_sns_topic_policy', 'CKV_AWS_169', 'no public topic', nobodyUnknown),
  forEach('aws_sns_topic_policy', 'CKV_AWS_385', 'no open access across accounts', nobodyUnknown),
  forEach(
    'aws_sqs_queue',
    'CKV_AWS_27',
    'encryption',
    ({ kms_master_key_id, sqs_managed_sse_enabled }) =>
      Boolean(kms_master_key_id) || sqs_managed_sse_enabled === true,
  ),
  forEach('aws_sqs_queue', 'CKV2_AWS_73', "a customer's key", ({ kms_master_key_id }, stack) =>
    stack.of('aws_kms_key').some(({ values }) => values.arn === kms_master_key_id),
  ),
  forEach('aws_sqs_queue_policy', 'CKV_AWS_72', 'no permission for all actions', ({ policy }) =>
    listAllowing(policy).every(
      ({ Action }) => !asList(Action).some((action) => ['*', 'sqs:*', 'SQS:*'].includes(action)),
    ),
  ),
  forEach('aws_sqs_queue_policy', 'CKV_AWS_168', 'no public queue', nobodyUnknown),
  forEach('aws_sqs_queue_policy', 'CKV_AWS_387', 'no access through wildcards', nobodyUnknown),
];
