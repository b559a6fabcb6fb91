"""Answers to refused requests, in the format of the service."""

import json
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

# The error with which a service answers a request that breaks its model; ValidationException elsewhere.
CODES = {
    "apigateway": "BadRequestException",
    "cloudwatch": "ValidationError",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "s3": "InvalidArgument",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "sts": "ValidationError",
    "wafv2": "WAFInvalidParameterException",
}


def answer_refusal(service, request, message, code=None):
    name = service.service_name if service else "unknown"
    code = code or CODES.get(name, "ValidationException")
    if name == "s3":
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return Response(body, 400, content_type="application/xml")
    if service and service.metadata["protocol"] == "query" or request.form.get("Action"):
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        body = f"<ErrorResponse>{error}<RequestId>local</RequestId></ErrorResponse>"
        return Response(body, 400, content_type="text/xml")
    body = json.dumps({"__type": code, "message": message, "Message": message})
    return Response(body, 400, {"x-amzn-errortype": code}, content_type="application/x-amz-json-1.1")
