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


# AWS: a topic keeps and returns the version of its signatures, and the roles and rates of its delivery log.
# moto: accepts them and never returns them.
# Symptom: perpetual diff on signature_version and *_feedback_*.
KEPT = {
    "SignatureVersion",
    *(
        f"{protocol}{attribute}"
        for protocol in ["Firehose", "HTTP", "Lambda", "SQS"]
        for attribute in ["FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate"]
    ),
}


def keep(response, topic_arn, attributes):
    topic = response.backend.get_topic(topic_arn)
    kept = {name: value for name, value in attributes.items() if name in KEPT}
    topic.kept_attributes = {**getattr(topic, "kept_attributes", {}), **kept}


@replaces(SNSResponse, "create_topic")
def keep_first_attributes(create_topic, self):
    answer = create_topic(self)
    keep(self, answer.result["TopicArn"], self._get_attributes() or {})
    return answer


@replaces(SNSResponse, "set_topic_attributes")
def keep_attribute(set_topic_attributes, self):
    answer = set_topic_attributes(self)
    keep(self, self._get_param("TopicArn"), {self._get_param("AttributeName"): self._get_param("AttributeValue")})
    return answer


@replaces(SNSResponse, "get_topic_attributes")
def return_attributes(get_topic_attributes, self):
    answer = get_topic_attributes(self)
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    kept = getattr(topic, "kept_attributes", {})
    answer.result["Attributes"].update({name: value for name, value in kept.items() if value})
    return answer
