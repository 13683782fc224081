"""The vendors' published schemas, as validators. They lie beside the repository and may be absent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_REPOSITORY = Path(__file__).resolve().parents[2]
_SCALARS = ("string", "integer", "number", "array")


def require_specs() -> Path:
    """The folder of the schemas; skips the test, saying so, where it is absent."""
    for folder in (parent / "shared" / "specs" for parent in _REPOSITORY.parents[:2]):
        if folder.is_dir():
            return folder
    pytest.skip("the vendors' published schemas (../shared/specs) are not on this machine")


@cache
def _document(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    document = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return _readable(document)


def _readable(node: Any) -> Any:
    """Keys as text, and without the `required` that Pinecone's file puts on scalars, where it means nothing."""
    if isinstance(node, list):
        return [_readable(one) for one in node]
    if not isinstance(node, dict):
        return node
    scalar = node.get("type") in _SCALARS
    return {str(key): _readable(value) for key, value in node.items() if not (scalar and key == "required")}


def validator(file: str, schema: str) -> Draft202012Validator:
    """A validator for `components/schemas/<schema>` of a spec file."""
    document = _document(require_specs() / file)
    registry: Registry[Any] = Registry().with_resource("spec:", DRAFT202012.create_resource(document))
    return Draft202012Validator({"$ref": f"spec:#/components/schemas/{schema}"}, registry=registry)


def problems(file: str, schema: str, instance: Any) -> list[str]:
    """What is wrong with `instance` according to the published schema; empty when nothing is."""
    return [f"{error.json_path}: {error.message}" for error in validator(file, schema).iter_errors(instance)]
