"""Reads Claude's answer while it arrives, and takes only what is proven complete.

A number that is cut off looks whole (300000 arrives as 30, then 3000), while the parser drops strings that
are not closed. So a plan is complete when a string arrived last, or when something came after the plan;
the schema puts numbers first and a required string last, so that this is known at the earliest moment.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import jiter

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.errors import BadReply
from shopevents.domain.plan_prompts import case_ids
from shopevents.domain.plans import PlanDraft, Trends
from shopevents.domain.vocabulary import Mechanic, Slot

_DEPENDENCY = "claude"
_FIELDS = frozenset({"slot", "mechanic", "people", "cost", "roi", "basis", "title", "prize", "how"})
_SLOTS = tuple(slot.value for slot in Slot)
_MECHANICS = tuple(mechanic.value for mechanic in Mechanic)


class AnswerReader:
    """Collects an answer's text. `drafts` and `trends` only grow."""

    def __init__(self, brief: PlanBrief) -> None:
        self._wanted = frozenset(brief.slot_order)
        self._cases = case_ids(brief)
        self.text = ""
        self.drafts: tuple[PlanDraft, ...] = ()
        self.trends: Trends | None = None

    def feed(self, piece: str) -> bool:
        """Takes the next piece; whether something became complete. Raises BadReply when the text
        can't become JSON any more."""
        self.text += piece
        # Only a quote can complete a string, or begin what comes after a plan.
        return '"' in piece and self._take(self._parsed(partial=True), ended=False)

    def finish(self) -> None:
        """Takes what only the end of the text proves. Raises BadReply when it is not the JSON asked for."""
        value = self._parsed(partial=False)
        if not isinstance(value, Mapping) or not isinstance(value.get("plans"), list):
            raise BadReply(_DEPENDENCY, "the answer has no plans")
        self._take(value, ended=True)

    def _parsed(self, *, partial: bool) -> Any:
        try:
            return jiter.from_json(self.text.encode(), partial_mode=partial)
        except ValueError as error:
            raise BadReply(_DEPENDENCY, "the answer is not JSON") from error

    def _take(self, value: Any, *, ended: bool) -> bool:
        before = len(self.drafts), self.trends
        if isinstance(value, Mapping):
            plans = value.get("plans")
            listed = plans if isinstance(plans, list) else []
            self.drafts = tuple(self._drafts(listed, closed=ended or _last_key(value) != "plans"))
            self.trends = _trends_of(value.get("trends"))
        return before != (len(self.drafts), self.trends)

    def _drafts(self, plans: list[Any], *, closed: bool) -> Iterator[PlanDraft]:
        """The complete plans, the first one for each slot that was asked for."""
        seen: set[Slot] = set()
        for place, plan in enumerate(plans, start=1):
            proven = closed or place < len(plans) or _ends_in_text(plan)
            draft = self._draft_of(plan) if proven else None
            if draft is not None and draft.slot in self._wanted and draft.slot not in seen:
                seen.add(draft.slot)
                yield draft

    def _draft_of(self, plan: Any) -> PlanDraft | None:
        """The plan, or None where a field is missing or wrong: its slot is filled from elsewhere."""
        if not isinstance(plan, Mapping):
            return None
        texts = [plan.get(name) for name in ("title", "prize", "how")]
        numbers = [_whole(plan.get(name)) for name in ("people", "cost", "roi")]
        if not all(isinstance(text, str) and text.strip() for text in texts) or None in numbers:
            return None
        if plan.get("slot") not in _SLOTS or plan.get("mechanic") not in _MECHANICS:
            return None
        title, prize, how = (str(text).strip() for text in texts)
        people, cost, roi = (number or 0 for number in numbers)
        return PlanDraft(
            slot=Slot(plan["slot"]),
            title=title,
            prize=prize,
            participation=how,
            mechanic=Mechanic(plan["mechanic"]),
            expected_participants=people,
            cost=cost,
            roi=roi,
            basis=self._basis(plan.get("basis")),
        )

    def _basis(self, numbers: Any) -> tuple[str, ...]:
        given = [number for number in numbers if isinstance(number, int)] if isinstance(numbers, list) else []
        return tuple(dict.fromkeys(self._cases[number] for number in given if number in self._cases))


def _whole(number: Any) -> int | None:
    """A JSON number as a whole one; None for anything else."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        return None
    return round(number)


def _last_key(value: Mapping[str, Any]) -> str:
    """The key that arrived last, as the parser keeps the order; empty where there is none yet."""
    return next(reversed(list(value)), "")


def _ends_in_text(plan: Any) -> bool:
    """Whether all fields are there and the one that arrived last is a string, and so closed."""
    return isinstance(plan, Mapping) and plan.keys() >= _FIELDS and isinstance(plan[_last_key(plan)], str)


def _trends_of(value: Any) -> Trends | None:
    """The trends as soon as the third text is closed, whichever comes last."""
    texts = {name: value.get(name) for name in Trends.model_fields} if isinstance(value, Mapping) else {}
    complete = bool(texts) and all(isinstance(text, str) and text.strip() for text in texts.values())
    return Trends.model_validate(texts) if complete else None
