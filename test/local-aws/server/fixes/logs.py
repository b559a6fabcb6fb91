"""CloudWatch Logs.

AWS: a key is given to a group, changed and taken away while the group lives; one that is not there, is not enabled, or whose
policy does not let CloudWatch Logs use it for this group, is refused.
moto: knows a key only when the group is made, and takes any.
Symptom: switching encryption on or off on a living stack fails on AssociateKmsKey or DisassociateKmsKey.
"""

from moto.kms.models import kms_backends
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.responses import LogsResponse

from .kms_use import service_may_use
from .patching import replaces


def group_of(response):
    name = response._get_param("logGroupName")
    if name not in response.logs_backend.groups:
        raise ResourceNotFoundException()
    return response.logs_backend.groups[name]


# Those with an encryption context: DescribeKey has none, so that a statement with this condition never allows it.
KEY_ACTIONS = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")


def require_usable(response, key_arn, group_name):
    """A key of this account; those of other accounts cannot be looked up here."""
    region, account, resource = key_arn.split(":")[3:6]
    if account != response.current_account:
        return
    key = kms_backends[account][region].keys.get(resource.removeprefix("key/"))
    group_arn = f"arn:aws:logs:{region}:{account}:log-group:{group_name}"
    context = {"kms:EncryptionContext:aws:logs:arn": group_arn, "aws:SourceAccount": account}
    is_usable = key is not None and key.key_state == "Enabled"
    if not is_usable or not service_may_use(key, KEY_ACTIONS, f"logs.{region}.amazonaws.com", context):
        raise InvalidParameterException(msg=f"The specified KMS key does not exist or is not allowed to be used: {key_arn}")


def associate_kms_key(self):
    group = group_of(self)
    require_usable(self, self._get_param("kmsKeyId"), self._get_param("logGroupName"))
    group.kms_key_id = self._get_param("kmsKeyId")
    return ""


def disassociate_kms_key(self):
    group_of(self).kms_key_id = None
    return ""


@replaces(LogsResponse, "create_log_group")
def create_log_group(original, self):
    if self._get_param("kmsKeyId"):
        require_usable(self, self._get_param("kmsKeyId"), self._get_param("logGroupName"))
    return original(self)


LogsResponse.associate_kms_key = associate_kms_key
LogsResponse.disassociate_kms_key = disassociate_kms_key
