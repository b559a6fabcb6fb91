"""Secrets Manager.

AWS: a secret made with, or moved to, `alias/aws/secretsmanager` shows that alias; one that was given no key shows none.
moto: never shows that alias.
Symptom: perpetual diff on a kms_key_id that names the service's own key.
"""

from moto.secretsmanager.models import FakeSecret
from moto.secretsmanager.responses import SecretsManagerResponse

from .patching import replaces

OWN_KEY = "alias/aws/secretsmanager"


def note_alias(response, secret_id):
    key = response._get_param("KmsKeyId")
    if key and secret_id in response.backend.secrets:
        response.backend.secrets[secret_id].shows_own_key = key == OWN_KEY


@replaces(SecretsManagerResponse, "create_secret")
def create_secret(original, self):
    answer = original(self)
    note_alias(self, self._get_param("Name"))
    return answer


@replaces(SecretsManagerResponse, "update_secret")
def update_secret(original, self):
    answer = original(self)
    note_alias(self, self._get_param("SecretId"))
    return answer


@replaces(FakeSecret, "to_dict")
def to_dict(original, self):
    described = original(self)
    if getattr(self, "shows_own_key", False):
        described["KmsKeyId"] = OWN_KEY
    return described
