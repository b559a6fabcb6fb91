"""Whether an AWS service may send to a queue: its policy and that of its key decide."""

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.sqs.models import sqs_backends

from . import kms_use


def may_send(service, source_arn, source_account, queue_arn):
    _, _, _, region, account_id, name = queue_arn.split(":")
    queue = sqs_backends[account_id][region].queues.get(name)
    if queue is None or not queue.policy:
        return False
    context = {"aws:SourceArn": source_arn, "aws:SourceAccount": source_account}
    outcome = IAMPolicy(queue.policy).is_action_permitted("sqs:SendMessage", queue_arn, {"Service": service}, context)
    return outcome == PermissionResult.PERMITTED and may_encrypt(queue, account_id, region, service, context)


def may_encrypt(queue, account_id, region, service, context):
    """The policy of a customer-managed key must let the service use it; that of AWS's own key never does."""
    key_id = queue.kms_master_key_id
    key = kms_use.find_key(account_id, region, key_id)
    if not key_id or (key is None and "alias/aws/" not in key_id):
        return True
    return key is not None and kms_use.service_may_use(key, kms_use.WRITE, service, context)
