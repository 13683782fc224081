"""What the contract promises of every answer, checked from the design's words and not with the product's code."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

SLOTS = ("low-online", "low-offline", "medium-online", "medium-offline", "high-online", "high-offline")
COSTS = {"low": (250_000, 300_000), "medium": (1_500_000, 1_800_000), "high": (5_000_000, 6_000_000)}
PROMISED_SECONDS = 10.0
_TRENDS = ("industry", "location", "season")


def broken_promises(body: Mapping[str, Any]) -> list[str]:
    """Everything in an answer that the contract forbids; empty for a valid one."""
    data, metadata = body["data"], body["metadata"]
    plans = data["recommendations"]
    broken = [*_broken_of_the_set(plans), *(problem for plan in plans for problem in _broken_of(plan))]
    broken += [f"trends.{name}" for name in _TRENDS if not 40 <= len(data["trends"][name]) <= 160]
    if not body["success"] or not data["recommendationId"]:
        broken.append("envelope")
    if metadata["source"] != _source_of(plans):
        broken.append(f"source {metadata['source']} of {[plan['source'] for plan in plans]}")
    if metadata["source"] != "claude" and not metadata["message"]:
        broken.append("degraded without a message")
    return broken


def sources(body: Mapping[str, Any]) -> dict[str, str]:
    """Who wrote the plan of each slot."""
    return {plan["id"]: plan["source"] for plan in body["data"]["recommendations"]}


def finished_slots(answer: str, characters: int) -> set[str]:
    """The slots whose plans are whole in the first `characters` of the fake Claude's answer."""
    return {slot for slot, end in _plan_ends(answer) if end <= characters}


def _plan_ends(answer: str) -> Iterator[tuple[str, int]]:
    """Each plan's slot, and where its last text is closed (one character before the plan itself)."""
    place = answer.index('"plans":[') + len('"plans":[')
    while answer[place] == "{":
        plan, end = json.JSONDecoder().raw_decode(answer, place)
        yield plan["slot"], end - 1
        place = end + 1 if answer[end] == "," else end


def _broken_of_the_set(plans: list[Mapping[str, Any]]) -> Iterator[str]:
    if [plan["id"] for plan in plans] != list(SLOTS):
        yield "slots"
    if len({"".join(plan["title"].split()) for plan in plans}) != len(SLOTS):
        yield "titles repeat"
    by_budget = {budget: [plan["roi"] for plan in plans if plan["budget"] == budget] for budget in COSTS}
    if not min(by_budget["low"]) >= max(by_budget["medium"]) >= min(by_budget["medium"]) >= max(by_budget["high"]):
        yield f"ROI order {by_budget}"


def _broken_of(plan: Mapping[str, Any]) -> Iterator[str]:
    low, high = COSTS[plan["budget"]]
    checks = {
        "slot": f"{plan['budget']}-{plan['type']}" == plan["id"],
        "title": 0 < len(plan["title"].strip()) <= 30,
        "prize": 0 < len(plan["prize"].strip()) <= 20,
        "participation": 0 < len(plan["participation"].strip()) <= 200,
        "cost": low <= plan["cost"] <= high,
        "participants": plan["expectedParticipants"] > 0,
        "source": plan["source"] in {"claude", "stale", "catalog"},
        "numbers": plan["numbers"] in {"assumed", "observed"},
    }
    yield from (f"{plan['id']}: {name}" for name, holds in checks.items() if not holds)


def _source_of(plans: list[Mapping[str, Any]]) -> str:
    found = {plan["source"] for plan in plans}
    return found.pop() if len(found) == 1 else "mixed"
