"""Limits that AWS documents, and that the models do not have.

Each check receives the parameters of one operation and yields a `Violation` of kind "documented".
"""

from . import storage_limits
from .checks import DAY, Unreadable, limit, limit_size, match, refuse

LOG_RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
def trust_policy(parameters):
    name = "AssumeRolePolicyDocument" if "AssumeRolePolicyDocument" in parameters else "PolicyDocument"
    yield from limit_size(name, parameters.get(name), 2048, without_blanks=True)


def managed_policy(parameters):
    yield from limit_size("PolicyDocument", parameters.get("PolicyDocument"), 6144, without_blanks=True)


def inline_policy(parameters):
    yield from limit_size("PolicyDocument", parameters.get("PolicyDocument"), 10240, without_blanks=True)


# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
def api_policy(parameters):
    changes = [each for each in parameters.get("patchOperations", []) if each.get("path") == "/policy"]
    for text in [parameters.get("policy"), *(each.get("value") for each in changes)]:
        yield from limit_size("policy", text, 8192)


def stage(parameters):
    yield from match("stageName", parameters.get("stageName"), "[A-Za-z0-9_-]{1,128}")


# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
def function(parameters):
    yield from limit("Timeout", parameters.get("Timeout"), 1, 900)
    yield from limit("MemorySize", parameters.get("MemorySize"), 128, 10240)


def log_retention(parameters):
    if parameters["retentionInDays"] not in LOG_RETENTIONS:
        yield from refuse("retentionInDays", parameters["retentionInDays"], f"Valid values are: {LOG_RETENTIONS}")


def secret(parameters):
    yield from match("Name", parameters.get("Name"), r"[A-Za-z0-9/_+=.@-]{1,512}")
    yield from limit("RecoveryWindowInDays", parameters.get("RecoveryWindowInDays"), 7, 30)


# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
def table(parameters):
    indexes = parameters.get("GlobalSecondaryIndexes", [])
    for throughput in [each.get("ProvisionedThroughput") for each in (parameters, *indexes)]:
        for name, units in (throughput or {}).items():
            yield from limit(f"ProvisionedThroughput.{name}", units, 1, 40000)


def scaling_target(parameters):
    least, most = parameters.get("MinCapacity"), parameters.get("MaxCapacity")
    if least is not None and most is not None and least > most:
        yield from refuse("MaxCapacity", most, "Maximum capacity cannot be less than minimum capacity")


# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
def scaling_policy(parameters):
    if parameters["ServiceNamespace"] == "dynamodb":
        tracking = parameters.get("TargetTrackingScalingPolicyConfiguration", {})
        yield from limit("TargetValue", tracking.get("TargetValue"), 20, 90)


def dashboard(parameters):
    yield from match("DashboardName", parameters.get("DashboardName"), "[A-Za-z0-9_-]{1,255}")


# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
def alarm(parameters):
    period = parameters.get("Period")
    if period is not None and period not in (10, 20, 30) and period % 60:
        yield from refuse("Period", period, "Valid values are 10, 20, 30 and multiples of 60")
    window = (period or 60) * (parameters.get("EvaluationPeriods") or 1)
    longest = 7 * DAY if (period or 60) >= 60 * 60 else DAY
    if window > longest:
        yield from refuse("EvaluationPeriods", window, f"Periods and evaluation periods cover at most {longest} seconds")


# https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
def key_policy(parameters):
    yield from limit_size("Policy", parameters.get("Policy"), 32 * 1024)


CHECKS = {
    ("apigateway", "CreateRestApi"): api_policy,
    ("apigateway", "UpdateRestApi"): api_policy,
    ("apigateway", "CreateStage"): stage,
    ("application-autoscaling", "PutScalingPolicy"): scaling_policy,
    ("application-autoscaling", "RegisterScalableTarget"): scaling_target,
    ("cloudwatch", "PutDashboard"): dashboard,
    ("cloudwatch", "PutMetricAlarm"): alarm,
    ("dynamodb", "CreateTable"): table,
    ("dynamodb", "UpdateTable"): table,
    ("iam", "CreatePolicy"): managed_policy,
    ("iam", "CreatePolicyVersion"): managed_policy,
    ("iam", "CreateRole"): trust_policy,
    ("iam", "PutRolePolicy"): inline_policy,
    ("iam", "UpdateAssumeRolePolicy"): trust_policy,
    ("kms", "CreateKey"): key_policy,
    ("kms", "PutKeyPolicy"): key_policy,
    ("lambda", "CreateFunction"): function,
    ("lambda", "UpdateFunctionConfiguration"): function,
    ("logs", "PutRetentionPolicy"): log_retention,
    ("s3", "CreateBucket"): storage_limits.bucket,
    ("s3", "PutBucketLifecycleConfiguration"): storage_limits.lifecycle,
    ("s3", "PutBucketPolicy"): storage_limits.bucket_policy,
    ("secretsmanager", "CreateSecret"): secret,
    ("secretsmanager", "DeleteSecret"): secret,
    ("sns", "CreateTopic"): storage_limits.topic,
    ("sns", "SetTopicAttributes"): storage_limits.topic,
    ("sns", "Subscribe"): storage_limits.subscription,
    ("sqs", "CreateQueue"): storage_limits.queue,
    ("sqs", "SetQueueAttributes"): storage_limits.queue,
}


def find_documented_violations(service_name, operation_name, parameters):
    check = CHECKS.get((service_name, operation_name))
    try:
        return list(check(parameters)) if check else []
    except Unreadable as error:
        return [error.violation]
