"""CloudFormation's functions, as far as they can be known without an account."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


class _Unresolved:
    """What only a deployed stack knows: an ARN, an endpoint, a generated name."""

    def __repr__(self) -> str:
        return "<known only when deployed>"


UNRESOLVED: Final = _Unresolved()
_PSEUDO = {
    "AWS::Region": "ap-northeast-2",
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::StackName": "local",
    "AWS::URLSuffix": "amazonaws.com",
}
_PLACEHOLDER = re.compile(r"\$\{(?!!)([^}]+)\}")
_ABSENT = object()


@dataclass(frozen=True)
class Scope:
    """What names stand for: parameters by name, conditions and mappings as the template writes them.

    A reference to one of `resources` (its name or its ARN) stands for the resource's logical id.
    """

    parameters: Mapping[str, Any]
    conditions: Mapping[str, Any]
    mappings: Mapping[str, Any]
    resources: frozenset[str] = frozenset()

    @classmethod
    def of(cls, document: Mapping[str, Any], given: Mapping[str, str]) -> "Scope":
        """The scope of a template with its parameters' defaults, overridden by `given`."""
        defaults = {name: entry.get("Default", UNRESOLVED) for name, entry in document.get("Parameters", {}).items()}
        return cls({**_PSEUDO, **defaults, **given}, document.get("Conditions", {}), document.get("Mappings", {}))

    def holds(self, condition: str | None) -> bool:
        """Whether a named condition is true; one that can't be known is not."""
        return condition is None or resolve(self.conditions[condition], self) is True


def resolve(value: Any, scope: Scope) -> Any:
    """`value` with its functions evaluated; UNRESOLVED stands where only a deployed stack knows."""
    if isinstance(value, Mapping):
        if len(value) == 1:
            (name, argument), *_ = value.items()
            known = _call(name, argument, scope)
            if known is not _ABSENT:
                return known
        resolved = {key: resolve(item, scope) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not None}
    if isinstance(value, list):
        return [item for item in (resolve(item, scope) for item in value) if item is not None]
    return value


def _call(name: str, argument: Any, scope: Scope) -> Any:
    match name:
        case "Ref" if argument in scope.resources:
            return argument
        case "Fn::GetAtt" if argument[1:] == ["Arn"] and argument[0] in scope.resources:
            return argument[0]
        case "Ref":
            return None if argument == "AWS::NoValue" else scope.parameters.get(argument, UNRESOLVED)
        case "Condition" if isinstance(argument, str):
            return scope.holds(argument)
        case "Fn::Sub":
            return _substitute(argument, scope)
        case _ if name.startswith("Fn::"):
            arguments = [resolve(item, scope) for item in argument] if isinstance(argument, list) else [argument]
            return _apply(name, arguments, scope)
        case _:
            return _ABSENT


def _apply(name: str, arguments: list[Any], scope: Scope) -> Any:
    match name, arguments:
        case "Fn::If", [condition, yes, no]:
            return yes if scope.holds(condition) else no
        case "Fn::Equals", [one, other]:
            return one == other
        case "Fn::Not", [inner]:
            return inner is not True
        case "Fn::And" | "Fn::Or", _:
            return (all if name == "Fn::And" else any)(item is True for item in arguments)
        case "Fn::Join", [separator, list() as parts] if UNRESOLVED not in parts:
            return str(separator).join(map(str, parts))
        case "Fn::Select", [index, list() as parts]:
            return parts[int(index)]
        case "Fn::FindInMap", [table, row, column] if UNRESOLVED not in arguments:
            return scope.mappings[table][row][column]
        case _:
            return UNRESOLVED


def _substitute(argument: Any, scope: Scope) -> Any:
    text, own = (argument[0], resolve(argument[1], scope)) if isinstance(argument, list) else (argument, {})
    names = {**scope.parameters, **own}
    if any(names.get(name, UNRESOLVED) is UNRESOLVED for name in _PLACEHOLDER.findall(text)):
        return UNRESOLVED
    return _PLACEHOLDER.sub(lambda match: str(names[match[1]]), text).replace("${!", "${")
