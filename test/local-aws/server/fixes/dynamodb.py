"""DynamoDB."""

from threading import RLock

from moto.core.responses import ActionResult
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.responses import DynamoHandler

from .patching import replaces

# Also taken by the fork, so that no clone starts with a lock that no thread releases.
request_lock = RLock()


# AWS: a conditional write checks and writes atomically.
# moto: checks, then writes, on one of many threads.
# Symptom: of hundreds of concurrent `attribute_not_exists` puts a few win twice.
@replaces(DynamoHandler, "call_action")
def one_request_at_a_time(call_action, self):
    with request_lock:
        return call_action(self)


# AWS: a table that changes to pay per request has no capacity from then on.
# moto: keeps what was provisioned.
# Symptom: the second plan fails: "read_capacity can not be set when billing_mode is PAY_PER_REQUEST".
@replaces(DynamoDBBackend, "update_table")
def drop_capacity_with_the_billing_mode(update_table, self, *args, **kwargs):
    table = update_table(self, *args, **kwargs)
    if table.billing_mode == "PAY_PER_REQUEST":
        table.throughput = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    return table


# AWS: the encryption of a table can be changed.
# moto: knows it at creation only.
# Symptom: the second plan of a table that was made without a key wants to encrypt it again.
@replaces(DynamoHandler, "update_table")
def change_encryption(update_table, self):
    encryption = self.body.get("SSESpecification")
    if encryption:
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        own_key = {"KMSMasterKeyId": table._get_default_encryption_key(table.account_id, table.region_name)}
        table.sse_specification = {**own_key, **encryption} if encryption.get("Enabled") else None
    return update_table(self)


# AWS: returns the tags of a table in one page.
# moto: ten a page, and the provider reads one.
# Symptom: perpetual diff on the tags of a table that has more than ten.
def list_tags_of_resource(self):
    return ActionResult({"Tags": self.dynamodb_backend.list_tags_of_resource(self.body["ResourceArn"])})


DynamoHandler.list_tags_of_resource = list_tags_of_resource
