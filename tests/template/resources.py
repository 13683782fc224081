"""Looks things up in a transformed template."""

from collections.abc import Mapping
from typing import Any


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Properties of all resources of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def refers_to(value: Any) -> str:
    """The logical id that a Ref or GetAtt names."""
    name = value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]
    return str(name)


def variables_of(template: dict[str, Any], function: str) -> dict[str, str]:
    """What a deployed function finds: where only a deployed stack knows, the logical id."""
    variables = of_type(template, "AWS::Lambda::Function")[function]["Environment"]["Variables"]
    return {name: _known(value, template["Parameters"]) for name, value in variables.items()}


def _known(value: Any, parameters: Mapping[str, Any]) -> str:
    match value:
        case {"Fn::If": ["IsDeployed", deployed, _]}:
            return _known(deployed, parameters)
        case {"Fn::If": [_, _, other]}:
            return _known(other, parameters)
        case {"Ref": "Stage"}:
            return "prod"
        case {"Ref": name} if name in parameters:
            return str(parameters[name].get("Default", ""))
        case {"Ref": _} | {"Fn::GetAtt": _}:
            return refers_to(value)
        case {"Fn::Sub": text}:
            return str(text)
        case _:
            return str(value)
