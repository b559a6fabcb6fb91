"""A WSGI middleware that records signed requests, as /moto-api/recorded-requests returns them (see admin.py)."""

import json
import re

from moto.core.utils import get_service_model

from api_models.judge import MODEL_OF_SIGNING_NAME, buffer_request
from api_models.operations import identify_operation, read_parameters

# The scope of a SigV4 signature: access key, date, region, service.
SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
LONGEST_ANSWER = 100_000
# The requests so far; None where nobody records. One server or clone has one list.
records = None


def start():
    global records
    records = []


def recorded(application):
    def record(environ, start_response):
        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if records is None or scope is None:
            return application(environ, start_response)
        # Read before moto reads the body.
        entry = describe(buffer_request(environ), *scope.groups())
        answer = b"".join(application(environ, start_response))
        # Downloads are of no use to a reader.
        entry["answer"] = answer.decode(errors="replace") if len(answer) < LONGEST_ANSWER else ""
        records.append(entry)
        return [answer]

    return record


def describe(request, access_key, region, signing_name):
    service = get_service_model(MODEL_OF_SIGNING_NAME.get(signing_name, signing_name))
    operation, url_params = identify_operation(service, request)
    parameters = read_parameters(operation, request, url_params) if operation.input_shape else {}
    return {
        "accessKeyId": access_key,
        "agent": request.headers.get("user-agent", ""),
        "service": service.service_name,
        "operation": operation.name,
        "region": region,
        "method": request.method,
        "path": request.environ.get("RAW_URI", request.path).split("?")[0],
        "parameters": json.loads(json.dumps(parameters, default=lambda blob: None)),
    }
