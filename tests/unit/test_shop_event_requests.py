"""What the owner's routes take is what their schema says, and nothing near it."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shopevents.domain.errors import InvalidInput
from shopevents.wire.openapi import openapi
from shopevents.wire.shop_events import EventCreate, EventPatch, PerformancePost
from shopevents.wire.validation import WireModel, validate

MODELS: dict[str, type[WireModel]] = {
    "EventCreate": EventCreate,
    "EventPatch": EventPatch,
    "PerformancePost": PerformancePost,
}
OWN = {"title": "비 오는 날 전 한 접시"}
DONE = {"actualParticipants": 10, "actualCost": 1000}

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("EventCreate", {}),
    ("EventCreate", {"prize": "커피"}),
    ("EventCreate", {**OWN, "recommendationId": "r"}),
    ("EventCreate", {**OWN, "option": "low-online"}),
    ("EventCreate", {**OWN, "startsOn": 1_700_000_000}),
    ("EventCreate", {**OWN, "startsOn": "2026-12-01T00:00:00"}),
    ("EventCreate", {**OWN, "cost": "1000"}),
    ("EventPatch", {}),
    ("EventPatch", {"withdrawn": "true"}),
    ("EventPatch", {"withdrawn": 1}),
    ("PerformancePost", DONE),
    ("PerformancePost", {**DONE, "actualRoi": None, "revenue": None}),
    ("PerformancePost", {**DONE, "actualRoi": "12"}),
    ("PerformancePost", {**DONE, "actualRoi": True}),
    ("PerformancePost", {**DONE, "actualCost": 0, "revenue": 5}),
]
TAKEN: list[tuple[str, dict[str, Any]]] = [
    ("EventCreate", OWN),
    ("EventCreate", {"recommendationId": "r", "option": "low-online", "startsOn": "2026-12-01"}),
    ("EventPatch", {"withdrawn": True}),
    ("EventPatch", {"prize": None}),
    ("PerformancePost", {**DONE, "actualRoi": 12}),
    ("PerformancePost", {**DONE, "revenue": 5}),
    ("PerformancePost", {**DONE, "actualCost": 0, "actualRoi": -3.5}),
]


def fits(name: str, body: dict[str, Any]) -> bool:
    schema = {"$ref": f"#/components/schemas/{name}", "components": openapi()["components"]}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return validator.is_valid(body)


@pytest.mark.parametrize(("name", "body"), REFUSED)
def test_what_the_schema_forbids_is_refused(name: str, body: dict[str, Any]) -> None:
    assert not fits(name, body)
    with pytest.raises(InvalidInput):
        validate(MODELS[name], body)


@pytest.mark.parametrize(("name", "body"), TAKEN)
def test_what_the_schema_allows_is_taken(name: str, body: dict[str, Any]) -> None:
    assert fits(name, body)
    validate(MODELS[name], body)


def test_every_link_leads_to_an_operation() -> None:
    served = json.loads((Path(__file__).parents[2] / "functions/serve_console/openapi.json").read_text("utf-8"))
    operations = [operation for path in served["paths"].values() for operation in path.values()]
    known = {operation["operationId"] for operation in operations}
    answers = [answer for operation in operations for answer in operation["responses"].values()]
    named = {link["operationId"] for answer in answers for link in answer.get("links", {}).values()}
    assert len(named) > 5
    assert named <= known
