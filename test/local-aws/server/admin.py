"""Routes under /moto-api that moto does not have: fork the state, list what exists, record requests, serve and run Lambda code."""

import json
import os
from urllib.parse import parse_qs, urlparse

from moto.awslambda.models import lambda_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal import urls

import inventory
import recording
import serving
from fixes import awslambda, dynamodb, s3, sns, sqs


def query_value(full_url, name):
    return parse_qs(urlparse(full_url).query)[name][0]


def fork(request, full_url, headers):
    """POST: clones the whole state (copy on write) into a separate process on a free port."""
    reader, writer = os.pipe()
    # A lock that another thread holds at this moment would stay locked in the clone, which has no other threads.
    with dynamodb.request_lock, s3.request_lock, sns.request_lock, sqs.request_lock:
        pid = os.fork()
    if pid == 0:
        serving.serve_clone(report_to=writer)
    os.close(writer)
    with os.fdopen(reader) as answers:
        port = int(answers.readline())
    return 200, {"Content-Type": "application/json"}, json.dumps({"pid": pid, "port": port})


def list_resources(request, full_url, headers):
    """GET: the ARNs of all resources that Terraform could have left, in all regions."""
    return 200, {"Content-Type": "application/json"}, json.dumps(inventory.list_resource_arns())


def recorded_requests(request, full_url, headers):
    """POST: records requests from now on. GET: the requests since then, in the order of their answers."""
    if request.method == "POST":
        recording.start()
    return 200, {"Content-Type": "application/json"}, json.dumps(recording.records)


def lambda_bridge(request, full_url, headers):
    """POST with the bridge's URL as body: where functions are run from now on."""
    awslambda.bridge_url = request.data.decode()
    return 200, {}, "{}"


def lambda_code(request, full_url, headers):
    """GET ?region=&name=: the zip of a function."""
    backend = lambda_backends[DEFAULT_ACCOUNT_ID][query_value(full_url, "region")]
    function = backend.get_function(query_value(full_url, "name"))
    return 200, {"Content-Type": "application/zip"}, function.code_bytes


urls.url_paths.update(
    {
        "{0}/moto-api/fork": fork,
        "{0}/moto-api/resources": list_resources,
        "{0}/moto-api/recorded-requests": recorded_requests,
        "{0}/moto-api/lambda-bridge": lambda_bridge,
        "{0}/moto-api/lambda-code": lambda_code,
    }
)
