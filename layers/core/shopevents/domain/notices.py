"""Legal cautions for a plan, from catalog/notices.toml: facts for owners, not legal advice."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from shopevents.catalog.files import read_toml
from shopevents.domain.plans import PlanDraft
from shopevents.domain.shops import Trade
from shopevents.domain.trade_profiles import profile_of

MAX_NOTICES = 3

# "10만 원", "150,000원": amounts in a prize's text.
_TEN_THOUSANDS = re.compile(r"(\d[\d,]*)\s?만\s?원")
_WON = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{4,})\s?원")


def notices_for(draft: PlanDraft, trade: Trade) -> tuple[str, ...]:
    """At most three cautions, the most important first. A sentence never comes twice."""
    applying = dict.fromkeys(rule["text"] for rule in _rules() if _applies(rule, draft, trade))
    return tuple(applying)[:MAX_NOTICES]


@cache
def _rules() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_toml("notices.toml")["notice"])


def _applies(rule: Mapping[str, Any], draft: PlanDraft, trade: Trade) -> bool:
    text = f"{draft.title} {draft.prize} {draft.participation}"
    return (
        ("mechanics" not in rule or draft.mechanic in rule["mechanics"])
        and ("types" not in rule or draft.slot.event_type in rule["types"])
        and ("trades" not in rule or (trade.code or "").startswith(tuple(rule["trades"])))
        and ("words" not in rule or _finds(rule["words"], text))
        and ("without" not in rule or not _finds(rule["without"], text))
        and ("prize_over" not in rule or prize_value(draft, trade) > rule["prize_over"])
    )


def _finds(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def prize_value(draft: PlanDraft, trade: Trade) -> int:
    """What one prize is worth in 원, as far as its text tells: a stated amount or a known reward; else 0."""
    profile = profile_of(trade)
    known = [reward.value for reward in (*profile.medium, *profile.large) if reward.name in draft.prize]
    stated = [int(amount.replace(",", "")) * 10_000 for amount in _TEN_THOUSANDS.findall(draft.prize)]
    stated += [int(amount.replace(",", "")) for amount in _WON.findall(draft.prize)]
    return max([*known, *stated], default=0)
