"""Which permissions a request needs when IAM enforcement is on (POST /moto-api/reset-auth with body 0)."""

import json
from urllib.parse import parse_qs, unquote, urlparse

from moto.iam.access_control import IAMPolicy, IAMRequestBase, PermissionResult
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends


# AWS: checks the signature over the request as it was sent.
# moto: recomputes it from the parsed request, which differs with query strings and aws-chunked bodies.
# Symptom: SignatureDoesNotMatch for correct requests. Identity comes from the access key alone.
IAMRequestBase.check_signature = lambda self: None


# AWS: some operations are authorized under the name of another action.
# moto: looks for the operation's own name.
# Symptom: granted calls are denied.
ACTION_OF_OPERATION = {
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
}

# AWS: actions of CloudWatch are cloudwatch:*, although its requests are signed for `monitoring`.
# moto: takes the name in the signature.
# Symptom: granted calls are denied.
SERVICE_OF_SIGNING_NAME = {"monitoring": "cloudwatch"}

DYNAMODB_TRANSACTION_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def needed_permissions(request, resource):
    """List of (action, resource ARN), all of which must be allowed."""
    service, operation = request._action.split(":", 1)
    action = f"{SERVICE_OF_SIGNING_NAME.get(service, service)}:{operation}"
    action = ACTION_OF_OPERATION.get(action, action)
    if request._service == "dynamodb":
        return dynamodb_permissions(request) or [(action, resource)]
    if action in KEY_ACTIONS_OF_SECRETS:
        return [(action, resource), *secret_key_permissions(request, action)]
    if action in LAYER_ACTIONS:
        return [(action, resource), *layer_permissions(request)]
    headers = {name.lower(): value for name, value in request._headers.items()}
    if action == "s3:PutObject" and "x-amz-copy-source" in headers:
        source = unquote(urlparse(headers["x-amz-copy-source"]).path).lstrip("/")
        return [(action, resource), ("s3:GetObject", f"arn:aws:s3:::{source}")]
    if action == "s3:GetObject" and "versionId" in parse_qs(urlparse(request._path).query):
        # moto: only GET of a version is s3:GetObjectVersion, HEAD is not.
        return [("s3:GetObjectVersion", resource)]
    return [(action, resource)]


# AWS: who gives a function a layer needs lambda:GetLayerVersion on it.
# moto: the function's own action is enough.
# Symptom: a deploy role without it applies here and fails on AWS.
LAYER_ACTIONS = ("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")


def layer_permissions(request):
    return [("lambda:GetLayerVersion", layer) for layer in json.loads(request._body or b"{}").get("Layers") or []]


# AWS: transactions and batches need the permissions of their parts on each table.
# moto: looks for e.g. dynamodb:TransactWriteItems on "*".
# Symptom: granted transactions are denied.
def dynamodb_permissions(request):
    operation = request._action.removeprefix("dynamodb:")
    if operation not in ("TransactWriteItems", "TransactGetItems", "BatchWriteItem", "BatchGetItem"):
        return None
    body = json.loads(request._body or b"{}")
    tables = f"arn:aws:dynamodb:{request._region}:{request.account_id}:table/"
    if operation.startswith("Batch"):
        return [(request._action, tables + name.split("/")[-1]) for name in body["RequestItems"]]
    return [
        (f"dynamodb:{DYNAMODB_TRANSACTION_ACTIONS[kind]}", tables + part["TableName"].split("/")[-1])
        for item in body["TransactItems"]
        for kind, part in item.items()
    ]


KEY_ACTIONS_OF_SECRETS = {
    "secretsmanager:GetSecretValue": ["kms:Decrypt"],
    "secretsmanager:PutSecretValue": ["kms:Decrypt", "kms:GenerateDataKey"],
}


# AWS: Secrets Manager uses a customer-managed key with the caller's permissions, and says so in condition keys. AWS's own key
# allows its use to the whole account. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
# moto: does not look at keys.
# Symptom: a role without kms:Decrypt reads a secret under a customer-managed key.
def secret_key_permissions(request, action):
    key = secret_key(request)
    return [] if key is None else [(name, key.arn) for name in KEY_ACTIONS_OF_SECRETS[action]]


def secret_of(request):
    secret_id = json.loads(request._body or b"{}").get("SecretId")
    return secretsmanager_backends[request.account_id][request._region].secrets.get(secret_id)


def secret_key(request):
    secret = secret_of(request)
    key_id = getattr(secret, "kms_key_id", None)
    if not key_id or key_id.endswith("alias/aws/secretsmanager"):
        return None
    backend = kms_backends[request.account_id][request._region]
    return backend.keys.get(backend.get_key_id(backend.any_id_to_key_id(key_id)))


def key_context(request, key_arn):
    backend = kms_backends[request.account_id][request._region]
    return {
        "kms:ViaService": f"{request._service}.{request._region}.amazonaws.com",
        "kms:EncryptionContext:SecretARN": secret_of(request).arn,
        "kms:ResourceAliases": sorted(backend.keys[backend.get_key_id(key_arn)].aliases),
    }


def condition_context(request):
    context = {
        "aws:PrincipalArn": request._access_key.arn,
        "aws:PrincipalAccount": request.account_id,
        "aws:RequestedRegion": request._region,
    }
    if request._service == "s3":
        query = parse_qs(urlparse(request._path).query, keep_blank_values=True)
        for name in ("prefix", "delimiter"):
            if name in query:
                context[f"s3:{name}"] = query[name][0]
        for name, value in request._headers.items():
            if name.lower() in ("x-amz-server-side-encryption", "x-amz-acl"):
                context[f"s3:{name.lower()}"] = value
    return context


def is_allowed(request, action, resource):
    context = condition_context(request)
    if action.startswith("kms:") and request._service == "secretsmanager":
        context.update(key_context(request, resource))
    outcomes = [
        IAMPolicy(policy).is_action_permitted(action, resource, None, context)
        for policy in request._access_key.collect_policies()
    ]
    return PermissionResult.PERMITTED in outcomes and PermissionResult.DENIED not in outcomes


# AWS: without permission to list the bucket a missing object is 403, not 404.
# moto: always 404.
# Symptom: code that relies on 404 passes here without s3:ListBucket and fails on AWS.
def is_hidden(request, action, resource):
    if action != "s3:GetObject" or "/" not in resource:
        return False
    bucket, key = resource.removeprefix("arn:aws:s3:::").split("/", 1)
    found = s3_backends[request.account_id]["aws"].buckets.get(bucket)
    return found is not None and key not in found.keys and not is_allowed(request, "s3:ListBucket", found.arn)


# AWS: conditions see the request; every part of a request must be allowed.
# moto: passes no context, and one action per request.
# Symptom: grants with conditions never apply.
# Trust policies are checked by the Lambda bridge, which assumes the functions' roles for them.
def check_action_permitted(self, resource):
    if self._action == "sts:GetCallerIdentity":
        return
    for action, target in needed_permissions(self, resource):
        if not is_allowed(self, action, target) or is_hidden(self, action, target):
            self._raise_access_denied()


IAMRequestBase.check_action_permitted = check_action_permitted
