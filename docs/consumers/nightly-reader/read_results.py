"""Reads the events of the last runs' time from the sessions table, each once, as JSON lines.

    TABLE=acme-voice-sessions-prod python3 read_results.py state.json > results.jsonl

The state file holds the time up to which events were read, and the ids of the latest. It is written last: after a crash
the next run reads the same events again.
"""

import json
import os
import sys
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import boto3

# An item is written up to 15 minutes after its received_at: a function may run that long. The rest is a reserve.
OVERLAP = timedelta(hours=1)
FIRST_RUN = timedelta(days=1)


def to_text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def scan(table, since, until):
    request = {
        "ConsistentRead": True,
        # Only events have a type. The other items are references of cases and the functions' own entries.
        "FilterExpression": "attribute_exists(event_type) AND received_at BETWEEN :since AND :until",
        "ExpressionAttributeValues": {":since": since, ":until": until},
    }
    while True:
        page = table.scan(**request)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def to_json(value):
    """A number that a float cannot hold, such as a sort key, stays a text with all its digits."""
    if not isinstance(value, Decimal):
        raise TypeError(type(value))
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def main(state_file):
    state = json.loads(state_file.read_text()) if state_file.exists() else {}
    until = datetime.now(timezone.utc)
    since = datetime.fromisoformat(state["until"]) - OVERLAP if state else until - FIRST_RUN
    known = state.get("seen", {})
    seen = {}
    for item in scan(boto3.resource("dynamodb").Table(os.environ["TABLE"]), to_text(since), to_text(until)):
        # DynamoDB deletes expired items days later.
        if item["ttl"] <= time.time() or item.get("test"):
            continue
        seen[item["event_id"]] = item["received_at"]
        if item["event_id"] not in known:
            print(json.dumps(item, default=to_json))
    sys.stdout.flush()
    # The next run reads an hour again, so it needs the ids of that hour.
    latest = to_text(until - OVERLAP)
    kept = {event_id: received for event_id, received in seen.items() if received >= latest}
    unfinished = state_file.with_suffix(".tmp")
    unfinished.write_text(json.dumps({"until": until.isoformat(), "seen": kept}))
    unfinished.replace(state_file)


main(Path(sys.argv[1]))
