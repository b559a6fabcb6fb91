"""API Gateway."""

import json

from moto.apigateway.models import RestAPI

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
