"""What the checks of documented limits have in common."""

import json
import re

from .constraints import Violation

DAY = 24 * 60 * 60


def refuse(member, value, constraint):
    yield Violation(member, "documented", str(value)[:200], constraint)


def limit(member, value, least, most):
    if value is not None and not least <= float(value) <= most:
        yield from refuse(member, value, f"Member must have value between {least} and {most}")


def match(member, value, pattern):
    if value is not None and not re.fullmatch(pattern, value):
        yield from refuse(member, value, f"Member must satisfy regular expression pattern: {pattern}")


def limit_size(member, text, most, without_blanks=False):
    """IAM does not count blanks outside of texts."""
    counted = json.dumps(json.loads(text), separators=(",", ":")) if text and without_blanks else text
    if counted and len(counted.encode()) > most:
        yield from refuse(member, text, f"Member must have length less than or equal to {most}, not {len(counted.encode())}")
