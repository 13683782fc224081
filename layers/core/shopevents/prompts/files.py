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


@cache
def extraction_rules() -> str:
    """How events are extracted from posts: the stable part of that prompt."""
    return _ROOT.joinpath("curation", "extract.md").read_text(encoding="utf-8").strip()


@cache
def extraction_template() -> Template:
    """The part with the posts: `$data` is filled in."""
    return Template(_ROOT.joinpath("curation", "extract.user.md").read_text(encoding="utf-8").strip())


@cache
def extraction_schema() -> Mapping[str, Any]:
    """The JSON schema of what was extracted."""
    text = _ROOT.joinpath("curation", "extract.schema.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def _text(variant: str, name: str) -> str:
    if variant not in variants():  # a name comes from a switch that operators turn, not from the code
        raise FileNotFoundError(variant)
    return _ROOT.joinpath(variant, name).read_text(encoding="utf-8").strip()
