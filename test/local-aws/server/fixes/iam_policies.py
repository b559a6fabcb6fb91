"""Evaluation of IAM policy documents.

AWS: an allow or deny needs its action, principal, resource and all of its conditions to match; anything else is neutral.
moto: knows StringEquals only and ignores every other condition, denies where a condition does not match (so a Deny for
plain HTTP denies everybody), lacks NotResource and Null, and matches regular expressions instead of wildcards.
Symptom: with the usual TLS-only bucket policy every Get, Put and Head gets 403; statements with conditions are never allowed.
"""

import ipaddress
import re

from moto.iam.access_control import IAMPolicy, IAMPolicyStatement, PermissionResult

# Every local connection stands for an HTTPS connection on AWS.
ASSUMED_CONTEXT = {"aws:SecureTransport": "true"}


def as_list(value):
    return value if isinstance(value, list) else [value]


def matches_wildcard(pattern, text, ignore_case=False):
    expression = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, text, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


# Each takes the value in the policy and the value in the request; the negative forms are derived.
OPERATORS = {
    "StringEquals": lambda expected, actual: expected == actual,
    "StringEqualsIgnoreCase": lambda expected, actual: expected.lower() == actual.lower(),
    "StringLike": matches_wildcard,
    "ArnEquals": matches_wildcard,
    "ArnLike": matches_wildcard,
    "Bool": lambda expected, actual: str(expected).lower() == str(actual).lower(),
    "IpAddress": lambda expected, actual: ipaddress.ip_address(actual) in ipaddress.ip_network(expected),
    "NumericEquals": lambda expected, actual: float(actual) == float(expected),
    "NumericLessThan": lambda expected, actual: float(actual) < float(expected),
    "NumericLessThanEquals": lambda expected, actual: float(actual) <= float(expected),
    "NumericGreaterThan": lambda expected, actual: float(actual) > float(expected),
    "NumericGreaterThanEquals": lambda expected, actual: float(actual) >= float(expected),
}


def condition_holds(operator, expected_values, actual):
    """One key of one condition operator. `actual` is None where the request has no such key."""
    if operator == "Null":
        return (str(as_list(expected_values)[0]).lower() == "true") == (actual is None)
    quantifier, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negative = "Not" in name
    if actual is None:
        return if_exists or negative or quantifier == "ForAllValues"
    compare = OPERATORS[name.replace("Not", "", 1)]
    quantify = all if quantifier == "ForAllValues" else any
    matched = quantify(
        any(compare(expected, value) for expected in as_list(expected_values)) for value in as_list(actual)
    )
    return matched != negative


def conditions_hold(conditions, context):
    lowercase_context = {key.lower(): value for key, value in context.items()}
    return all(
        condition_holds(operator, expected, lowercase_context.get(key.lower()))
        for operator, keys in conditions.items()
        for key, expected in keys.items()
    )


def principal_matches(element, principal):
    """`principal` is an ARN, {"Service": name}, or None for the policies of an identity and anonymous callers."""
    if element is None or element == "*":
        return True
    kind, name = next(iter(principal.items())) if isinstance(principal, dict) else ("AWS", principal)
    expected = as_list(element.get(kind, []))
    if "*" in expected or name in expected:
        return True
    account = name.split(":")[4] if kind == "AWS" and name else None
    return account is not None and (account in expected or f"arn:aws:iam::{account}:root" in expected)


def statement_applies(statement, action, resource, principal, context):
    if "NotAction" in statement:
        if any(matches_wildcard(pattern, action, True) for pattern in as_list(statement["NotAction"])):
            return False
    elif not any(matches_wildcard(pattern, action, True) for pattern in as_list(statement["Action"])):
        return False
    if "NotResource" in statement:
        if any(matches_wildcard(pattern, resource) for pattern in as_list(statement["NotResource"])):
            return False
    elif "Resource" in statement:
        if not any(matches_wildcard(pattern, resource) for pattern in as_list(statement["Resource"])):
            return False
    return principal_matches(statement.get("Principal"), principal) and conditions_hold(
        statement.get("Condition", {}), {**ASSUMED_CONTEXT, **context}
    )


def evaluate_statement(self, action, resource="*", principal=None, incoming_condition_values=None):
    statement = self._statement
    if not statement_applies(statement, action, resource, principal, incoming_condition_values or {}):
        return PermissionResult.NEUTRAL
    return PermissionResult.PERMITTED if statement["Effect"] == "Allow" else PermissionResult.DENIED


def evaluate_policy(self, action, resource="*", principal=None, incoming_condition_values=None):
    outcomes = [
        IAMPolicyStatement(statement).is_action_permitted(action, resource, principal, incoming_condition_values)
        for statement in as_list(self._policy_json["Statement"])
    ]
    for outcome in (PermissionResult.DENIED, PermissionResult.PERMITTED):
        if outcome in outcomes:
            return outcome
    return PermissionResult.NEUTRAL


IAMPolicyStatement.is_action_permitted = evaluate_statement
IAMPolicy.is_action_permitted = evaluate_policy
