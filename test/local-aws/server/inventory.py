"""Lists all resources on the server."""

from moto.apigateway.models import apigateway_backends
from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.awslambda.models import lambda_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.wafv2.models import wafv2_backends


def regional(backends):
    return list(backends[DEFAULT_ACCOUNT_ID].items())


def values_of(mapping):
    """Returns a copy, because other requests change the original concurrently."""
    return list(mapping.values())


def list_resource_arns():
    """Sorted ARNs, without secrets and keys that are scheduled for deletion."""
    arns = [bucket.arn for bucket in values_of(s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets)]
    arns += list_iam_arns()
    for _, backend in regional(sqs_backends):
        arns += [queue.queue_arn for queue in values_of(backend.queues)]
    for _, backend in regional(sns_backends):
        arns += [*backend.topics, *backend.subscriptions]
    for _, backend in regional(dynamodb_backends):
        arns += [table.table_arn for table in values_of(backend.tables)]
    for _, backend in regional(lambda_backends):
        arns += [function.function_arn for function in backend.list_functions()]
        arns += [mapping.arn for mapping in values_of(backend._event_source_mappings)]
    for _, backend in regional(secretsmanager_backends):
        arns += [secret.arn for secret in values_of(backend.secrets) if not secret.is_deleted()]
    for _, backend in regional(kms_backends):
        arns += [key.arn for key in values_of(backend.keys) if is_customers_key(key)]
    for _, backend in regional(logs_backends):
        arns += [group.arn for group in values_of(backend.groups)]
    for _, backend in regional(wafv2_backends):
        arns += [acl.arn for acl in values_of(backend.wacls)]
    return sorted([*arns, *list_monitoring_arns(), *list_api_arns()])


def is_customers_key(key):
    """Whether it is an AWS managed key, such as alias/aws/dynamodb, which appears with its first use and stays."""
    is_aws_managed = any(name.startswith("alias/aws/") for name in key.aliases)
    return key.key_state != "PendingDeletion" and not is_aws_managed


def list_iam_arns():
    iam = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    customer_policies = [policy for policy in values_of(iam.managed_policies) if ":iam::aws:" not in policy.arn]
    return [thing.arn for thing in (*iam.roles.values(), *iam.users.values(), *customer_policies)]


def list_monitoring_arns():
    arns = []
    for _, backend in regional(cloudwatch_backends):
        arns += [alarm.alarm_arn for alarm in values_of(backend.alarms)]
        arns += [dashboard.arn for dashboard in values_of(backend.dashboards)]
    for _, backend in regional(applicationautoscaling_backends):
        arns += [target.arn for resources in values_of(backend.targets) for target in values_of(resources)]
        arns += [policy.policy_arn for policy in values_of(backend.policies)]
    return arns


def list_api_arns():
    return [
        f"arn:aws:apigateway:{region}::/restapis/{api_id}"
        for region, backend in regional(apigateway_backends)
        for api_id in list(backend.apis)
    ]
