"""Pinecone's metadata filters, evaluated for real.

Operators: $eq $ne $gt $gte $lt $lte $in $nin $exists $and $or. A bare value means $eq; several fields
mean $and; a list of strings matches when one of its members does.
"""

from collections.abc import Mapping
from typing import Any

from tests.vendors.fake_vendor import VendorError

_ORDERED = {"$gt", "$gte", "$lt", "$lte"}
_LISTS = {"$in", "$nin"}
_OPERATORS = {"$eq", "$ne", "$exists"} | _ORDERED | _LISTS


def check_filter(condition: Any) -> None:
    """Raises VendorError (400) for a filter that Pinecone can't read."""
    if not isinstance(condition, Mapping):
        raise _invalid("filter must be an object")
    for name, wanted in condition.items():
        if name in {"$and", "$or"}:
            if not isinstance(wanted, list) or not wanted:
                raise _invalid(f"{name} must be a non-empty list of filters")
            for part in wanted:
                check_filter(part)
        elif name.startswith("$"):
            raise _invalid(f"{name} is not a valid operator here")
        else:
            _check_field(name, wanted)


def matches(condition: Mapping[str, Any], metadata: Mapping[str, Any]) -> bool:
    """Whether a record with this metadata passes the (checked) filter."""
    return all(_holds(name, wanted, metadata) for name, wanted in condition.items())


def _check_field(name: str, wanted: Any) -> None:
    for operator, value in _operators(wanted).items():
        if operator not in _OPERATORS:
            raise _invalid(f"{operator} is not a valid operator")
        if operator in _ORDERED and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise _invalid(f"the {operator} operator must be followed by a number, got {value!r} for {name}")
        if operator in _LISTS and (not isinstance(value, list) or not all(map(_is_plain, value))):
            raise _invalid(f"the {operator} operator must be followed by a list of strings or numbers")
        if operator == "$exists" and not isinstance(value, bool):
            raise _invalid("the $exists operator must be followed by a boolean")
        if operator in {"$eq", "$ne"} and not _is_plain(value):
            raise _invalid(f"the {operator} operator must be followed by a string, boolean or number")


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _operators(wanted: Any) -> Mapping[str, Any]:
    return wanted if isinstance(wanted, Mapping) else {"$eq": wanted}


def _holds(name: str, wanted: Any, metadata: Mapping[str, Any]) -> bool:
    if name == "$and":
        return all(matches(part, metadata) for part in wanted)
    if name == "$or":
        return any(matches(part, metadata) for part in wanted)
    return all(_passes(operator, value, name, metadata) for operator, value in _operators(wanted).items())


def _passes(operator: str, value: Any, name: str, metadata: Mapping[str, Any]) -> bool:
    present = name in metadata
    held = metadata.get(name)
    members = held if isinstance(held, list) else [held]
    match operator:
        case "$exists":
            return present is value
        case "$eq":
            return present and any(_same(member, value) for member in members)
        case "$ne":
            return not (present and any(_same(member, value) for member in members))
        case "$in":
            return present and any(_same(member, one) for member in members for one in value)
        case "$nin":
            return not (present and any(_same(member, one) for member in members for one in value))
    return present and isinstance(held, int | float) and not isinstance(held, bool) and _ordered(operator, held, value)


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _ordered(operator: str, held: float, value: float) -> bool:
    match operator:
        case "$gt":
            return held > value
        case "$gte":
            return held >= value
        case "$lt":
            return held < value
    return held <= value


def _invalid(message: str) -> VendorError:
    return VendorError(400, "INVALID_ARGUMENT", message)
