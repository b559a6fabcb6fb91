"""Messages and items of the functions against the published schemas, as in scripts/local/contract.ts: refused otherwise."""

import json
from pathlib import Path

from jsonschema import Draft7Validator
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend

from .patching import replaces

SCHEMAS = Path(__file__).parents[4] / "schema"
# Members that the schema allows to be absent, for items of earlier releases.
OF_NEW_EVENTS = ("schema_version", "test")


def closed(node):
    """Refuses unknown members of every object."""
    if isinstance(node, list):
        return [closed(member) for member in node]
    if not isinstance(node, dict):
        return node
    own = {"additionalProperties": False} if node.get("type") == "object" and "properties" in node else {}
    return {**own, **{key: closed(value) for key, value in node.items()}}


def load(name):
    # Without the id, so that references are looked up in this document.
    schema = closed(json.loads((SCHEMAS / name).read_text()))
    schema.pop("$id")
    return Draft7Validator(schema)


ANNOUNCEMENT = load("announcement.v1.schema.json")
ITEM = load("session-item.v1.schema.json")
ATTRIBUTES = ANNOUNCEMENT.schema["definitions"]["message_attributes"]


def list_problems(validator, value, definition=None):
    evolved = validator if definition is None else validator.evolve(schema=validator.schema["definitions"][definition])
    return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in evolved.iter_errors(value)]


def list_item_problems(attributes, is_new):
    item = {name: to_json(value) for name, value in attributes.items()}
    if "event_type" in item:
        absent = [f"{name} is missing" for name in OF_NEW_EVENTS if is_new and name not in item]
        return absent + list_problems(ITEM, item, "stored_event")
    is_reference = str(item["session_id"]).startswith("case#")
    return list_problems(ITEM, item, "case_reference" if is_reference else "internal_entry")


def to_json(value):
    [(kind, content)] = value.items()
    if kind == "N":
        return float(content)
    if kind == "L":
        return [to_json(member) for member in content]
    if kind == "M":
        return {name: to_json(member) for name, member in content.items()}
    return None if kind == "NULL" else content


@replaces(SNSBackend, "publish")
def publish_announcements(publish, self, message, arn, *args, message_attributes=None, **kwargs):
    if "results" in str(arn).rpartition(":")[2]:
        attributes = message_attributes or {}
        texts = {name: attribute["Value"] for name, attribute in attributes.items()}
        problems = list_problems(ANNOUNCEMENT, json.loads(message))
        problems += list_problems(ANNOUNCEMENT, texts, "message_attributes")
        problems += [
            f"attribute {name} is a {attribute['Type']}"
            for name, attribute in attributes.items()
            if ATTRIBUTES["properties"].get(name, {}).get("dataType") != attribute["Type"]
        ]
        if problems:
            raise SNSInvalidParameter(f"announcement.v1.schema.json: {'; '.join(problems)}")
    return publish(self, message, arn, *args, message_attributes=message_attributes, **kwargs)


# The functions put items in transactions only; what a test puts by hand is not theirs.
@replaces(DynamoDBBackend, "transact_write_items")
def put_items_of_the_schema(transact, self, transact_items):
    for operation in transact_items:
        refuse_problems(operation.get("Put", {}).get("Item", {}), is_new=True)
    return transact(self, transact_items)


@replaces(DynamoDBBackend, "update_item")
def update_to_items_of_the_schema(update, self, *args, **kwargs):
    item = update(self, *args, **kwargs)
    refuse_problems(item.to_json()["Attributes"], is_new=False)
    return item


def refuse_problems(attributes, is_new):
    problems = list_item_problems(attributes, is_new) if "session_id" in attributes else []
    if problems:
        raise MockValidationException(f"session-item.v1.schema.json: {'; '.join(problems)}")
