"""Reads the packaged prompts: one folder per variant, with the same files."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Template
from types import MappingProxyType
from typing import Any

_ROOT = resources.files("shopevents.prompts")


def variants() -> tuple[str, ...]:
    """The names of all prompt variants, sorted."""
    return tuple(sorted(folder.name for folder in _ROOT.iterdir() if folder.joinpath("system.md").is_file()))


@cache
def system_prompt(variant: str) -> str:
    """The stable part of the prompt. Raises FileNotFoundError for an unknown variant."""
    return _text(variant, "system.md")


@cache
def user_template(variant: str) -> Template:
    """The part that changes with each request: `$data`, `$slots` and `$trends` are filled in."""
    return Template(_text(variant, "user.md"))


@cache
def output_schema(variant: str) -> Mapping[str, Any]:
    """The JSON schema of the answer, trends included."""
    return MappingProxyType(json.loads(_text(variant, "plan_set.schema.json")))


def _text(variant: str, name: str) -> str:
    if variant not in variants():  # a name comes from a switch that operators turn, not from the code
        raise FileNotFoundError(variant)
    return _ROOT.joinpath(variant, name).read_text(encoding="utf-8").strip()
