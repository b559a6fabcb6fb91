"""KMS."""

import json

from moto.kms.models import Key
from moto.kms.responses import KmsResponse

from .patching import replaces

AWS_DEFAULT_ROTATION_DAYS = 365
Key.rotation_period_in_days = AWS_DEFAULT_ROTATION_DAYS


def key_of(response):
    return response.kms_backend.keys[response.kms_backend.get_key_id(response._get_param("KeyId"))]


# AWS: the rotation period is stored and returned (365 days unless said otherwise).
# moto: drops it.
# Symptom: perpetual diff on rotation_period_in_days.
@replaces(KmsResponse, "enable_key_rotation")
def store_rotation_period(enable_key_rotation, self):
    answer = enable_key_rotation(self)
    key_of(self).rotation_period_in_days = self._get_param("RotationPeriodInDays") or AWS_DEFAULT_ROTATION_DAYS
    return answer


@replaces(KmsResponse, "get_key_rotation_status")
def return_rotation_period(get_key_rotation_status, self):
    status = json.loads(get_key_rotation_status(self))
    if status["KeyRotationEnabled"]:
        status["RotationPeriodInDays"] = key_of(self).rotation_period_in_days
    return json.dumps(status)
