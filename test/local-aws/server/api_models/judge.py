"""A WSGI middleware: a signed request reaches moto only if its service's API model describes it."""

import io
import re

from botocore.exceptions import UnknownServiceError
from moto.core.utils import get_service_model
from werkzeug.wrappers import Request

from .constraints import find_violations
from .documented_limits import find_documented_violations
from .operations import UnreadableRequest, identify_operation, read_parameters
from .refusals import answer_refusal

# The scope of a SigV4 signature: access key, date, region, service.
SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")
# Names of services in signatures that differ from botocore's.
MODEL_OF_SIGNING_NAME = {"monitoring": "cloudwatch"}


def judged(application):
    def judge(environ, start_response):
        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return application(environ, start_response)
        request = buffer_request(environ)
        refusal = refuse(MODEL_OF_SIGNING_NAME.get(scope[1], scope[1]), request)
        return (refusal or application)(environ, start_response)

    return judge


def buffer_request(environ):
    """Reads the body, and leaves a copy of it for moto."""
    request = Request(environ)
    body = request.get_data()
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return request


def refuse(service_name, request):
    """The answer to a request that breaks the model; None for one that keeps it."""
    try:
        service = get_service_model(service_name)
    except UnknownServiceError:
        return answer_refusal(None, request, f"The local AWS knows no API model of {service_name}")
    try:
        operation, url_params = identify_operation(service, request)
        parameters = read_parameters(operation, request, url_params)
    except UnreadableRequest as error:
        # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
        code = "MalformedXML" if service_name == "s3" else None
        return answer_refusal(service, request, str(error), code)
    if operation.input_shape is None:
        return None
    violations = list(find_violations(operation.input_shape, parameters))
    # These read what the model requires.
    violations = violations or find_documented_violations(service_name, operation.name, parameters)
    return answer_refusal(service, request, describe(violations)) if violations else None


def describe(violations):
    """In the words of AWS's own services."""
    errors = "validation error" if len(violations) == 1 else "validation errors"
    return f"{len(violations)} {errors} detected: " + "; ".join(
        f"Value {violation.value!r} at '{violation.member}' failed to satisfy constraint: {violation.constraint}"
        for violation in violations
    )
