"""Application Auto Scaling.

AWS: scalable targets have tags.
moto: ignores them at registration and has no tag actions.
Symptom: with default_tags on the provider, provisioned DynamoDB capacity fails on ListTagsForResource.
"""

import json

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Response

from .patching import replaces


def tags_of(response, arn):
    backend = response.applicationautoscaling_backend
    if not hasattr(backend, "tags_by_arn"):
        backend.tags_by_arn = {}
    return backend.tags_by_arn.setdefault(arn, {})


@replaces(Response, "register_scalable_target")
def keep_tags_given_at_registration(register_scalable_target, self):
    answer = register_scalable_target(self)
    tags_of(self, json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags") or {})
    return answer


def list_tags_for_resource(self):
    return json.dumps({"Tags": tags_of(self, self._get_param("ResourceARN"))})


def tag_resource(self):
    tags_of(self, self._get_param("ResourceARN")).update(self._get_param("Tags") or {})
    return "{}"


def untag_resource(self):
    for key in self._get_param("TagKeys") or []:
        tags_of(self, self._get_param("ResourceARN")).pop(key, None)
    return "{}"


Response.list_tags_for_resource = list_tags_for_resource
Response.tag_resource = tag_resource
Response.untag_resource = untag_resource
