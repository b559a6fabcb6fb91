"""Trust policies and paths of roles."""

from moto.iam.exceptions import InvalidInput, MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator

from .patching import replaces

SERVICE_ROLE_PATH = "/aws-service-role/"


# AWS: refuses a role whose trust policy is not one: its syntax, its actions, a missing principal.
# moto: takes any text for a new role, and needs no principal.
# Symptom: a malformed trust policy is only seen on AWS.
class TrustPolicyValidator(IAMTrustPolicyDocumentValidator):
    def validate(self):
        super().validate()
        if not all("Principal" in statement or "NotPrincipal" in statement for statement in self._statements):
            raise MalformedPolicyDocument("Missing required field Principal")


@replaces(IAMBackend, "create_role")
def check_new_role(create_role, self, role_name, assume_role_policy_document, path, *args, **kwargs):
    TrustPolicyValidator(assume_role_policy_document).validate()
    # moto: takes the path of service-linked roles for any role.
    if (path or "").startswith(SERVICE_ROLE_PATH) and kwargs.get("linked_service") is None:
        raise InvalidInput(f"Path prefix '{SERVICE_ROLE_PATH}' can only be used for AWS Service linked Roles")
    return create_role(self, role_name, assume_role_policy_document, path, *args, **kwargs)


@replaces(IAMBackend, "update_assume_role_policy")
def check_changed_trust(update_assume_role_policy, self, role_name, policy_document):
    TrustPolicyValidator(policy_document).validate()
    return update_assume_role_policy(self, role_name, policy_document)
