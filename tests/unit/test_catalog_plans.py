import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.budgets import PLAN_COST_BANDS
from shopevents.domain.packaged_cases import packaged_case
from shopevents.domain.plan_rules import accept_trends, problems_of
from shopevents.domain.plan_texts import title_key
from shopevents.domain.planning.catalog_plans import plan_from_catalog
from shopevents.domain.planning.playbooks import playbooks
from shopevents.domain.plans import PlanDraft, Trends
from shopevents.domain.shops import Region, Trade
from shopevents.domain.trade_profiles import profile_of
from shopevents.domain.trends import compose_trends
from shopevents.domain.vocabulary import Mechanic, Purpose, Slot
from tests.unit.planning_briefs import ALL_TRADES, CLINIC, GRILL, HOTEL, NAILS, brief_of, finished, trade_of

REGIONS = st.builds(
    Region.of,
    st.sampled_from(["서울", "제주", "경남", "경기", "세종"]),
    st.sampled_from(["강남구", "제주시", "창원시 마산합포구", "가평군", "화성시 동탄구", None]),
)


def text_of(drafts: tuple[PlanDraft, ...]) -> str:
    return " ".join(f"{draft.title} {draft.prize} {draft.participation}" for draft in drafts)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ALL_TRADES), REGIONS, st.integers(1, 12), st.sampled_from(Purpose))
def test_every_trade_place_month_and_purpose_gets_six_valid_plans(
    trade: Trade, region: Region, month: int, purpose: Purpose
) -> None:
    brief = brief_of(trade, region, month, purpose)
    drafts = plan_from_catalog(brief)
    plans = finished(brief, drafts)
    assert problems_of(plans, brief) == ()
    assert len({plan.mechanic for plan in plans}) == len(Slot)
    assert [(draft.title, draft.prize, draft.participation) for draft in drafts] == [
        (plan.title, plan.prize, plan.participation) for plan in plans
    ], "the catalog's own texts need no repair"


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(
        st.text(min_size=1, max_size=20),
        st.text(alphabet="가나다 집샵Cafe1&", min_size=1, max_size=20),
        st.sampled_from(
            [
                "Nail & Hair Salon",
                "예시 가게",
                "{trade}",
                "24시 무인 셀프 스터디카페 강남본점",
                "BBQ치킨",
                "카페 ☕",
                "N잡러 공방",
            ]
        ),
    ),
    st.sampled_from(["I20107", "M11301", "Q10210", None]),
)
def test_whatever_an_owner_calls_the_trade_the_set_is_valid(word: str, code: str | None) -> None:
    trade = trade_of(code, word) if code else trade_of("기타", word)
    brief = brief_of(trade, Region.of("경남", "창원시 마산합포구"))
    assert problems_of(finished(brief), brief) == ()
    trends = compose_trends(brief)
    assert accept_trends(trends, Trends(industry="", location="", season="")) == trends


@pytest.mark.parametrize("trade", ALL_TRADES, ids=lambda trade: trade.code or trade.category)
def test_no_two_plans_of_a_set_share_a_mechanic_or_a_title_and_none_is_unfit(trade: Trade) -> None:
    for purpose in Purpose:
        drafts = plan_from_catalog(brief_of(trade, purpose=purpose))
        mechanics = {draft.mechanic for draft in drafts}
        assert [draft.slot for draft in drafts] == list(Slot)
        assert len(mechanics) == len({title_key(draft.title) for draft in drafts}) == len(drafts)
        assert not mechanics & profile_of(trade).never


def test_the_same_brief_always_gets_the_same_plans() -> None:
    assert plan_from_catalog(brief_of()) == plan_from_catalog(brief_of())


def test_a_grill_in_gangnam_and_a_nail_shop_in_jeju_get_different_plans() -> None:
    grill = plan_from_catalog(brief_of(GRILL))
    nails = plan_from_catalog(brief_of(NAILS, Region.of("제주", "제주시")))
    assert not {draft.title for draft in grill} & {draft.title for draft in nails}
    assert not {draft.prize for draft in grill} & {draft.prize for draft in nails}


@pytest.mark.parametrize("other", [brief_of(month=5), brief_of(region=Region.of("부산", "해운대구"))])
def test_another_month_or_place_changes_most_titles(other: PlanBrief) -> None:
    titles = {draft.title for draft in plan_from_catalog(brief_of())}
    assert len(titles & {draft.title for draft in plan_from_catalog(other)}) <= 2


@pytest.mark.parametrize("trade", [GRILL, NAILS, CLINIC, HOTEL, trade_of("기타", "기타")], ids=lambda trade: trade.word)
def test_twenty_regenerations_never_repeat_a_title(trade: Trade) -> None:
    shown: list[str] = []
    for _ in range(20):
        shown += [draft.title for draft in plan_from_catalog(brief_of(trade, avoid_titles=tuple(shown)))]
    assert Counter(title_key(title) for title in shown).most_common(1)[0][1] == 1


def test_only_the_missing_slots_are_filled_beside_plans_already_written() -> None:
    written = plan_from_catalog(brief_of())[:4]
    rest = plan_from_catalog(
        brief_of(),
        only=(Slot.HIGH_ONLINE, Slot.HIGH_OFFLINE),
        taken_titles=[draft.title for draft in written],
        taken_mechanics=[draft.mechanic for draft in written],
    )
    assert [draft.slot for draft in rest] == [Slot.HIGH_ONLINE, Slot.HIGH_OFFLINE]
    assert not {draft.mechanic for draft in rest} & {draft.mechanic for draft in written}
    assert not {draft.title for draft in rest} & {draft.title for draft in written}


# What would be nonsense or unlawful for a trade, whatever the purpose and month.
FORBIDDEN = {
    "I10101": r"도장|시식|배달|고기|시술|수강",
    "I10103": r"도장|시식|배달|시술|수강|계산대",
    "R10307": r"배달|시식|식사|투숙|영수증 리뷰",
    "G20405": r"교실|클래스|체험단|초대장|시술|예약",
    "Q10210": r"할인|체험단|무료 (진료|치료|시술|스케일링)|쿠폰|경품|추첨|당첨|후기|도장",
    "Q10204": r"할인|체험단|무료 (진료|치료|시술)|쿠폰|경품|추첨|당첨|후기|도장",
    "G21501": r"할인|쿠폰|사은품|경품|추첨|체험단",
    "I21103": r"맥주|소주|와인|칵테일|하이볼|무료 주류|막걸리",
    "S210": r"할인|쿠폰|경품|추첨|체험단|파티|포토존|당첨",
    "G20701": r"할인|쿠폰|사은품|경품|추첨|담배",
    "P10501": r"투숙|식사하신|시술|계산대",
    "L10203": r"도장|시식|식사하신|시술|수강|배달",
    "S20901": r"시식|식사하신|시술|투숙|교실",
    "R10406": r"시식|시술|투숙|교실|맥주",
    "G21301": r"시식|시술|도서 할인|책 \d+% 할인",
}


@pytest.mark.parametrize(("code", "forbidden"), FORBIDDEN.items())
def test_nothing_nonsensical_is_proposed(code: str, forbidden: str) -> None:
    for purpose in Purpose:
        for month in range(1, 13):
            text = text_of(plan_from_catalog(brief_of(trade_of(code, "우리가게"), month=month, purpose=purpose)))
            assert not re.search(forbidden, text), re.findall(f".{{0,20}}(?:{forbidden}).{{0,20}}", text)


@pytest.mark.parametrize("trade", [GRILL, NAILS, HOTEL, CLINIC], ids=lambda trade: trade.word)
def test_the_money_in_the_steps_adds_up_to_the_cost(trade: Trade) -> None:
    for purpose in Purpose:
        for draft in plan_from_catalog(brief_of(trade, purpose=purpose)):
            split = re.findall(r"([\d,]+)만 원", draft.participation.partition("예산은")[2])
            if split:
                assert sum(int(part.replace(",", "")) for part in split) * 10_000 == draft.cost
            assert PLAN_COST_BANDS[draft.slot.budget].holds(draft.cost)


def test_plans_lean_on_cases_of_their_own_mechanic() -> None:
    drafts = plan_from_catalog(brief_of())
    assert any(draft.basis for draft in drafts)
    for draft in drafts:
        for case_id in draft.basis:
            case = packaged_case(case_id)
            assert case is not None
            assert case.mechanic is draft.mechanic


def test_every_mechanic_has_a_playbook() -> None:
    assert {playbook.mechanic for playbook in playbooks()} == set(Mechanic)


def test_playbooks_are_named_once() -> None:
    assert len({playbook.id for playbook in playbooks()}) == len(playbooks())
