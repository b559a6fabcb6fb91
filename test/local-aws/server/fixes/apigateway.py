"""API Gateway."""

import json
import re
from urllib.parse import parse_qs, unquote, urlparse

from moto.apigateway import urls
from moto.apigateway.exceptions import BadRequestException, ConflictException
from moto.apigateway.models import APIGatewayBackend, RestAPI, apigateway_backends
from moto.apigateway.responses import APIGatewayResponse
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


# AWS: an integration can be changed.
# moto: does not implement it.
# Symptom: an integration that was made by hand cannot be taken over.
CHANGEABLE = {
    "/cacheNamespace": "cache_namespace",
    "/connectionType": "connection_type",
    "/contentHandling": "content_handling",
    "/credentials": "credentials",
    "/passthroughBehavior": "passthrough_behaviour",
    "/timeoutInMillis": "timeout_in_millis",
    "/uri": "uri",
}


def update_integration(self):
    _, _, api_id, _, resource_id, _, method, *_ = self.path.split("/")
    integration = self.backend.get_integration(api_id, resource_id, method)
    for operation in self._get_param("patchOperations"):
        path, value = operation["path"], operation.get("value")
        if path not in CHANGEABLE:
            raise NotImplementedError(f"UpdateIntegration of {path}")
        setattr(integration, CHANGEABLE[path], int(value) if path == "/timeoutInMillis" else value)
    return json.dumps(integration.to_json())


APIGatewayResponse.update_integration = update_integration


# AWS: deletes no API and no stage to which a custom domain name points.
# moto: deletes them.
# Symptom: an apply that replaces a stage in the wrong order succeeds here and fails on AWS.
def check_unmapped(backend, what, api_id, stage_name=None):
    mappings = [mapping for each in backend.base_path_mappings.values() for mapping in each.values()]
    if any(each.rest_api_id == api_id and stage_name in (None, each.stage) for each in mappings):
        raise BadRequestException(f"Deleting {what} failed. Please remove all base path mappings related to it in your domains")


@replaces(APIGatewayBackend, "delete_rest_api")
def refuse_mapped_api(delete_rest_api, self, function_id):
    check_unmapped(self, f"RestApi {function_id}", function_id)
    return delete_rest_api(self, function_id)


@replaces(APIGatewayBackend, "delete_stage")
def refuse_mapped_stage(delete_stage, self, function_id, stage_name):
    check_unmapped(self, f"stage {stage_name}", function_id, stage_name)
    return delete_stage(self, function_id, stage_name)


# AWS: creates a domain name once, and beside a mapping of its root no other one; a name without a mapping is found.
# moto: replaces the existing one; reading a mapping of a name that never had one ends in a 500.
# Symptom: an apply after a killed one succeeds here and fails on AWS.
@replaces(APIGatewayBackend, "create_domain_name")
def refuse_existing_domain(create_domain_name, self, domain_name, *args, **kwargs):
    if domain_name in self.domain_names:
        raise BadRequestException("The domain name you provided already exists.")
    self.base_path_mappings[domain_name] = {}
    return create_domain_name(self, domain_name, *args, **kwargs)


@replaces(APIGatewayBackend, "create_base_path_mapping")
def refuse_second_root(create_base_path_mapping, self, domain_name, *args, **kwargs):
    if "(none)" in self.base_path_mappings.get(domain_name, {}):
        raise ConflictException("Only one base path mapping is allowed if the base path is empty.")
    return create_base_path_mapping(self, domain_name, *args, **kwargs)
