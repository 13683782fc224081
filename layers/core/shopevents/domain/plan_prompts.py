"""Turns a brief into the words that a language model is asked with.

Only what the cache key holds enters a prompt. Everything that came from outside (the trade's word,
cases, statistics) stands in one JSON document inside `<data>`, in which nothing can close the block.
"""

import json
import unicodedata
from typing import Any

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.vocabulary import Provenance
from shopevents.prompts.files import output_schema, system_prompt, user_template

_WITH_TRENDS = "기획안 다음에 trends를 이어서 써 주세요."
_WITHOUT_TRENDS = "trends는 이미 있으니 쓰지 않습니다."
_REPORTED = frozenset({Provenance.PUBLISHED, Provenance.OBSERVED})
# Unicode categories: control, format (bidirectional marks among them), surrogates, line and paragraph ends.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Enough to steer away from; a repeated title is caught afterwards in any case.
_AVOIDED_TITLES = 60
# What would close the block or a JSON string's line in it is written as JSON writes it.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def system_text(brief: PlanBrief) -> str:
    """The stable part, the same for every request of a prompt variant."""
    return system_prompt(brief.prompt_variant)


def user_text(brief: PlanBrief) -> str:
    """What this brief asks: its data, the slots in their order, and whether trends are wanted."""
    return user_template(brief.prompt_variant).substitute(
        data=_data_block(brief),
        slots=", ".join(brief.slot_order),
        trends=_WITHOUT_TRENDS if brief.known_trends else _WITH_TRENDS,
    )


def answer_schema(brief: PlanBrief) -> dict[str, Any]:
    """The JSON schema of the answer: without trends where they are known already."""
    schema = dict(output_schema(brief.prompt_variant))
    if brief.known_trends is None:
        return schema
    properties = {name: value for name, value in schema["properties"].items() if name != "trends"}
    return {**schema, "properties": properties, "required": list(properties)}


def case_ids(brief: PlanBrief) -> dict[int, str]:
    """The number that each case has in the prompt, and its id."""
    return {number: found.case.case_id for number, found in enumerate(brief.cases, start=1)}


def _data_block(brief: PlanBrief) -> str:
    numbered = list(enumerate(brief.cases, start=1))
    data = {
        "purpose": brief.purpose.value,
        "industry": brief.trade.category.value,
        "trade": brief.trade.word,
        "city": brief.region.city,
        "district": brief.region.district,
        "month": brief.month,
        "season": brief.season.value,
        "market": [f"{fact.phrase} ({fact.source}, {fact.period})" for fact in brief.market],
        "succeeded": [_told(number, found) for number, found in numbered if found.case.provenance in _REPORTED],
        "ideas": [_told(number, found) for number, found in numbered if found.case.provenance not in _REPORTED],
        "avoidTitles": list(brief.avoid_titles[:_AVOIDED_TITLES]),
    }
    return escaped_json({name: value for name, value in data.items() if value})


def _told(number: int, found: ScoredCase) -> dict[str, Any]:
    """A case as the prompt shows it, without what is unknown."""
    case = found.case
    observed = case.provenance is Provenance.OBSERVED
    told = {
        "no": number,
        "title": case.title,
        "mechanic": case.mechanic.value,
        "type": case.event_type.value if case.event_type else None,
        "place": case.district or case.city,
        "season": case.season.value if case.season else None,
        **(_rounded(case) if observed else _in_full(case)),
    }
    return {name: value for name, value in told.items() if value is not None}


def _in_full(case: Case) -> dict[str, Any]:
    told = ("prize", "participation", "cost", "participants", "roi", "outcome")
    return {name: getattr(case, name) for name in told}


def _rounded(case: Case) -> dict[str, Any]:
    """Another shop's results: no words of its owner, and two digits of each number, not exact ones."""
    numbers = {"cost": case.cost, "participants": case.participants, "roi": case.roi}
    return {name: int(float(f"{value:.2g}")) for name, value in numbers.items() if value is not None}


def escaped_json(data: Any) -> str:
    """Compact JSON without control, format or bidirectional characters, and without `<`, `>`, `&`."""
    return json.dumps(_printable(data), ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        if value.isprintable():  # nearly always, and a hundred times quicker to find out
            return value
        return "".join(character for character in value if unicodedata.category(character) not in _INVISIBLE)
    if isinstance(value, dict):
        return {name: _printable(inner) for name, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list) else value
