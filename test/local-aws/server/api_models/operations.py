"""Finds the operation of a request and reads its parameters, by the protocol of the service."""

import functools
import re
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError

from botocore.model import OperationNotFoundError
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri


class UnreadableRequest(Exception):
    pass


def identify_operation(service, request):
    """The operation, and the parameters in the path."""
    if request.headers.get("x-amz-target"):
        return find_named(service, request.headers["x-amz-target"].split(".")[-1]), {}
    if service.metadata["protocol"].startswith("rest"):
        return find_by_path(service, request)
    return find_named(service, read_form(request).get("Action", "")), {}


def find_named(service, name):
    try:
        return service.operation_model(name)
    except OperationNotFoundError:
        raise UnreadableRequest(f"{service.service_name} has no operation {name!r}") from None


def find_by_path(service, request):
    """The operation with the most literal parts and required headers and query parameters that the request has."""
    # The path as it was sent: a slash in a parameter is encoded.
    path = request.environ.get("RAW_URI", iri_to_uri(request.path)).split("?")[0]
    candidates = []
    for name, method, pattern, literals, needed in list_routes(service):
        match = pattern.fullmatch(path) if method == request.method else None
        if match is None or not literals <= set(request.args.items(multi=True)):
            continue
        if all(name_of in (request.headers if place == "header" else request.args) for place, name_of in needed):
            candidates.append((len(literals) + len(needed), len(pattern.pattern), name, match))
    if not candidates:
        raise UnreadableRequest(f"{service.service_name} has no operation {request.method} {path}")
    _, _, name, match = max(candidates, key=lambda candidate: candidate[:3])
    url_params = {key: unquote(value) for key, value in zip(list_labels(service, name), match.groups())}
    return service.operation_model(name), url_params


@functools.cache
def list_routes(service):
    return [
        (name, *read_route(operation.http), list_needed(operation.input_shape))
        for name in service.operation_names
        for operation in [service.operation_model(name)]
    ]


def read_route(http):
    """Method, expression for the path, and literal query parameters (`?lifecycle`, `?list-type=2`)."""
    path, _, query = http["requestUri"].partition("?")
    parts = re.split(r"(\{[^}]+\})", path)
    expression = "".join(
        ("(.+)" if part.endswith("+}") else "([^/]+)") if part.startswith("{") else re.escape(part) for part in parts
    )
    # An id that the SDK adds to tell operations apart; it is optional.
    pairs = (pair.partition("=") for pair in query.split("&") if pair and not pair.startswith("x-id="))
    return http["method"], re.compile(expression.rstrip("/") + "/?"), {(key, value) for key, _, value in pairs}


def list_labels(service, name):
    path = service.operation_model(name).http["requestUri"]
    return [label.strip("{+}") for label in re.findall(r"\{[^}]+\}", path.partition("?")[0])]


def list_needed(shape):
    """Required members that the headers or the query of a request carry: they tell CopyObject from PutObject."""
    members = [shape.members[name] for name in shape.required_members] if shape else []
    places = [(member.serialization.get("location"), member.serialization.get("name")) for member in members]
    return [(place, name) for place, name in places if place in ("header", "querystring")]


def read_form(request):
    return MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)])


def read_parameters(operation, request, url_params):
    service = operation.service_model
    protocol = service.metadata["protocol"]
    if not protocol.startswith("rest"):
        protocol = "json" if request.headers.get("x-amz-target") else "query"
    shape = operation.input_shape
    values = request.args if protocol.startswith("rest") else read_form(request)
    body = b"" if carries_blob(shape) else request.get_data()
    try:
        return PROTOCOL_PARSERS[protocol](operation).parse(
            {
                "method": request.method,
                "values": values,
                "headers": request.headers,
                "body": body,
                "url_path": request.path,
                "url_params": url_params,
            }
        )
    except (ParseError, RequestParserError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableRequest(f"{operation.name} cannot be read: {error}") from error


def carries_blob(shape):
    """Whether the body is an object's or an event's contents, for which there is no model."""
    payload = shape.serialization.get("payload") if shape else None
    return payload is not None and shape.members[payload].type_name == "blob"
