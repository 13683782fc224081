from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.budgets import PLAN_COST_BANDS
from shopevents.domain.plan_finishing import draft_of, finish_plans, order_returns
from shopevents.domain.plan_rules import accept_drafts, accept_trends, problems_of, returns_are_ordered
from shopevents.domain.plan_texts import clean, has_drifted, has_leftovers, trim_at_sentence, trim_at_word
from shopevents.domain.planning.catalog_plans import plan_from_catalog
from shopevents.domain.plans import PARTICIPATION_MAX, PRIZE_MAX, TITLE_MAX, Plan, PlanDraft, Trends
from shopevents.domain.shops import Trade
from shopevents.domain.vocabulary import Budget, Mechanic, PlanSource, Purpose, Slot
from tests.unit.planning_briefs import ALL_TRADES, brief_of

GOOD = PlanDraft(
    slot=Slot.LOW_ONLINE,
    title="퇴근길 고기 한 상 댓글 이벤트",
    prize="된장찌개 1개 무료",
    participation="이벤트 글에 함께 먹고 싶은 사람을 댓글로 남기면 2주 뒤 30명을 뽑아 알려 드립니다.",
    mechanic=Mechanic.FOLLOW,
    expected_participants=120,
    cost=270_000,
    roi=180,
)


def draft(**changes: object) -> PlanDraft:
    return GOOD.model_copy(update=changes)


def reasons(*drafts: PlanDraft) -> list[str]:
    return [rejection.reason for rejection in accept_drafts(drafts, brief_of()).rejected]


def completed(drafts: Sequence[PlanDraft], brief: PlanBrief) -> tuple[Plan, ...]:
    """What a use case does: accepted drafts, the missing slots from the catalog, finished together."""
    accepted = accept_drafts(drafts, brief).accepted
    missing = [slot for slot in Slot if slot not in accepted]
    filled = plan_from_catalog(
        brief,
        only=missing,
        taken_titles=[plan.title for plan in accepted.values()],
        taken_mechanics=[plan.mechanic for plan in accepted.values()],
    )
    chosen = {slot: (plan, PlanSource.CLAUDE) for slot, plan in accepted.items()}
    return finish_plans(chosen | {plan.slot: (plan, PlanSource.CATALOG) for plan in filled}, brief)


# Text as writers really spoil it: good Korean, junk, markup, placeholders, other languages, control characters.
SPOILT = st.one_of(
    st.sampled_from(
        [
            GOOD.title, GOOD.prize, GOOD.participation, "", " ", "**굵은 제목**", "{title}", "[매장명] 이벤트", "예시 제목",
            "Free drink for everyone who comes today", "無料クーポン", "<case id=1>", "봄맞이 " * 30, "가" * 50, "쿠폰\u202e거꾸로",
            "AI 언어 모델로서 답할 수 없습니다", '"prize": "커피"', "N명 추첨", "1+1 SNS 이벤트", "카페\x00라테",
        ]
    ),
    st.text(max_size=260),
    st.text(alphabet="가나다라마바 이벤트쿠폰12", min_size=1, max_size=230),
)  # fmt: skip
ANY_DRAFT = st.builds(
    PlanDraft,
    slot=st.sampled_from(Slot),
    title=SPOILT,
    prize=SPOILT,
    participation=SPOILT,
    mechanic=st.sampled_from(Mechanic),
    expected_participants=st.integers(-5, 10**9),
    cost=st.one_of(st.integers(-10, 10**9), st.sampled_from([250_000, 280_000, 1_600_000, 5_500_000])),
    roi=st.integers(-(10**6), 10**6),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(ANY_DRAFT, max_size=9), st.sampled_from(ALL_TRADES), st.sampled_from(Purpose))
def test_no_invalid_set_gets_through(drafts: list[PlanDraft], trade: Trade, purpose: Purpose) -> None:
    brief = brief_of(trade, purpose=purpose)
    assert problems_of(completed(drafts, brief), brief) == ()


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(ALL_TRADES), st.sampled_from(Purpose), st.integers(1, 12), st.sets(st.sampled_from(Slot)))
def test_valid_drafts_are_never_changed(trade: Trade, purpose: Purpose, month: int, slots: set[Slot]) -> None:
    brief = brief_of(trade, month=month, purpose=purpose)
    drafts = plan_from_catalog(brief, only=slots)
    acceptance = accept_drafts(drafts, brief)
    assert tuple(acceptance.accepted.values()) == drafts
    assert acceptance.rejected == ()


@given(st.lists(st.tuples(st.sampled_from(Budget), st.integers(-80, 900)), max_size=6))
def test_returns_are_ordered_with_the_least_change(returns: list[tuple[Budget, int]]) -> None:
    ordered = order_returns(returns)
    pairs = [(budget, roi) for (budget, _), roi in zip(returns, ordered, strict=True)]
    by_budget = {budget: [roi for own, roi in pairs if own is budget] for budget in Budget}
    for cheaper, dearer in ((Budget.LOW, Budget.MEDIUM), (Budget.MEDIUM, Budget.HIGH), (Budget.LOW, Budget.HIGH)):
        assert all(one >= other for one in by_budget[cheaper] for other in by_budget[dearer])
    assert order_returns(pairs) == ordered, "an ordered sequence stays as it is"


def test_one_wrong_return_moves_alone() -> None:
    low, medium, high = Budget.LOW, Budget.MEDIUM, Budget.HIGH
    returns = [(low, 300), (low, 250), (medium, 280), (medium, 90), (high, 40), (high, 20)]
    assert order_returns(returns) == [300, 280, 280, 90, 40, 20]


def test_a_finished_set_is_a_valid_one_and_stays_so_when_finished_again() -> None:
    brief = brief_of()
    plans = completed((), brief)
    again = finish_plans({plan.slot: (draft_of(plan), PlanSource.STALE) for plan in plans}, brief)
    assert returns_are_ordered(again)
    assert [plan.title for plan in again] == [plan.title for plan in plans]
    assert [plan.expected_participants for plan in again] == [plan.expected_participants for plan in plans]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": ""}, "text_missing_or_uncuttable"),
        ({"title": "가" * 40}, "text_missing_or_uncuttable"),
        ({"prize": "!!"}, "text_too_short"),
        ({"participation": "오세요."}, "text_too_short"),
        ({"title": "{가게} 가을 이벤트"}, "leftovers"),
        ({"prize": "[경품명 입력]"}, "leftovers"),
        ({"participation": "<case> 참고하여 댓글을 남기면 추첨합니다. 많은 참여 바랍니다."}, "leftovers"),
        ({"participation": 'roi": 300, "title": "가을 이벤트에 참여해 주세요"'}, "leftovers"),
        ({"title": "예시 이벤트 제목"}, "leftovers"),
        ({"participation": "죄송합니다. 요청하신 내용에는 답변을 드릴 수 없습니다."}, "leftovers"),
        ({"title": "Autumn Barbecue Festival Week"}, "foreign_language"),
        ({"prize": "焼肉無料"}, "foreign_language"),
        ({"participation": "Follow our account and leave a comment to win a prize this month."}, "foreign_language"),
        ({"participation": "인스타그램을 팔로우하고 просто 댓글을 남기면 추첨으로 드립니다."}, "foreign_language"),
        ({"cost": 0}, "slot_taken"),
        ({"cost": 999_999_999}, "slot_taken"),
    ],
)
def test_what_cannot_be_repaired_is_rejected(changes: dict[str, object], reason: str) -> None:
    expected = {"text_missing_or_uncuttable": {reason, "text_too_short"}}.get(reason, {reason})
    assert set(reasons(draft(**changes))) <= expected
    assert reasons(draft(**changes))


@pytest.mark.parametrize(
    "text",
    [
        "1+1 커피 쿠폰",
        "SNS 인증샷 이벤트",
        "BBQ 한 상 30% 할인",
        "쌀 10kg",
        "PC방 2시간",
        "[가을] 한정 세트",
        "QR로 받는 쿠폰",
        "VIP 초대",
        '계산할 때, "이웃 할인"이라고 말하면 "1+1", "2+1" 쿠폰',
    ],
)
def test_brand_like_latin_and_signs_are_korean_enough(text: str) -> None:
    assert not has_drifted(text)
    assert not has_leftovers(text)


def test_a_long_title_is_cut_at_a_word() -> None:
    title = "가을맞이 우리 동네 이웃과 함께하는 고기 한 상 나눔 이벤트 그리고 추첨"
    kept = accept_drafts([draft(title=title)], brief_of()).accepted[Slot.LOW_ONLINE].title
    assert len(kept) <= TITLE_MAX
    assert title.startswith(kept)
    assert title[len(kept)] == " "


def test_a_cut_leaves_no_dangling_word_or_open_bracket() -> None:
    assert trim_at_word("아메리카노 한 잔 무료 쿠폰 및 디저트 할인", 17) == "아메리카노 한 잔 무료 쿠폰"
    assert trim_at_word("삼겹살 1인분 교환권 (선착순 서른 명까지)", PRIZE_MAX) == "삼겹살 1인분 교환권"


def test_long_steps_end_with_a_whole_sentence() -> None:
    steps = "댓글을 남기면 응모됩니다. " * 20
    kept = trim_at_sentence(steps, PARTICIPATION_MAX)
    assert kept is not None
    assert kept.endswith("응모됩니다.")
    assert len(kept) <= PARTICIPATION_MAX


def test_markup_quotes_and_invisible_characters_are_taken_off() -> None:
    assert clean("**“가을 고기 한 상”**\u200b") == "가을 고기 한 상"
    assert clean("가을\n고기\t한 상\u202e") == "가을 고기 한 상"


def test_a_cost_outside_its_band_is_clamped() -> None:
    accepted = accept_drafts([draft(cost=420_000)], brief_of()).accepted
    assert accepted[Slot.LOW_ONLINE].cost == PLAN_COST_BANDS[Budget.LOW].high


def test_a_duplicate_slot_goes_where_its_cost_tells() -> None:
    other = draft(title="가을 단골 초대 한 상", cost=1_600_000)
    accepted = accept_drafts([GOOD, other], brief_of()).accepted
    assert accepted[Slot.LOW_ONLINE] == GOOD
    assert accepted[Slot.MEDIUM_ONLINE].title == other.title


def test_a_wrong_slot_goes_where_its_cost_tells() -> None:
    accepted = accept_drafts([draft(cost=5_400_000)], brief_of()).accepted
    assert list(accepted) == [Slot.HIGH_ONLINE]


def test_a_duplicate_whose_right_slot_nobody_knows_is_rejected() -> None:
    assert reasons(GOOD, draft(title="비슷한 가을 댓글 이벤트")) == ["slot_taken"]


def test_the_same_title_is_not_taken_twice_nor_again() -> None:
    again = draft(slot=Slot.HIGH_ONLINE, cost=5_500_000, title="퇴근길  고기 한 상, 댓글 이벤트!")
    assert reasons(GOOD, again) == ["title_repeated"]
    avoiding = brief_of(avoid_titles=(GOOD.title,))
    assert accept_drafts([GOOD], avoiding).accepted == {}


def test_impossible_participants_are_clamped() -> None:
    accepted = accept_drafts([draft(expected_participants=10**8)], brief_of()).accepted
    assert accepted[Slot.LOW_ONLINE].expected_participants < 1_000


def test_unusable_trends_are_replaced_one_by_one() -> None:
    fallback = Trends(industry="가" * 80, location="나" * 80, season="다" * 80)
    good = "강남구 고깃집은 퇴근길 모임이 많아 저녁 자리를 미리 알리는 곳이 유리합니다. 사진도 함께 올리세요."
    mended = accept_trends(Trends(industry=good, location="{district} 상권", season=""), fallback)
    assert mended == Trends(industry=good, location=fallback.location, season=fallback.season)
    assert accept_trends(None, fallback) == fallback
