"""Behaviour common to all services."""

import functools
import json
import re

from moto.core import utils
from moto.core.exceptions import InvalidClientTokenIdError
from moto.core.responses import BaseResponse

from .patching import replaces

# AWS: answers.
# moto: a loader for each service, each of which looks through botocore's 400 folders.
# Symptom: the first request to each service takes a tenth of a second.
utils.create_loader = functools.cache(utils.create_loader)


# AWS: there is no unimplemented action.
# moto: answers 500, which the SDKs and the provider take for an outage.
# Symptom: Terraform retries for minutes before it shows which action is missing.
@replaces(BaseResponse, "call_action")
def refuse_unimplemented_actions_at_once(call_action, self):
    try:
        return call_action(self)
    except NotImplementedError as error:
        body = {"__type": "NotImplemented", "message": f"The local AWS does not implement this: {error}"}
        return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body)


# AWS: an error has the format of the request's protocol.
# moto: authorization errors are XML for every service.
# Symptom: clients of JSON services (DynamoDB, SQS, Secrets Manager, logs, KMS) throw a parse error instead of AccessDenied.
@replaces(BaseResponse, "call_action")
def answer_authorization_errors_as_json(call_action, self):
    status, headers, body = call_action(self)
    content_type = self.headers.get("Content-Type") or ""
    is_rest_json = self.service_name in ("awslambda", "apigateway")
    if status not in (400, 403) or not ("json" in content_type or is_rest_json):
        return status, headers, body
    text = body.decode() if isinstance(body, bytes) else str(body)
    code = re.search(r"<Code>(AccessDenied|InvalidClientTokenId|SignatureDoesNotMatch)</Code>", text)
    if not text.lstrip().startswith("<") or not code:
        return status, headers, body
    name = "AccessDeniedException" if code[1] == "AccessDenied" else "UnrecognizedClientException"
    message = re.search(r"<Message>(.*?)</Message>", text, re.S)
    json_body = {"__type": name, "message": message[1].strip() if message else name}
    return (
        403 if is_rest_json else 400,
        {**headers, "Content-Type": content_type or "application/json", "x-amzn-errortype": name},
        json.dumps(json_body),
    )


# AWS: a region that the account has not enabled, and each region of another partition, does not know the account's keys.
# moto: every region knows them.
# Symptom: an environment that depends on another one's region is only seen on AWS.
ENABLED_BY_DEFAULT = {
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    # Services without regions.
    *("global", "aws-global"),
}


@replaces(BaseResponse, "_authenticate_and_authorize_normal_action")
def refuse_keys_of_other_regions(authorize, self, resource):
    if self.region not in ENABLED_BY_DEFAULT:
        raise InvalidClientTokenIdError()
    return authorize(self, resource)
