"""Composes what the fake Claude answers: JSON that fits whatever schema was sent, about what was asked.

The schema is walked generically: enums, field names and descriptions tell what a field is for, so that
a change of the product's schema needs no change here.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.vendors.behaviours import Answer
from tests.vendors.claude_prompt import SLOTS, ReadPrompt

_COSTS = {"low": 250_000, "medium": 1_500_000, "high": 5_000_000}
_COST_STEPS = {"low": 10_000, "medium": 50_000, "high": 200_000}
_PEOPLE = {"low": 90, "medium": 310, "high": 820}
_ROI = {"low": 320, "medium": 190, "high": 110}
_ROLES = {
    "slot": ("slot", "슬롯"),
    "cost": ("cost", "비용", "budget_won"),
    "roi": ("roi", "수익률"),
    "people": ("participants", "people", "인원", "참여자", "참가자"),
    "title": ("title", "제목", "이름", "name"),
    "prize": ("prize", "경품", "혜택", "상품"),
    "how": ("participation", "how", "참여 방법", "참여방법", "steps", "방법"),
    "basis": ("basis", "cases", "근거", "사례"),
    "industry": ("industry", "trade", "업종"),
    "location": ("location", "place", "region", "지역", "상권"),
    "season": ("season", "계절", "시기"),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the answer a value stands: the slot (or document) that it is about, and its number."""

    slot: str | None = None
    ordinal: int = 0
    record: tuple[str, str] | None = None


def compose(schema: Mapping[str, Any] | None, prompt: ReadPrompt, answer: Answer = Answer.RIGHT) -> str:
    """The text of the answer: compact JSON for a schema, else a Korean sentence."""
    if schema is None or answer is Answer.NOT_JSON:
        return f"{prompt.place} {prompt.trade}에 어울리는 이벤트를 몇 가지 떠올려 보았습니다. 무엇부터 이야기할까요?"
    value = _Composer(schema, prompt, answer).value(schema, "", _Place())
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace('":', '" ', 9) if answer is Answer.BAD_JSON else text


@cache
def _phrases() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("claude_phrases.toml").read_text(encoding="utf-8"))


class _Composer:
    def __init__(self, root: Mapping[str, Any], prompt: ReadPrompt, answer: Answer) -> None:
        self._root = root
        self._prompt = prompt
        self._answer = answer
        self._plans = dict(zip(prompt.slots, _plans(prompt), strict=True))

    def value(self, schema: Mapping[str, Any], name: str, place: _Place) -> Any:
        """A value that conforms to `schema`."""
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._choice(schema["enum"], place)
        match schema.get("type"):
            case "object":
                return self._object(schema, place)
            case "array":
                return self._array(schema, name, place)
            case "integer" | "number":
                return self._number(_role(name, schema), place)
            case "boolean":
                return True
            case "null":
                return None
        return self._words(_role(name, schema), place)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while True:
            if "$ref" in schema:
                found: Any = self._root
                for step in schema["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
                schema = found
            elif choices := schema.get("anyOf") or schema.get("allOf"):
                schema = next((choice for choice in choices if choice.get("type") != "null"), choices[0])
            elif isinstance(kinds := schema.get("type"), list):
                schema = {**schema, "type": next(kind for kind in kinds if kind != "null")}
            else:
                return schema

    def _object(self, schema: Mapping[str, Any], place: _Place) -> dict[str, Any]:
        return {
            name: self.value(child, name, replace(place, slot=name) if name in SLOTS else place)
            for name, child in schema.get("properties", {}).items()
            if name not in SLOTS or name in self._prompt.slots or name in schema.get("required", ())
        }

    def _array(self, schema: Mapping[str, Any], name: str, place: _Place) -> list[Any]:
        items = self._resolved(schema.get("items", {}))
        if _role(name, schema) == "basis" or place.slot is not None:
            return self._references(items, place)
        return [self.value(items, name, inner) for inner in self._places(items, place)]

    def _places(self, items: Mapping[str, Any], place: _Place) -> Iterator[_Place]:
        if items.get("type") == "object" and self._is_plan(items):
            for ordinal, slot in enumerate(self._slots()):
                yield _Place(slot, ordinal)
        elif self._prompt.records:
            for ordinal, record in enumerate(self._prompt.records):
                yield _Place(None, ordinal, record)
        else:
            yield replace(place, ordinal=0)

    def _is_plan(self, items: Mapping[str, Any]) -> bool:
        words = json.dumps(items, ensure_ascii=False)
        return not self._prompt.records and any(mark in words for mark in ("slot", "online", "budget"))

    def _slots(self) -> list[str]:
        slots = list(self._prompt.slots)
        if self._answer is Answer.DUPLICATE_SLOTS:
            return [slots[0] if place % 2 else slot for place, slot in enumerate(slots)]
        if self._answer is Answer.WRONG_SLOTS:
            return [slot.replace("online", "metaverse") for slot in slots]
        return [] if self._answer is Answer.EMPTY else slots

    def _references(self, items: Mapping[str, Any], place: _Place) -> list[Any]:
        known = self._prompt.case_ids
        picked = [known[(place.ordinal + step) % len(known)] for step in range(min(2, len(known)))]
        if items.get("type") == "integer":
            return [int(word) for word in picked if word.isdigit()]
        allowed = items.get("enum")
        return [word for word in picked if allowed is None or word in allowed]

    def _choice(self, allowed: list[Any], place: _Place) -> Any:
        plan = self._plan(place)
        slot = place.slot or SLOTS[place.ordinal % len(SLOTS)]
        budget, _, kind = slot.partition("-")
        for word in (slot, plan["mechanic"], budget, kind):
            if word in allowed:
                return word
        if any(word in SLOTS for word in allowed):
            return slot
        return allowed[(self._prompt.seed + place.ordinal) % len(allowed)]

    def _plan(self, place: _Place) -> Mapping[str, Any]:
        return self._plans.get(place.slot or "") or next(iter(self._plans.values()))

    def _number(self, role: str | None, place: _Place) -> int:
        plan = self._plan(place)
        return int(plan.get(role or "", place.ordinal + 1))

    def _words(self, role: str | None, place: _Place) -> str:
        if place.record is not None:
            number, text = place.record
            return number if role in {None, "slot"} else " ".join(text.split())[:30]
        if role == "slot":
            return place.slot or self._prompt.slots[0]
        plan = self._plan(place)
        if role is not None and role in plan:
            return str(plan[role])
        trends = _phrases()["trends"]
        return _filled(trends.get(role or "industry", trends["industry"]), self._prompt)


def _role(name: str, schema: Mapping[str, Any]) -> str | None:
    """What a field is for, by its name, else by the first words of its description."""
    for text in (name.lower(), str(schema.get("description", "")).lower()):
        for role, words in _ROLES.items():
            if any(word in text for word in words):
                return role
    return None


def _plans(prompt: ReadPrompt) -> Iterator[dict[str, Any]]:
    """A plan for each slot asked, no mechanic twice; titles that stand in the prompt are avoided."""
    used: set[str] = set()
    for ordinal, slot in enumerate(prompt.slots):
        budget, _, kind = slot.partition("-")
        fitting = [phrase for phrase in _phrases()["mechanic"] if phrase["type"] == kind and phrase["name"] not in used]
        phrase, title = _fresh(fitting, prompt, ordinal)
        used.add(phrase["name"])
        turn = (prompt.seed >> 3) % 5
        yield {
            "title": title,
            "prize": _filled(phrase["prizes"][("low", "medium", "high").index(budget)], prompt),
            "how": _filled(phrase["how"], prompt),
            "mechanic": phrase["name"],
            "cost": _COSTS[budget] + turn * _COST_STEPS[budget],
            "roi": _ROI[budget] + 9 * turn + 7 * (kind == "online"),
            "people": _PEOPLE[budget] + 11 * turn + 40 * (kind == "online"),
        }


def _fresh(fitting: list[dict[str, Any]], prompt: ReadPrompt, ordinal: int) -> tuple[dict[str, Any], str]:
    start = (prompt.seed + ordinal) % len(fitting)
    options = [
        (phrase, _filled(title, prompt)[:30].strip())
        for phrase in fitting[start:] + fitting[:start]
        for title in phrase["titles"]
    ]
    return next((option for option in options if option[1] not in prompt.text), options[0])


def _filled(template: str, prompt: ReadPrompt) -> str:
    return template.format(
        trade=prompt.trade, place=prompt.place, month=prompt.month, season=prompt.season, purpose=prompt.purpose
    )
