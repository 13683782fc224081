import pytest

from shopevents.catalog.files import read_toml
from shopevents.domain.notices import MAX_NOTICES, notices_for, prize_value
from shopevents.domain.planning.catalog_plans import plan_from_catalog
from shopevents.domain.plans import PlanDraft
from shopevents.domain.shops import Trade
from shopevents.domain.vocabulary import Mechanic, Purpose, Slot
from tests.unit.planning_briefs import ALL_TRADES, CLINIC, GRILL, NAILS, brief_of, trade_of


def draft(mechanic: Mechanic, prize: str = "된장찌개 1개", participation: str = "참여하면 드립니다.") -> PlanDraft:
    return PlanDraft(
        slot=Slot.LOW_ONLINE,
        title="가을 이벤트",
        prize=prize,
        participation=participation,
        mechanic=mechanic,
        expected_participants=50,
        cost=280_000,
        roi=100,
    )


@pytest.mark.parametrize(
    ("plan", "trade", "said"),
    [
        (draft(Mechanic.REVIEW), GRILL, "별점"),
        (draft(Mechanic.REVIEW), GRILL, "이벤트 참여"),
        (draft(Mechanic.INFLUENCER), NAILS, "협찬"),
        (draft(Mechanic.COUPON, participation="문자로 쿠폰을 보냅니다."), GRILL, "(광고)"),
        (draft(Mechanic.LUCKY_DRAW, prize="10만 원 식사권"), GRILL, "22%"),
        (draft(Mechanic.LUCKY_DRAW, prize="상품권 150,000원"), GRILL, "22%"),
        (draft(Mechanic.PHOTO, participation="인스타그램에 올리면 응모됩니다."), GRILL, "인스타그램이 후원"),
        (draft(Mechanic.TASTING, prize="수제 맥주 1잔"), GRILL, "19세"),
        (draft(Mechanic.TASTING), trade_of("I21104", "이자카야"), "19세"),
        (draft(Mechanic.DISCOUNT), CLINIC, "의료법"),
        (draft(Mechanic.GIFT_WITH_PURCHASE), trade_of("G21501", "약국"), "약사법"),
        (draft(Mechanic.PHOTO, participation="사진을 올리면 응모됩니다."), trade_of("P10611", "미술학원"), "14세 미만"),
        (draft(Mechanic.LUCKY_DRAW, participation="응모함에 연락처를 넣습니다."), GRILL, "파기"),
    ],
)
def test_the_law_that_applies_is_said(plan: PlanDraft, trade: Trade, said: str) -> None:
    assert any(said in notice for notice in notices_for(plan, trade)), notices_for(plan, trade)


def test_a_small_prize_needs_no_word_on_tax() -> None:
    assert not any("22%" in notice for notice in notices_for(draft(Mechanic.LUCKY_DRAW, prize="5만 원 식사권"), GRILL))


def test_a_prize_is_worth_what_it_says_or_what_the_trade_asks_for_it() -> None:
    assert prize_value(draft(Mechanic.LUCKY_DRAW, prize="12만 원 이용권 (3명)"), GRILL) == 120_000
    assert prize_value(draft(Mechanic.LUCKY_DRAW, prize="모둠구이 4인분 (3명)"), GRILL) == 68_000
    assert prize_value(draft(Mechanic.LUCKY_DRAW, prize="된장찌개 1개"), GRILL) == 0


@pytest.mark.parametrize("trade", ALL_TRADES, ids=lambda trade: trade.code or trade.category)
def test_no_plan_has_more_than_three_notices_or_one_twice(trade: Trade) -> None:
    for purpose in Purpose:
        for plan in plan_from_catalog(brief_of(trade, purpose=purpose)):
            notices = notices_for(plan, trade)
            assert len(set(notices)) == len(notices) <= MAX_NOTICES


def test_every_rule_names_its_law() -> None:
    assert all(rule["law"] and rule["text"].endswith((".", "다.")) for rule in read_toml("notices.toml")["notice"])
