"""Reading Claude's answer while it arrives: only what is complete is taken, wherever it is cut."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.adapters.plan_writer.claude_reading import AnswerReader
from shopevents.domain.briefs import PlanBrief
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.errors import BadReply
from shopevents.domain.plans import PlanDraft
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, Provenance, Purpose, Season, Slot

_CASE = Case(
    case_id="pub-77",
    title="은행나무길 추첨",
    participation="응모권을 내요",
    mechanic=Mechanic.LUCKY_DRAW,
    industry=IndustryCategory.OTHER,
    provenance=Provenance.ILLUSTRATIVE,
)
_BRIEF = PlanBrief(
    purpose=Purpose.SALES,
    trade=Trade(category=IndustryCategory.OTHER, word="스터디카페"),
    region=Region.of("광주", "북구"),
    season=Season.AUTUMN,
    month=10,
    cases=(ScoredCase(case=_CASE, score=0.4),),
)
_PLAN: dict[str, Any] = {
    "slot": "high-online",
    "mechanic": "quiz",
    "people": 410,
    "cost": 5_300_000,
    "roi": 95,
    "basis": [1],
    "title": "시험 기간 초성 퀴즈",
    "prize": "정기권 한 달",
    "how": "문제를 풀고 답을 댓글로 남겨요.",
}
_TRENDS = {"industry": "자습 공간이 늘어요.", "location": "대학가예요.", "season": "시험 기간이에요."}

_texts = st.text(min_size=1).filter(str.strip)


@st.composite
def _plans(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Plans for different slots, their fields in any order: not every server keeps the schema's."""
    slots = draw(st.lists(st.sampled_from(list(Slot)), max_size=4, unique=True))
    order = draw(st.permutations(list(_PLAN)))
    fields = {
        "mechanic": st.sampled_from([mechanic.value for mechanic in Mechanic]),
        "people": st.integers(1, 10**6),
        "cost": st.integers(1, 10**7),
        "roi": st.integers(-100, 10**4),
        "basis": st.lists(st.integers(0, 3), max_size=2),
        "title": _texts,
        "prize": _texts,
        "how": _texts,
    }
    return [{name: slot.value if name == "slot" else draw(fields[name]) for name in order} for slot in slots]


def _read(text: str, step: int = 7) -> AnswerReader:
    reader = AnswerReader(_BRIEF)
    for start in range(0, len(text), step):
        reader.feed(text[start : start + step])
    return reader


def _one(**changes: Any) -> list[PlanDraft]:
    """The drafts of an answer with one plan, after changes to it."""
    return list(_read(json.dumps({"plans": [{**_PLAN, **changes}], "trends": _TRENDS})).drafts)


@given(plans=_plans(), ascii_only=st.booleans(), step=st.integers(1, 40), data=st.data())
def test_a_cut_anywhere_leaves_only_whole_plans(
    plans: list[dict[str, Any]], ascii_only: bool, step: int, data: st.DataObject
) -> None:
    text = json.dumps({"plans": plans, "trends": _TRENDS}, ensure_ascii=ascii_only)
    whole = _read(text, step)
    whole.finish()
    assert [draft.slot.value for draft in whole.drafts] == [plan["slot"] for plan in plans]
    cut = _read(text[: data.draw(st.integers(0, len(text)))], step)
    assert cut.drafts == whole.drafts[: len(cut.drafts)]
    assert cut.trends in {None, whole.trends}


def test_a_plan_is_taken_with_the_quote_that_ends_it() -> None:
    text = json.dumps({"plans": [_PLAN]}, ensure_ascii=False)
    end = text.index('"}]}')
    reader = AnswerReader(_BRIEF)
    assert not reader.feed(text[:end])
    assert list(reader.drafts) == []
    assert reader.feed('"')
    assert reader.drafts[0].participation == _PLAN["how"]


def test_a_number_that_comes_last_waits_for_what_follows() -> None:
    plans = [{**_PLAN, "roi": None}, {**_PLAN, "slot": "low-offline"}]
    del plans[0]["roi"]
    plans[0]["roi"] = 95
    text = json.dumps({"plans": plans}, ensure_ascii=False)
    reader = AnswerReader(_BRIEF)
    reader.feed(text[: text.index("95") + 1])
    assert list(reader.drafts) == []
    reader.feed(text[text.index("95") + 1 :])
    assert [draft.roi for draft in reader.drafts] == [95, 95]


def test_numbers_and_basis_are_carried_over() -> None:
    [draft] = _one(basis=[1, 9, 1])
    assert (draft.expected_participants, draft.cost, draft.roi) == (410, 5_300_000, 95)
    assert draft.basis == ("pub-77",)


@pytest.mark.parametrize(
    "change",
    [
        {"slot": "highest-online"},
        {"slot": None},
        {"slot": ["high-online"]},
        {"mechanic": "magic"},
        {"cost": "5300000"},
        {"cost": True},
        {"people": None},
        {"title": "  "},
        {"prize": 3},
        {"how": ""},
    ],
)
def test_what_is_no_plan_is_left_out(change: dict[str, Any]) -> None:
    assert _one(**change) == []


def test_a_number_with_a_fraction_is_rounded() -> None:
    assert _one(roi=94.6)[0].roi == 95


def test_the_first_of_two_plans_for_a_slot_counts() -> None:
    text = json.dumps({"plans": [_PLAN, {**_PLAN, "title": "다른 제목"}]})
    assert [draft.title for draft in _read(text).drafts] == ["시험 기간 초성 퀴즈"]


def test_a_slot_that_was_not_asked_for_is_left_out() -> None:
    reader = AnswerReader(_BRIEF.model_copy(update={"slot_order": (Slot.LOW_ONLINE,)}))
    reader.feed(json.dumps({"plans": [_PLAN]}))
    assert reader.drafts == ()


@pytest.mark.parametrize("text", ['{"plans" [', '기획안입니다. "안녕"', '{"plans":[{"slot" "low'])
def test_what_can_not_become_json_is_a_bad_reply_at_once(text: str) -> None:
    with pytest.raises(BadReply):
        _read(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"plans":{}}', '{"plans":[]', "null"])
def test_an_end_without_plans_is_a_bad_reply(text: str) -> None:
    with pytest.raises(BadReply):
        _read(text).finish()
