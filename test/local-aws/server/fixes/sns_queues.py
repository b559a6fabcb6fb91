"""SNS's deliveries to queues."""

import copy
import json

from moto.sns.models import Subscription

from .patching import replaces
from .queue_access import may_send


# AWS: a queue receives a message only if its policy, and that of its key, lets the topic send. Otherwise the message goes to the
# subscription's dead-letter queue under the same condition, or is lost.
# moto: delivers to every queue that exists, and answers Publish with an error if one does not; knows no dead-letter queue.
# Symptom: a missing policy is only seen on AWS, and nothing proves the dead-letter queue.
# https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
@replaces(Subscription, "publish")
def deliver_to_queues_that_allow_it(publish, self, *args, **kwargs):
    if self.protocol != "sqs":
        return publish(self, *args, **kwargs)
    redrive = json.loads(self.attributes.get("RedrivePolicy") or "{}")
    for queue_arn in (self.endpoint, redrive.get("deadLetterTargetArn")):
        if queue_arn and may_send("sns.amazonaws.com", self.topic.arn, self.account_id, queue_arn):
            receiver = copy.copy(self)
            receiver.endpoint = queue_arn
            return publish(receiver, *args, **kwargs)
