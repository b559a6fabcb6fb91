"""Lambda."""

import base64
import json
import os
import urllib.parse
import urllib.request
from threading import Thread

from moto.awslambda import urls as lambda_urls
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse

from .patching import replaces

# Set through POST /moto-api/lambda-bridge once the bridge listens.
bridge_url = None

ECHOED_SETTINGS = ("LoggingConfig", "DeadLetterConfig", "KMSKeyArn")


# AWS: returns logging_config, dead_letter_config and kms_key_arn as they were set.
# moto: drops them.
# Symptom: perpetual diff on these three; changes of tracing and ephemeral storage are lost as well.
@replaces(LambdaFunction, "__init__")
def keep_settings(init, self, account_id, spec, region, *args, **kwargs):
    init(self, account_id, spec, region, *args, **kwargs)
    self.echoed_settings = {name: spec[name] for name in ECHOED_SETTINGS if spec.get(name)}


@replaces(LambdaFunction, "get_configuration")
def return_settings(get_configuration, self, on_create=False):
    configuration = get_configuration(self, on_create)
    default_logging = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
    given = self.echoed_settings
    configuration["LoggingConfig"] = {**default_logging, **given.get("LoggingConfig", {})}
    for name in ("DeadLetterConfig", "KMSKeyArn"):
        if given.get(name):
            configuration[name] = given[name]
    return configuration


@replaces(LambdaFunction, "update_configuration")
def update_settings(update_configuration, self, updates):
    for name in ECHOED_SETTINGS:
        if name in updates:
            self.echoed_settings[name] = updates[name]
    if "TracingConfig" in updates:
        self.tracing_config = updates["TracingConfig"]
    if "EphemeralStorage" in updates:
        self.ephemeral_storage = updates["EphemeralStorage"]["Size"]
    return update_configuration(self, updates)


# AWS: the architecture changes with the code.
# moto: keeps the one that the function was made with.
# Symptom: the second plan wants to change it again.
@replaces(LambdaFunction, "update_function_code")
def update_architecture(update_function_code, self, updated_spec):
    if updated_spec.get("Architectures"):
        self.architectures = updated_spec["Architectures"]
    return update_function_code(self, updated_spec)


# AWS: Code.Location is a URL from which the zip can be downloaded.
# moto: a URL of a bucket that does not exist.
# Symptom: the deployed code cannot be run.
@replaces(LambdaFunction, "get_code")
def downloadable_code(get_code, self):
    answer = get_code(self)
    if "Location" in answer.get("Code", {}):
        query = urllib.parse.urlencode({"region": self.region, "name": self.function_name})
        answer["Code"]["Location"] = f"http://127.0.0.1:{os.environ['MOTO_PORT']}/moto-api/lambda-code?{query}"
    return answer


# AWS: runs the function.
# moto: runs it in Docker with invented credentials and the wrong endpoint.
# Symptom: "error running docker"; with Docker, AWS calls of the function go to the real AWS.
@replaces(LambdaFunction, "invoke")
def invoke_through_the_bridge(_invoke, self, body, request_headers, response_headers):
    if request_headers.get("x-amz-invocation-type") == "Event":
        Thread(target=call_bridge, args=(self.function_arn, body), daemon=True).start()
        return b""
    payload, headers = call_bridge(self.function_arn, body)
    for name in ("x-amz-function-error", "x-amz-log-result"):
        if headers.get(name):
            response_headers[name] = headers[name]
    return payload


def call_bridge(function_arn, body):
    if bridge_url is None:
        error = {"errorType": "LocalAws", "errorMessage": "No Lambda bridge is registered."}
        return json.dumps(error).encode(), {"x-amz-function-error": "Unhandled"}
    payload = body.encode() if isinstance(body, str) else (body or b"{}")
    url = f"{bridge_url}/2015-03-31/functions/{urllib.parse.quote(function_arn)}/invocations"
    request = urllib.request.Request(url, data=payload, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=910) as response:
            return response.read(), response.headers
    except OSError as error:
        log = base64.b64encode(str(error).encode()).decode()
        failure = {"errorType": "LocalAws.Bridge", "errorMessage": str(error)}
        return json.dumps(failure).encode(), {"x-amz-function-error": "Unhandled", "x-amz-log-result": log}


# AWS: GetAccountSettings returns the limit of concurrent executions.
# moto: does not know it.
# Symptom: a request for the limit gets a 404.
def get_account_settings(self):
    functions = self.backend.list_functions()
    reserved = sum(int(function.reserved_concurrency or 0) for function in functions)
    limits = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000 - reserved}
    return json.dumps({"AccountLimit": limits, "AccountUsage": {"FunctionCount": len(functions)}})


LambdaResponse.get_account_settings = get_account_settings
lambda_urls.url_paths[r"{0}/(?P<api_version>[^/]+)/account-settings/?$"] = LambdaResponse.dispatch
