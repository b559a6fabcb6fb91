"""DynamoDB."""

from threading import RLock

from moto.dynamodb.responses import DynamoHandler

from .patching import replaces

# Also taken by the fork, so that no clone starts its life with a lock that nobody will release.
request_lock = RLock()


# AWS: a conditional write checks and writes atomically.
# moto: checks, then writes, on one of many threads.
# Symptom: of hundreds of concurrent `attribute_not_exists` puts a few win twice.
@replaces(DynamoHandler, "call_action")
def one_request_at_a_time(call_action, self):
    with request_lock:
        return call_action(self)
