"""Reads Claude's answer while it arrives, and takes only what is proven complete.

A number that is cut off looks whole (300000 arrives as 30, then 3000): so the schema puts numbers
first and a required string last, the parser drops strings that are not closed, and the presence of
the last string proves everything before it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import jiter

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.errors import BadReply
from shopevents.domain.plan_prompts import case_ids
from shopevents.domain.plans import PlanDraft, Trends
from shopevents.domain.vocabulary import Mechanic, Slot

_LAST_OF_PLAN = "how"
_LAST_OF_TRENDS = "season"
_DEPENDENCY = "claude"


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
        # Only a closing quote can complete a string, and so a plan.
        return '"' in piece and self._take(self._parsed(partial=True))

    def finish(self) -> None:
        """Checks the whole text. Raises BadReply when it is not the JSON that was asked for."""
        value = self._parsed(partial=False)
        if not isinstance(value, Mapping) or not isinstance(value.get("plans"), list):
            raise BadReply(_DEPENDENCY, "the answer has no plans")

    def _parsed(self, *, partial: bool) -> Any:
        try:
            return jiter.from_json(self.text.encode(), partial_mode=partial)
        except ValueError as error:
            raise BadReply(_DEPENDENCY, "the answer is not JSON") from error

    def _take(self, value: Any) -> bool:
        before = len(self.drafts), self.trends
        if isinstance(value, Mapping):
            self.drafts = tuple(self._complete(value.get("plans")))
            self.trends = _trends_of(value.get("trends"))
        return before != (len(self.drafts), self.trends)

    def _complete(self, plans: Any) -> Iterator[PlanDraft]:
        """The complete plans, the first one for each slot that was asked for."""
        seen: set[Slot] = set()
        for plan in plans if isinstance(plans, list) else ():
            draft = self._draft_of(plan)
            if draft is not None and draft.slot in self._wanted and draft.slot not in seen:
                seen.add(draft.slot)
                yield draft

    def _draft_of(self, plan: Any) -> PlanDraft | None:
        """The plan, or None while it is incomplete or when it is not one: its slot is filled from elsewhere."""
        if not isinstance(plan, Mapping) or not isinstance(plan.get(_LAST_OF_PLAN), str):
            return None
        texts = {name: plan.get(name) for name in ("title", "prize", _LAST_OF_PLAN)}
        numbers = {name: plan.get(name) for name in ("people", "cost", "roi")}
        if not all(isinstance(text, str) and text.strip() for text in texts.values()):
            return None
        if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers.values()):
            return None
        if plan.get("slot") not in Slot or plan.get("mechanic") not in Mechanic:
            return None
        return PlanDraft(
            slot=Slot(plan["slot"]),
            title=plan["title"].strip(),
            prize=plan["prize"].strip(),
            participation=plan[_LAST_OF_PLAN].strip(),
            mechanic=Mechanic(plan["mechanic"]),
            expected_participants=plan["people"],
            cost=plan["cost"],
            roi=plan["roi"],
            basis=self._basis(plan.get("basis")),
        )

    def _basis(self, numbers: Any) -> tuple[str, ...]:
        known = numbers if isinstance(numbers, list) else []
        return tuple(dict.fromkeys(self._cases[number] for number in known if number in self._cases))


def _trends_of(value: Any) -> Trends | None:
    if not isinstance(value, Mapping) or not isinstance(value.get(_LAST_OF_TRENDS), str):
        return None
    texts = {name: value.get(name) for name in Trends.model_fields}
    complete = all(isinstance(text, str) and text.strip() for text in texts.values())
    return Trends.model_validate(texts) if complete else None
