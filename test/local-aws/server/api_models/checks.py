"""What the checks of documented limits have in common."""

import json
import re

from .constraints import Violation

DAY = 24 * 60 * 60


class Unreadable(Exception):
    """A value that the other checks of the request cannot read either."""

    def __init__(self, member, value, constraint):
        [self.violation] = refuse(member, value, constraint)


def refuse(member, value, constraint):
    yield Violation(member, "documented", str(value)[:200], constraint)


def read_number(member, value):
    try:
        return float(value)
    except ValueError:
        raise Unreadable(member, value, "Member must be a number") from None


def read_object(member, text):
    """A JSON object; empty where there is no text."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Unreadable(member, text, "Member must be a JSON object")
    return value


def limit(member, value, least, most):
    if value is not None and not least <= read_number(member, value) <= most:
        yield from refuse(member, value, f"Member must have value between {least} and {most}")


def match(member, value, pattern):
    if value is not None and not re.fullmatch(pattern, value):
        yield from refuse(member, value, f"Member must satisfy regular expression pattern: {pattern}")


def limit_size(member, text, most, without_blanks=False):
    """IAM does not count blanks outside of texts."""
    counted = json.dumps(read_object(member, text), separators=(",", ":")) if text and without_blanks else text
    if counted and len(counted.encode()) > most:
        yield from refuse(member, text, f"Member must have length less than or equal to {most}, not {len(counted.encode())}")
