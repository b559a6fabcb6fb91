"""Resource ARNs of requests, for IAM enforcement.

AWS: compares the ARN of the resource of a request with the policy.
moto: takes "*" as the resource for most services.
Symptom: with enforcement on, every grant that names an ARN is denied.
"""

import re
from urllib.parse import unquote

from moto.awslambda.responses import LambdaResponse
from moto.dynamodb.responses import DynamoHandler
from moto.kms.responses import KmsResponse
from moto.logs.responses import LogsResponse
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.sns.responses import SNSResponse
from moto.sqs.responses import SQSResponse


def parameter(response, name):
    try:
        return response._get_param(name)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def arn(response, service, rest):
    return f"arn:aws:{service}:{response.region}:{response.current_account}:{rest}"


def dynamodb_resource(self):
    table, index = self.body.get("TableName"), self.body.get("IndexName")
    if not table:
        return self.body.get("ResourceArn") or "*"
    table_arn = table if table.startswith("arn:") else arn(self, "dynamodb", f"table/{table}")
    return f"{table_arn}/index/{index}" if index else table_arn


def secret_resource(self):
    secret_id = parameter(self, "SecretId") or parameter(self, "Name")
    if not secret_id:
        return "*"
    found = self.backend.secrets.get(secret_id)
    if found:
        return found.arn
    return secret_id if secret_id.startswith("arn:") else arn(self, "secretsmanager", f"secret:{secret_id}-??????")


def topic_resource(self):
    return parameter(self, "TopicArn") or parameter(self, "TargetArn") or "*"


def function_resource(self):
    found = re.search(r"/functions/([^/?]+)", self.path)
    if not found:
        return "*"
    name = unquote(found[1])
    return name if name.startswith("arn:") else arn(self, "lambda", f"function:{name}")


def key_resource(self):
    key_id = parameter(self, "KeyId")
    if not key_id:
        return "*"
    found = self.kms_backend.keys.get(self.kms_backend.get_key_id(key_id))
    return found.arn if found else key_id


def queue_resource(self):
    name = parameter(self, "QueueName") or (parameter(self, "QueueUrl") or "").split("/")[-1]
    return arn(self, "sqs", name) if name else "*"


def log_resource(self):
    group, stream = parameter(self, "logGroupName"), parameter(self, "logStreamName")
    if not group:
        return "*"
    return arn(self, "logs", f"log-group:{group}:log-stream:{stream or ''}")


for response_class, determine_resource in (
    (DynamoHandler, dynamodb_resource),
    (KmsResponse, key_resource),
    (LambdaResponse, function_resource),
    (LogsResponse, log_resource),
    (SNSResponse, topic_resource),
    (SQSResponse, queue_resource),
    (SecretsManagerResponse, secret_resource),
):
    response_class._determine_resource = determine_resource
