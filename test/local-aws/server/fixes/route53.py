"""Route 53."""

from moto.route53 import models

from .patching import replaces


# AWS: the id of a hosted zone begins with Z.
# moto: it begins with any letter or digit.
# Symptom: variables that check the form of ids refuse it.
@replaces(models, "create_route53_zone_id")
def begin_with_z(create_route53_zone_id, *args, **kwargs):
    return f"Z{create_route53_zone_id(*args, **kwargs)[1:]}"
