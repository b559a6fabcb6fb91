"""API Gateway."""

import json
import re
from urllib.parse import parse_qs, unquote, urlparse

from moto.apigateway import urls
from moto.apigateway.models import RestAPI, apigateway_backends
from moto.core import DEFAULT_ACCOUNT_ID

from .patching import replaces


# AWS: `policy` of a REST API is a JSON text with its quotes escaped once more, and the provider unescapes it.
# moto: returns the text as it was sent.
# Symptom: apply fails with "invalid character 'S' after top-level value".
@replaces(RestAPI, "to_dict")
def escape_resource_policy(to_dict, self):
    described = to_dict(self)
    if described.get("policy"):
        described["policy"] = json.dumps(described["policy"])[1:-1]
    return described


# AWS: APIs and stages can be tagged after they were made.
# moto: has no route for that.
# Symptom: an API or a stage that was made by hand cannot get the provider's default tags.
# The routes below match the same; moto hands no parts of a path over.
ARN = re.compile("arn:[^:]+:apigateway:([^:]+)::/restapis/([^/]+)(?:/stages/([^/]+))?")


def change_tags(request, full_url, headers):
    url = urlparse(full_url)
    region_name, api_id, stage_name = ARN.search(unquote(url.path)).groups()
    api = apigateway_backends[DEFAULT_ACCOUNT_ID][region_name].get_rest_api(api_id)
    tagged = api.stages[stage_name] if stage_name else api
    tags = dict(tagged.tags or {})
    if request.method == "PUT":
        tags.update(json.loads(request.data)["tags"])
    if request.method == "DELETE":
        for key in parse_qs(url.query).get("tagKeys", []):
            tags.pop(key, None)
    tagged.tags = tags
    return 200, {"Content-Type": "application/json"}, json.dumps({"tags": tags} if request.method == "GET" else {})


API_ROUTE = "{0}/tags/arn:(?P<partition>[^/]+):apigateway:(?P<region_name>[^/]+)::/restapis/(?P<function_id>[^/]+)"
urls.url_paths[f"{API_ROUTE}$"] = change_tags
urls.url_paths[f"{API_ROUTE}/stages/(?P<stage_name>[^/]+)$"] = change_tags
