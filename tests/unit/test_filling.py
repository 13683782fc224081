"""Filling slots while the writer still writes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.briefs import Writing
from shopevents.domain.filling import SlotFilling, fill_slots
from shopevents.domain.vocabulary import Slot
from tests.adapters.plan_writer import TRENDS, draft
from tests.unit.planning_briefs import brief_of

_SLOTS = st.lists(st.sampled_from(Slot), unique=True)
_TITLES = st.sampled_from(["", "인스타 팔로우하고 된장찌개 받기", "늦가을 저녁 한 상 이벤트", "Big Sale Event Now"])


@given(first=_SLOTS, more=_SLOTS, title=_TITLES)
def test_looking_ahead_never_changes_what_is_filled(first: list[Slot], more: list[Slot], title: str) -> None:
    changes = {"title": title} if title else {}
    before = Writing(drafts=tuple(draft(slot, **changes) for slot in first))
    after = Writing(
        drafts=(*before.drafts, *(draft(slot) for slot in more if slot not in first)), trends=TRENDS, finished=True
    )
    brief = brief_of()
    filling = SlotFilling(brief)
    for snapshot in (before, replace(after, trends=None), after):
        filling.look_ahead(snapshot)
    assert filling.filled(after) == fill_slots(brief, after, ())


@pytest.mark.parametrize("written", [0, 3, 6])
def test_a_set_is_whole_however_much_was_written(written: int) -> None:
    writing = Writing(drafts=tuple(draft(slot) for slot in tuple(Slot)[:written]))
    filled = SlotFilling(brief_of()).filled(writing)
    assert [plan.slot for plan in filled.plan_set.plans] == list(Slot)
    assert [plan.source.value for plan in filled.plan_set.plans].count("claude") == written
