"""SNS."""

from threading import RLock

from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend
from moto.sns.responses import SNSResponse

from .patching import replaces


# AWS: an empty filter policy is no filter policy: the attribute is dropped.
# moto: keeps and returns it.
# Symptom: a configuration with an empty filter is stable here, and changes with every plan on AWS.
@replaces(SNSBackend, "set_subscription_attributes")
def drop_empty_filter(set_subscription_attributes, self, arn, name, value):
    is_empty = name == "FilterPolicy" and value is not None and "".join(value.split()) == "{}"
    return set_subscription_attributes(self, arn, name, None if is_empty else value)


request_lock = RLock()


# AWS: refuses a second subscription of an endpoint with other attributes.
# moto: changes those of the first one.
# Symptom: two subscribers that share an endpoint are only refused on AWS.
@replaces(SNSResponse, "subscribe")
def refuse_twins(subscribe, self):
    topic_arn, endpoint, protocol = (self._get_param(name) for name in ("TopicArn", "Endpoint", "Protocol"))
    given = self._get_attributes() or {}
    # A repeated request must not see a subscription whose attributes are still being set.
    with request_lock:
        first = self.backend._find_subscription(topic_arn, endpoint, protocol)
        if first and any(str(first.attributes.get(name)) != str(value) for name, value in given.items()):
            raise SNSInvalidParameter(
                "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
            )
        return subscribe(self)
