"""Refuses duplicates that AWS refuses and moto creates or replaces."""

import json

from moto.apigateway.exceptions import ConflictException
from moto.apigateway.models import Resource, RestAPI
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.awslambda.policy import Policy

from .patching import replaces


class ResourceConflict(LambdaClientError):
    code = 409

    def __init__(self, message):
        super().__init__("ResourceConflictException", message)


# AWS: ConflictException for the path of a resource, and for the method of one, that is there already.
# moto: a second resource of the same path; the method is replaced.
# Symptom: an apply that goes on after a crash succeeds here and fails on AWS.
@replaces(RestAPI, "add_child")
def refuse_second_resource(add_child, self, path, parent_id=None):
    siblings = (each for each in self.resources.values() if each.parent_id == parent_id)
    if any(each.path_part == path for each in siblings):
        raise ConflictException(f"Another resource with the same parent already has this name: {path}")
    return add_child(self, path, parent_id)


@replaces(Resource, "add_method")
def refuse_second_method(add_method, self, method_type, *args, **kwargs):
    if method_type in self.resource_methods:
        raise ConflictException("Method already exists for this resource")
    return add_method(self, method_type, *args, **kwargs)


# AWS: ResourceConflictException for the id of a statement that is there already.
# moto: two statements of one id.
# Symptom: as above.
@replaces(Policy, "add_statement")
def refuse_second_statement(add_statement, self, raw, qualifier=None):
    sid = json.loads(raw).get("StatementId")
    if sid and any(each.get("Sid") == sid for each in self.statements):
        raise ResourceConflict(
            f"The statement id ({sid}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        )
    return add_statement(self, raw, qualifier)


# AWS: ResourceConflictException for a second mapping of a queue and a function.
# moto: means to, but looks for a function called "func.function_arn".
# Symptom: as above.
@replaces(LambdaBackend, "create_event_source_mapping")
def refuse_second_mapping(create_event_source_mapping, self, spec):
    name = str(spec.get("FunctionName")).split(":")[-1]
    for mapping in self._event_source_mappings.values():
        if mapping.event_source_arn == spec.get("EventSourceArn") and mapping.function_arn.split(":")[-1] == name:
            raise ResourceConflict(
                f'An event source mapping with SQS arn (" {mapping.event_source_arn} ") and function (" {name} ") '
                f"already exists. Please update or delete the existing mapping with UUID {mapping.uuid}"
            )
    return create_event_source_mapping(self, spec)
