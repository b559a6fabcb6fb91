"""S3: refusals about one object or key."""

from urllib.parse import unquote, urlparse

from moto.s3.exceptions import HeadOnDeleteMarker, PreconditionFailed, S3ClientError
from moto.s3.responses import S3Response
from moto.s3.utils import metadata_from_headers

from .patching import replaces
from .s3 import request_lock

MOST_KEY_BYTES = 1024
MOST_METADATA_BYTES = 2048
METADATA_PREFIX = "x-amz-meta-"
CUSTOMER_KEY_HEADER = "x-amz-server-side-encryption-customer-key-md5"
COPY_SOURCE_CUSTOMER_KEY_HEADER = "x-amz-copy-source-server-side-encryption-customer-key-md5"


# AWS: a key has at most 1,024 bytes of UTF-8, user metadata 2 KB: the bytes of all names and values, the directive COPY apart.
# moto: accepts any.
# Symptom: a target key or an added entry that AWS refuses is only seen on AWS.
def check_limits(method, self):
    if len(self.parse_key_name().encode()) > MOST_KEY_BYTES:
        raise S3ClientError("KeyTooLongError", "Your key is too long")
    is_copied = "x-amz-copy-source" in self.headers and self.headers.get("x-amz-metadata-directive") != "REPLACE"
    metadata = {} if is_copied else metadata_from_headers(self.headers)
    size = sum(
        len(name.removeprefix(METADATA_PREFIX).encode()) + len(value.encode())
        for name, value in metadata.items()
        if name.startswith(METADATA_PREFIX)
    )
    if size > MOST_METADATA_BYTES:
        raise S3ClientError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
    return method(self)


# AWS: CopyObject with If-None-Match: * fails with 412 when something lies at the target.
# moto: ignores the header.
# Symptom: two recordings of one name, of which the second replaces the first.
@replaces(S3Response, "copy_object")
def check_target_is_free(copy_object, self):
    with request_lock:
        is_taken = self.backend.get_object(self.bucket_name, self.parse_key_name()) is not None
        if is_taken and self.headers.get("If-None-Match") == "*":
            raise PreconditionFailed("If-None-Match")
        return copy_object(self)


# AWS: an object encrypted with a customer's key (SSE-C) is neither described, handed out nor copied without that key.
# moto: stores it like any other.
# Symptom: an upload that AWS answers HEAD with 400 for is processed.
@replaces(S3Response, "put_object")
def store_customer_key(put_object, self):
    answer = put_object(self)
    stored = self.backend.get_object(self.bucket_name, self.parse_key_name())
    stored.customer_key_md5 = self.headers.get(CUSTOMER_KEY_HEADER)
    return answer


def has_other_key(key, given):
    return key is not None and getattr(key, "customer_key_md5", None) != given


@replaces(S3Response, "_get_key")
def check_customer_key(get_key, self, *arguments, **options):
    key, not_modified = get_key(self, *arguments, **options)
    if has_other_key(key, self.headers.get(CUSTOMER_KEY_HEADER)):
        raise missing_customer_key()
    return key, not_modified


@replaces(S3Response, "head_object")
def check_customer_key_of_head(head_object, self, bucket_name, query, key_name, headers):
    version_id = query.get("versionId", [None])[0]
    try:
        key = self.backend.head_object(bucket_name, key_name, version_id=version_id)
    except HeadOnDeleteMarker:
        key = None
    if has_other_key(key, self.headers.get(CUSTOMER_KEY_HEADER)):
        return 400, {}, ""
    return head_object(self, bucket_name, query, key_name, headers)


@replaces(S3Response, "copy_object")
def check_customer_key_of_source(copy_object, self):
    bucket, key = unquote(urlparse(self.headers["x-amz-copy-source"]).path).lstrip("/").split("/", 1)
    if has_other_key(self.backend.get_object(bucket, key), self.headers.get(COPY_SOURCE_CUSTOMER_KEY_HEADER)):
        raise missing_customer_key()
    return copy_object(self)


def missing_customer_key():
    return S3ClientError(
        "InvalidRequest",
        "The object was stored using a form of Server Side Encryption. "
        "The correct parameters must be provided to retrieve the object.",
    )


for writing_method in ("put_object", "copy_object"):
    replaces(S3Response, writing_method)(check_limits)
