"""SQS."""

import json
from threading import RLock

from moto.sqs.models import Queue, SQSBackend

from .patching import replaces

# AWS: knows RedriveAllowPolicy.
# moto: keeps the value but never returns it.
# Symptom: the provider waits three minutes for the attribute to appear, then fails.
Queue.BASE_ATTRIBUTES = [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
Queue.redrive_allow_policy = None


# AWS: SetQueueAttributes changes only what it is sent.
# moto: every call without Policy wipes the queue's policy.
# Symptom: the second plan wants to create the policy again, and S3 may no longer send to the queue.
@replaces(Queue, "_set_attributes")
def keep_policy_that_is_not_sent(set_attributes, self, attributes, now=None):
    policy = getattr(self, "policy", None) if hasattr(self, "_policy_json") else None
    set_attributes(self, attributes, now)
    if "Policy" not in attributes:
        self.policy = policy


# AWS: returns RedrivePolicy as it was sent, and no attribute that is not set.
# moto: reformats RedrivePolicy with blanks.
# Symptom: perpetual diff on redrive_policy.
def attributes(self):
    result = stock_attributes(self)
    if self.redrive_policy:
        result["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
    if not result.get("RedriveAllowPolicy"):
        result.pop("RedriveAllowPolicy", None)
    return result


stock_attributes = Queue.attributes.fget
Queue.attributes = property(attributes)


# AWS: Lambda polls the queue.
# moto: SendMessage itself runs the function in Docker, and without Docker silently deletes the message.
# Symptom: uploads vanish. The bridge polls instead, so a queue must not know its event source mappings.
class NoEventSourceMappings(dict):
    def __setitem__(self, key, value):
        pass


@replaces(Queue, "__init__")
def leave_polling_to_the_bridge(init, self, *args, **kwargs):
    init(self, *args, **kwargs)
    self.lambda_event_source_mappings = NoEventSourceMappings()


# AWS: a message in flight is invisible to other receivers, and no message is ever lost.
# moto: looks for visible messages and hides them in two steps, and deletes by replacing the list of messages, all without
# a lock.
# Symptom: two receivers get the same message; a message that is sent during a deletion vanishes.
request_lock = RLock()


def one_at_a_time(method, *args, **kwargs):
    with request_lock:
        return method(*args, **kwargs)


for owner, changing_method in (
    (Queue, "add_message"),
    (Queue, "delete_message"),
    (SQSBackend, "change_message_visibility"),
):
    replaces(owner, changing_method)(one_at_a_time)


@replaces(SQSBackend, "receive_message")
def receive_one_at_a_time(receive, self, queue_name, count, wait_seconds_timeout, *args, **kwargs):
    queue = self.get_queue(queue_name)
    if wait_seconds_timeout and not queue.messages:
        queue.wait_for_messages(wait_seconds_timeout)
    with request_lock:
        return receive(self, queue_name, count, 0, *args, **kwargs)
