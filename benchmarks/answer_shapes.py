"""How many plans one call to Claude delivers in its 8 s, for several shapes of the answer.

    python -m benchmarks.answer_shapes            computes the table of docs/adr/shape-of-claudes-answer.md
    python -m benchmarks.answer_shapes --replay   also streams the chosen shape through the real SDK
                                                  from the fake Claude at each rate (about 10 s)

Tokens are estimated (domain/token_estimates.py states how), because no tokenizer of Claude 5.x is
published; the table repeats for a cheaper and a dearer Hangul syllable.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from shopevents.adapters.plan_writer.claude import ClaudeAccess, ClaudePlanWriter
from shopevents.domain.briefs import PlanBrief, Writing
from shopevents.domain.plan_prompts import answer_schema, system_text, user_text
from shopevents.domain.plans import Trends
from shopevents.domain.shops import Region, Trade
from shopevents.domain.token_estimates import HANGUL_TOKENS, OTHER_TOKENS, estimated_tokens
from shopevents.domain.vocabulary import IndustryCategory, Purpose, Season, Slot
from tests.vendors.behaviours import Behaviour
from tests.vendors.claude import ClaudeFake

CLAUDE_SECONDS = 8.0
FIRST_TOKEN_SECONDS = 0.6
RATES = (60, 100, 150)
HANGUL_COSTS = (0.8, HANGUL_TOKENS, 1.6)
# Of the Korean text in the prompt's own examples, this share are Hangul syllables; the rest are spaces and signs.
HANGUL_SHARE = 0.75
KNOWN_TRENDS = Trends(industry="가", location="나", season="다")

_HEAD: dict[str, Any] = {"slot": "medium-offline", "mechanic": "gift_with_purchase"}
_NUMBERS: dict[str, Any] = {"people": 260, "cost": 1620000, "roi": 190}
_BASIS: dict[str, Any] = {"basis": [1, 4]}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a call is asked to write. `texts` and `trends` are lengths in characters."""

    name: str
    fields: Mapping[str, Any]
    texts: Mapping[str, int]
    trends: int = 100
    trends_first: bool = False
    calls: int = 1
    plans_per_call: int = field(default=6)


_SHORT = {"title": 18, "prize": 9, "how": 40}
_EARLIER = {**_SHORT, "how": 50}
_LONG = {"title": 18, "prize": 14, "how": 150, "reason": 80}
CHOSEN = Shape("chosen: 9 fields, 40-character steps, trends last", {**_HEAD, **_NUMBERS, **_BASIS}, _SHORT)
SHAPES = (
    Shape("wide: 10 fields, long texts, trends first", {**_HEAD, **_NUMBERS, **_BASIS}, _LONG, trends_first=True),
    Shape("wide, trends last", {**_HEAD, **_NUMBERS, **_BASIS}, _LONG),
    CHOSEN,
    Shape("chosen, cached trends left out", CHOSEN.fields, _SHORT, trends=0),
    Shape("50-character steps", CHOSEN.fields, _EARLIER),
    Shape("50-character steps, cached trends left out", CHOSEN.fields, _EARLIER, trends=0),
    Shape("fewer fields: no numbers, no basis", _HEAD, _SHORT),
    Shape("fewer fields, cached trends left out", _HEAD, _SHORT, trends=0),
    Shape("two parallel calls of the chosen shape", CHOSEN.fields, _SHORT, calls=2, plans_per_call=3),
    Shape("two parallel calls, cached trends left out", CHOSEN.fields, _SHORT, trends=0, calls=2, plans_per_call=3),
)


def tokens_of_text(characters: int, hangul_cost: float) -> float:
    """Tokens of Korean prose of that many characters."""
    return characters * (HANGUL_SHARE * hangul_cost + (1 - HANGUL_SHARE) * OTHER_TOKENS)


def tokens_of_plan(shape: Shape, hangul_cost: float) -> float:
    """Tokens of one plan: its JSON with empty texts, and the texts."""
    skeleton = json.dumps({**shape.fields, **dict.fromkeys(shape.texts, "")}, separators=(",", ":"))
    return estimated_tokens(skeleton) + sum(tokens_of_text(length, hangul_cost) for length in shape.texts.values())


def tokens_of_trends(shape: Shape, hangul_cost: float) -> float:
    """Tokens of the three trends; none where they are left out."""
    if not shape.trends:
        return 0.0
    skeleton = '"trends":{"industry":"","location":"","season":""}'
    return estimated_tokens(skeleton) + 3 * tokens_of_text(shape.trends, hangul_cost)


def delivered(shape: Shape, rate: float, hangul_cost: float) -> tuple[int, bool]:
    """Complete plans of the set, and whether the trends are complete, when the time is over."""
    budget = rate * (CLAUDE_SECONDS - FIRST_TOKEN_SECONDS)
    plan, trends = tokens_of_plan(shape, hangul_cost), tokens_of_trends(shape, hangul_cost)
    before = trends if shape.trends_first else 0.0
    plans = min(shape.plans_per_call, max(0, int((budget - before) // plan)))
    needed = trends if shape.trends_first else shape.plans_per_call * plan + trends
    return plans * shape.calls, budget >= needed


def table() -> Iterator[str]:
    """The rows of the decision's table, in Markdown."""
    yield "| shape | Hangul | tokens a plan | tokens in all | " + " | ".join(f"{rate}/s" for rate in RATES) + " |"
    yield "|---|---:|---:|---:|" + "---:|" * len(RATES)
    for cost in HANGUL_COSTS:
        for shape in SHAPES:
            plan = tokens_of_plan(shape, cost)
            total = plan * shape.plans_per_call * shape.calls + tokens_of_trends(shape, cost)
            cells = [_cell(*delivered(shape, rate, cost), bool(shape.trends)) for rate in RATES]
            yield f"| {shape.name} | {cost} | {plan:.0f} | {total:.0f} | " + " | ".join(cells) + " |"


def _cell(plans: int, trends_done: bool, trends_asked: bool) -> str:
    return f"{plans}{' + trends' if trends_done and trends_asked else ''}"


def a_brief(slots: tuple[Slot, ...] = tuple(Slot), *, known: bool = False) -> PlanBrief:
    """A question to replay."""
    return PlanBrief(
        purpose=Purpose.NEW_CUSTOMERS,
        trade=Trade(category=IndustryCategory.FOOD, word="칼국수집"),
        region=Region.of("부산", "수영구"),
        season=Season.AUTUMN,
        month=11,
        slot_order=slots,
        known_trends=KNOWN_TRENDS if known else None,
    )


async def _within_time(writer: ClaudePlanWriter, brief: PlanBrief) -> Writing:
    last = Writing()
    with suppress(TimeoutError):
        async with asyncio.timeout(CLAUDE_SECONDS), aclosing(writer.write(brief)) as snapshots:
            async for writing in snapshots:
                last = writing
    return last


async def replay(rate: int) -> str:
    """Streams at `rate` tokens/s through the SDK: one call, one without trends, and two calls at once."""
    with ClaudeFake() as fake:
        fake.default = Behaviour(delay_seconds=FIRST_TOKEN_SECONDS, tokens_per_second=rate)
        writer = ClaudePlanWriter(ClaudeAccess(api_key="sk-bench", model="claude-haiku-5-5", base_url=fake.url))
        await writer.open()
        slots = tuple(Slot)
        briefs = (a_brief(), a_brief(known=True), a_brief(slots[:3], known=True), a_brief(slots[3:], known=True))
        whole, bare, one, two = await asyncio.gather(*(_within_time(writer, brief) for brief in briefs))
        await writer.close()
        answers = [request.notes["answer"] for request in fake.requests]
    written = _cell(len(whole.drafts), whole.trends is not None, trends_asked=True)
    sizes = "/".join(str(estimated_tokens(answer)) for answer in sorted(answers, key=len, reverse=True))
    return f"| {rate}/s | {written} | {len(bare.drafts)} | {len(one.drafts) + len(two.drafts)} | {sizes} |"


async def _replays() -> list[str]:
    return await asyncio.gather(*(replay(rate) for rate in RATES))


def main() -> None:
    """Prints the tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--replay", action="store_true", help="stream from the fake Claude as well")
    brief = a_brief()
    schema = json.dumps(answer_schema(brief), ensure_ascii=False, separators=(",", ":"))
    for name, text in (("system", system_text(brief)), ("user", user_text(brief)), ("schema", schema)):
        print(f"{name}: {len(text)} characters, about {estimated_tokens(text)} tokens")
    print("\n".join(["", *table()]))
    if arguments.parse_args().replay:
        head = "| rate | one call | one call, trends left out | two calls, trends left out | tokens of the answers |"
        print("\n".join(["", head, "|---|---:|---:|---:|---|", *asyncio.run(_replays())]))


if __name__ == "__main__":
    main()
