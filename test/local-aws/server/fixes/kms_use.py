"""Who may use a customer-managed KMS key.

AWS: the key's policy decides, for services and for callers; to callers of this account it may leave the decision to IAM.
moto: looks at no key.
Symptom: a missing permission is only seen on AWS. https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
"""

from urllib.parse import unquote

from moto.iam.access_control import IAMPolicy, IAMRequestBase, PermissionResult
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from .iam_requests import condition_context
from .patching import replaces

WRITE, READ = ("kms:GenerateDataKey", "kms:Decrypt"), ("kms:Decrypt",)


def find_key(account_id, region, key_id):
    """None for AWS's own keys and those of other accounts, which allow the whole account or cannot be looked up here."""
    backend = kms_backends[account_id][region]
    if not key_id or "alias/aws/" in key_id or (key_id.startswith("arn:") and f":{account_id}:" not in key_id):
        return None
    return backend.keys.get(backend.any_id_to_key_id(key_id))


def service_may_use(key, actions, service, context):
    """Whether the key's own policy lets an AWS service use it: no IAM policy can."""
    policy = IAMPolicy(key.policy)
    return all(
        policy.is_action_permitted(action, key.arn, {"Service": service}, context) == PermissionResult.PERMITTED
        for action in actions
    )


def caller_may_use(request, key, action, encryption_context):
    context = {
        **condition_context(request),
        "kms:ViaService": f"{request._service}.{request._region}.amazonaws.com",
        "kms:CallerAccount": request.account_id,
        **{f"kms:EncryptionContext:{name}": value for name, value in encryption_context.items()},
    }
    identity = [
        IAMPolicy(policy).is_action_permitted(action, key.arn, None, context)
        for policy in request._access_key.collect_policies()
    ]
    own = IAMPolicy(key.policy).is_action_permitted(action, key.arn, request._access_key.arn, context)
    # principal_matches treats the account's root as the principal of every caller: then IAM must allow, too.
    return own == PermissionResult.PERMITTED and PermissionResult.PERMITTED in identity and PermissionResult.DENIED not in identity


def find_use(request, resource):
    """The key that a request of SQS, SNS or S3 uses, the actions on it, and the encryption context of the service."""
    operation = request._action.split(":")[1]
    if request._service == "sqs" and operation in ("SendMessage", "SendMessageBatch", "ReceiveMessage"):
        queue = sqs_backends[request.account_id][request._region].queues.get(resource.split(":")[-1])
        actions = READ if operation == "ReceiveMessage" else WRITE
        return getattr(queue, "kms_master_key_id", None), actions, {"aws:sqs:arn": resource}
    if request._service == "sns" and operation in ("Publish", "PublishBatch"):
        topic = sns_backends[request.account_id][request._region].topics.get(resource)
        return getattr(topic, "kms_master_key_id", None), WRITE, {"aws:sns:topicArn": resource}
    if request._service == "s3" and operation in ("GetObject", "PutObject"):
        return find_use_of_object(request, operation, resource)
    return None, (), {}


def find_use_of_object(request, operation, resource):
    bucket_name, _, key_name = resource.removeprefix("arn:aws:s3:::").partition("/")
    bucket = s3_backends[request.account_id]["aws"].buckets.get(bucket_name)
    if bucket is None:
        return None, (), {}
    if operation == "PutObject":
        rule = ((getattr(bucket, "encryption", None) or {}).get("Rule") or {})
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        has_bucket_key = str(rule.get("BucketKeyEnabled")).lower() == "true"
        return default.get("KMSMasterKeyID"), WRITE[:1], {"aws:s3:arn": bucket.arn if has_bucket_key else resource}
    stored = bucket.keys.get(unquote(key_name))
    has_bucket_key = bool(getattr(stored, "bucket_key_enabled", False))
    return getattr(stored, "kms_key_id", None), READ, {"aws:s3:arn": bucket.arn if has_bucket_key else resource}


@replaces(IAMRequestBase, "check_action_permitted")
def check_key(check_action_permitted, self, resource):
    check_action_permitted(self, resource)
    key_id, actions, encryption_context = find_use(self, resource)
    key = find_key(self.account_id, self._region, key_id)
    if key is not None and not all(caller_may_use(self, key, action, encryption_context) for action in actions):
        self._raise_access_denied()
