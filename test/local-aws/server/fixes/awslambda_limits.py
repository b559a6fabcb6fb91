"""Refuses environment variables, layers and mappings of queues that AWS Lambda refuses and moto accepts."""

import json

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction

from .patching import replaces

MOST_ENVIRONMENT_BYTES = 4096
UNABLE = (
    "Lambda was unable to configure your environment variables because the environment variables you have provided "
)

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
RESERVED_NAMES = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
}


class InvalidParameterValue(LambdaClientError):
    def __init__(self, message):
        super().__init__("InvalidParameterValueException", message)


def check_variables(variables):
    reserved = sorted(RESERVED_NAMES.intersection(variables))
    if reserved:
        keys = ", ".join(reserved)
        reason = "contains reserved keys that are currently not supported for modification."
        raise InvalidParameterValue(f"{UNABLE}{reason} Reserved keys used in this request: {keys}")
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > MOST_ENVIRONMENT_BYTES:
        raise InvalidParameterValue(f"{UNABLE}exceeded the 4KB limit. String measured: {measured}")


def check_layers(layers, region):
    for layer in layers:
        if layer.split(":")[3] != region:
            raise InvalidParameterValue(f"Layers are not in the same region as the function: {layer}")
    names = [layer.rsplit(":", 1)[0] for layer in layers]
    if len(set(names)) < len(names):
        raise InvalidParameterValue("Two different versions of the same layer are not allowed to be referenced in the same function.")


def check_settings(settings, region):
    check_variables((settings.get("Environment") or {}).get("Variables") or {})
    check_layers(settings.get("Layers") or [], region)


# AWS: refuses reserved names, more than 4 KB of variables, layers of another region and two versions of one.
# moto: accepts them.
# Symptom: an apply that is refused on AWS succeeds here.
@replaces(LambdaFunction, "__init__")
def check_new_settings(init, self, account_id, spec, region, *args, **kwargs):
    check_settings(spec, region)
    init(self, account_id, spec, region, *args, **kwargs)


@replaces(LambdaFunction, "update_configuration")
def check_changed_settings(update_configuration, self, updates):
    check_settings(updates, self.region)
    return update_configuration(self, updates)


# AWS: a queue's batch has more than 10 messages only with a window, which a change may take away.
# moto: accepts any batch up to 10,000 when the mapping is changed.
# Symptom: an apply that is refused on AWS succeeds here.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
def check_batch(queue_arn, size, window):
    if ":sqs:" in (queue_arn or "") and int(size or 0) > 10 and not window:
        raise InvalidParameterValue(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )


@replaces(LambdaBackend, "create_event_source_mapping")
def check_new_mapping(create_event_source_mapping, self, spec):
    check_batch(spec.get("EventSourceArn"), spec.get("BatchSize"), spec.get("MaximumBatchingWindowInSeconds"))
    return create_event_source_mapping(self, spec)


@replaces(LambdaBackend, "update_event_source_mapping")
def check_changed_mapping(update_event_source_mapping, self, uuid, spec):
    mapping = self.get_event_source_mapping(uuid)
    if mapping:
        size = spec.get("BatchSize", mapping.batch_size)
        window = spec.get("MaximumBatchingWindowInSeconds", mapping.max_batch_window)
        check_batch(mapping.event_source_arn, size, window)
    return update_event_source_mapping(self, uuid, spec)
