"""Documented limits of queues, topics and buckets."""

import re

from .checks import DAY, Unreadable, limit, limit_size, match, read_object, refuse

RESERVED_BUCKET_NAMES = re.compile(r"(xn--|sthree-|amzn-s3-demo-).*|.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)")
BUCKET_NAME = re.compile(r"(?!\d+(\.\d+){3}$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
QUEUE_ATTRIBUTES = {
    "DelaySeconds": (0, 15 * 60),
    "KmsDataKeyReusePeriodSeconds": (60, DAY),
    "MaximumMessageSize": (1024, 1024 * 1024),
    "MessageRetentionPeriod": (60, 14 * DAY),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 12 * 60 * 60),
}


def queue(parameters):
    yield from match("QueueName", parameters.get("QueueName"), r"[A-Za-z0-9_-]{1,75}\.fifo|[A-Za-z0-9_-]{1,80}")
    attributes = parameters.get("Attributes", {})
    for name, (least, most) in QUEUE_ATTRIBUTES.items():
        yield from limit(name, attributes.get(name), least, most)
    redrive = read_object("RedrivePolicy", attributes.get("RedrivePolicy"))
    yield from limit("RedrivePolicy.maxReceiveCount", redrive.get("maxReceiveCount"), 1, 1000)
    yield from queue_policy(attributes.get("Policy"))


# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
def queue_policy(text):
    yield from limit_size("Policy", text, 8192)
    statements = list_statements(text)
    if len(statements) > 20:
        yield from refuse("Policy", text, "A policy has at most 20 statements")
    if any(len(as_list(each.get("Action", []))) > 7 for each in statements):
        yield from refuse("Policy", text, "A statement has at most 7 actions")
    if sum(count_principals(each.get("Principal", {})) for each in statements) > 50:
        yield from refuse("Policy", text, "A policy has at most 50 principals")


def list_statements(text):
    statements = as_list(read_object("Policy", text).get("Statement", []))
    if not all(isinstance(each, dict) for each in statements):
        raise Unreadable("Policy", text, "A statement must be an object")
    return statements


def count_principals(element):
    return sum(len(as_list(names)) for names in element.values()) if isinstance(element, dict) else 1


def as_list(value):
    return value if isinstance(value, list) else [value]


# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
def topic(parameters):
    yield from match("Name", parameters.get("Name"), r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo")
    given = parameters.get("Attributes", {})
    policy = parameters.get("AttributeValue") if parameters.get("AttributeName") == "Policy" else given.get("Policy")
    yield from limit_size("Policy", policy, 30 * 1024)


def subscription(parameters):
    endpoint = parameters.get("Endpoint") or ""
    is_standard = not parameters["TopicArn"].endswith(".fifo")
    if parameters["Protocol"] == "sqs" and endpoint.endswith(".fifo") and is_standard:
        yield from refuse("Endpoint", endpoint, "FIFO SQS Queues can not be subscribed to standard SNS topics")
    if parameters["Protocol"] == "https":
        yield from match("Endpoint", endpoint, r"https://\S+")


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
def bucket(parameters):
    name = parameters["Bucket"]
    if not BUCKET_NAME.fullmatch(name) or RESERVED_BUCKET_NAMES.fullmatch(name):
        yield from refuse("Bucket", name, "The specified bucket is not valid")


def bucket_policy(parameters):
    yield from limit_size("Policy", parameters.get("Policy"), 20 * 1024)


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
def lifecycle(parameters):
    for rule in parameters.get("LifecycleConfiguration", {}).get("Rules", []):
        days = {each["StorageClass"]: each["Days"] for each in rule.get("Transitions", []) if "Days" in each}
        infrequent = [days[name] for name in ("STANDARD_IA", "ONEZONE_IA") if name in days]
        archived = [days[name] for name in ("GLACIER", "GLACIER_IR", "DEEP_ARCHIVE") if name in days]
        if any(value < 30 for value in infrequent):
            yield from refuse("Days", infrequent, "'Days' in Transition action must be greater than or equal to 30")
        if infrequent and any(value < max(infrequent) + 30 for value in archived):
            yield from refuse("Days", archived, "'Days' in the Transition action to Glacier must be 30 days more than that to IA")
        expiration = rule.get("Expiration", {}).get("Days")
        if expiration is not None and any(value >= expiration for value in days.values()):
            yield from refuse("Days", expiration, "'Days' in the Expiration action must be greater than in the Transition action")
