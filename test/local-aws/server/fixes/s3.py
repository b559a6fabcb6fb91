"""S3."""

import secrets
import time
from datetime import datetime, timezone
from threading import RLock, Thread
from urllib.parse import parse_qs, quote_plus, unquote, urlparse
from xml.parsers.expat import ExpatError

from moto.s3 import notifications
from moto.s3.exceptions import MalformedXML, MissingBucket, PreconditionFailed, S3AccessDeniedError, S3ClientError
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, S3Backend
from moto.s3.responses import S3Response

from .patching import replaces
from .queue_access import may_send

request_lock = RLock()


# AWS: conditional writes (If-None-Match, If-Match) check and write atomically.
# moto: checks, then writes, on one of many threads.
# Symptom: of many concurrent copies with If-None-Match some win twice.
def one_at_a_time(method, self):
    with request_lock:
        return method(self)


for writing_method in ("put_object", "delete_object", "copy_object"):
    replaces(S3Response, writing_method)(one_at_a_time)


# AWS: CopyObject with x-amz-copy-source-if-match fails with 412 when the source has changed.
# moto: ignores the header.
# Symptom: a copy of an object that was replaced meanwhile succeeds.
@replaces(S3Response, "copy_object")
def check_copy_source_etag(copy_object, self):
    expected_etag = self.headers.get("x-amz-copy-source-if-match")
    if expected_etag:
        source = urlparse(self.headers["x-amz-copy-source"])
        bucket, key = unquote(source.path).lstrip("/").split("/", 1)
        version_id = parse_qs(source.query).get("versionId", [None])[0]
        found = self.backend.get_object(bucket, key, version_id=version_id)
        if found is not None and found.etag.strip('"') != expected_etag.strip('"'):
            raise PreconditionFailed("x-amz-copy-source-If-Match")
    return copy_object(self)


# AWS: refuses a request that expects another owner of the bucket.
# moto: ignores the header.
# Symptom: a bucket of another account looks like one's own.
@replaces(S3Response, "_bucket_response")
def check_expected_owner(bucket_response, self, request, full_url):
    expected_owner = self.headers.get("x-amz-expected-bucket-owner")
    name = self.parse_bucket_name_from_url(request, full_url)
    if expected_owner and name and owner_of(self, name) not in (None, expected_owner):
        raise S3AccessDeniedError()
    return bucket_response(self, request, full_url)


def owner_of(response, name):
    try:
        return response.backend.head_bucket(name).account_id
    except MissingBucket:
        return None


# AWS: the last version of a key may be a delete marker, and goes like any other.
# moto: asks the marker to free its contents, which it has not.
# Symptom: 500 when a versioned bucket is emptied, also by force_destroy.
FakeDeleteMarker.dispose = lambda self, *_: None


# AWS: encodes keys in listings where it is asked to: a space as "+", "/" not at all.
# moto: knows no encoding of versions, and encodes a space as %20.
# Symptom: keys with characters that XML cannot carry are listed only on AWS, and decoded wrongly there.
FakeKey.safe_name = lambda self, encoding_type=None: encode_key(self.name) if encoding_type == "url" else self.name


def encode_key(key):
    return quote_plus(key, safe="/*-._")


@replaces(S3Response, "serialized")
def encode_versions(serialized, self, action_result):
    encoding_type = self.querystring.get("encoding-type", [None])[0]
    if self.data.get("Action") == "ListObjectVersions" and encoding_type == "url":
        listing = action_result.result
        listing["EncodingType"] = "url"
        for entry in [*listing["Versions"], *listing["DeleteMarkers"]]:
            entry["Key"] = encode_key(entry["Key"])
        if "NextKeyMarker" in listing:
            listing["NextKeyMarker"] = encode_key(listing["NextKeyMarker"])
    return serialized(self, action_result)


# AWS: a list of keys to delete that is no XML is refused as a whole.
# moto: answers 500.
# Symptom: the SDK repeats a request that can never succeed.
@replaces(S3Response, "_bucket_response_delete_keys")
def refuse_malformed_list(delete_keys, self, *args, **kwargs):
    try:
        return delete_keys(self, *args, **kwargs)
    except ExpatError:
        raise MalformedXML() from None


# AWS: a bucket's tags go with it.
# moto: keeps them by the bucket's name.
# Symptom: another bucket of the same name has the tags of the one that was deleted.
@replaces(S3Backend, "delete_bucket")
def delete_bucket_with_tags(delete_bucket, self, bucket_name):
    bucket = self.buckets.get(bucket_name)
    deleted = delete_bucket(self, bucket_name)
    if deleted and bucket is not None:
        self.tagger.delete_all_tags_for_resource(bucket.arn)
    return deleted


# AWS: keys are form-encoded but keep "/", `eventTime` ends in Z, objects have a sequencer and, with versioning, a versionId.
# moto: sends "/" as %2F, local time without zone, no sequencer, no versionId.
# Symptom: code that works on AWS sees other keys here, and code that only works here passes.
def s3_event(event_name, bucket, key, notification_id):
    described_object = {
        "key": quote_plus(key.name, safe="/*-._"),
        "size": key.size,
        "eTag": key.etag.replace('"', ""),
        "sequencer": f"{time.time_ns():016X}",
    }
    if bucket.is_versioned:
        described_object["versionId"] = key.version_id
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region_name,
        "eventTime": now_iso(),
        "eventName": event_name.removeprefix("s3:"),
        "userIdentity": {"principalId": "AWS:LOCALAWS"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": secrets.token_hex(8).upper(), "x-amz-id-2": secrets.token_hex(16)},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": notification_id,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": "LOCALAWS"},
                "arn": bucket.arn,
            },
            "object": described_object,
        },
    }
    return {"Records": [record]}


def now_iso():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


notifications._get_s3_event = s3_event


# AWS: the test event, too, has a UTC time, and the ids of its request.
@replaces(notifications, "_get_test_event")
def s3_test_event(get_test_event, bucket_name):
    ids = {"RequestId": secrets.token_hex(8).upper(), "HostId": secrets.token_hex(16)}
    return {**get_test_event(bucket_name), "Time": now_iso(), **ids}


# AWS: functions are invoked after the upload was answered.
# moto: runs the function inside PutObject.
# Symptom: a function that calls S3 waits for the very upload that waits for it.
@replaces(notifications, "_invoke_awslambda")
def invoke_in_the_background(invoke, *arguments):
    Thread(target=invoke, args=arguments, daemon=True).start()


# AWS: refuses a notification to a queue whose policy, or whose key's policy, does not let this bucket send to it.
# moto: accepts it.
# Symptom: a missing depends_on between queue policy and notification is only seen on AWS.
class UnusableDestination(S3ClientError):
    code = "InvalidArgument"

    def __init__(self):
        super().__init__("InvalidArgument", "Unable to validate the following destination configurations")


@replaces(FakeBucket, "set_notification_configuration")
def check_queue_policies(set_notification_configuration, self, notification_config):
    queues = (notification_config or {}).get("QueueConfiguration") or []
    for queue in queues if isinstance(queues, list) else [queues]:
        if not may_send("s3.amazonaws.com", self.arn, self.account_id, queue["Queue"]):
            raise UnusableDestination()
    return set_notification_configuration(self, notification_config)


# AWS: every bucket has a default encryption, AES256 unless set.
# moto: answers that there is none.
# Symptom: the encryption of a bucket that was made by hand cannot be imported.
AES256 = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}}


@replaces(S3Backend, "get_bucket_encryption")
def encrypted_by_default(get_bucket_encryption, self, bucket_name):
    return get_bucket_encryption(self, bucket_name) or AES256
