"""Compares parameters with a shape of an API model."""

import functools
import re
import sys
import unicodedata
from dataclasses import dataclass
from itertools import groupby

LONGEST_VALUE = 200
SUPPLEMENTARY_IN_JAVA = r"\uD800\uDC00-\uDBFF\uDFFF"


@dataclass(frozen=True)
class Violation:
    member: str
    kind: str
    value: str
    constraint: str


def find_violations(shape, value, member=""):
    """Yields every violation, the deepest ones included."""
    yield from CHECKS.get(shape.type_name, check_nothing)(shape, value, member)


def check_nothing(shape, value, member):
    return ()


def violation(kind, member, value, constraint):
    return Violation(member, kind, str(value)[:LONGEST_VALUE], constraint)


def check_structure(shape, value, member):
    for name in shape.required_members:
        if value.get(name) is None:
            yield violation("required", join(member, name), None, "Member must not be null")
    for name, part in shape.members.items():
        if value.get(name) is not None:
            yield from find_violations(part, value[name], join(member, name))


def check_list(shape, value, member):
    yield from check_length(shape, value, member)
    for index, item in enumerate(value):
        yield from find_violations(shape.member, item, f"{member}.{index + 1}")


def check_map(shape, value, member):
    yield from check_length(shape, value, member)
    for key, item in value.items():
        yield from find_violations(shape.key, key, f"{member}.{key}")
        yield from find_violations(shape.value, item, f"{member}.{key}")


def check_string(shape, value, member):
    yield from check_length(shape, value, member)
    allowed, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if allowed and value not in allowed:
        yield violation("enum", member, value, f"Member must satisfy enum value set: {allowed}")
    if pattern and not compile_pattern(pattern).fullmatch(value):
        yield violation("pattern", member, value, f"Member must satisfy regular expression pattern: {pattern}")


def check_length(shape, value, member):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield violation("length", member, value, f"Member must have length greater than or equal to {least}")
    if most is not None and len(value) > most:
        yield violation("length", member, value, f"Member must have length less than or equal to {most}")


def check_number(shape, value, member):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield violation("range", member, value, f"Member must have value greater than or equal to {least}")
    if most is not None and value > most:
        yield violation("range", member, value, f"Member must have value less than or equal to {most}")


CHECKS = {
    "structure": check_structure,
    "list": check_list,
    "map": check_map,
    "string": check_string,
    "blob": check_length,
    **dict.fromkeys(("integer", "long", "float", "double"), check_number),
}


def join(member, name):
    return f"{member}.{name}" if member else name


@functools.cache
def compile_pattern(pattern):
    """A Java expression as Python writes it. AWS matches the whole value, and \\d, \\s and \\w are ASCII."""
    python = pattern.replace(SUPPLEMENTARY_IN_JAVA, r"\U00010000-\U0010FFFF").replace(r"\p{Print}", "[ -~]")
    python = re.sub(r"\\p\{(\w+)\}", lambda match: list_characters(match[1]), python)
    return re.compile(python.replace(r"\w-_", r"\w\-_"), re.ASCII)


@functools.cache
def list_characters(category):
    """The ranges of the characters of a Unicode category, as they stand in a class of characters."""
    codes = (code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)).startswith(category))
    ranges = []
    for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        run = [code for _, code in run]
        ranges.append(f"\\U{run[0]:08X}-\\U{run[-1]:08X}")
    return "".join(ranges)
