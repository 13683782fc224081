"""How people take part, how many did, and what it returned, from free text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.counts import Span, parse_participants, parse_roi
from shopevents.domain.participation import MOST_STEPS, STEP_LIMIT, parse_participation
from shopevents.domain.seasons import month_label, season_of
from shopevents.domain.vocabulary import EventType, Mechanic, Season


@pytest.mark.parametrize(
    ("text", "mechanic"),
    [
        ("인스타그램 팔로우 후 댓글 남기기", Mechanic.FOLLOW),
        ("네이버 영수증 리뷰 작성", Mechanic.REVIEW),
        ("포토존에서 사진 찍어 해시태그와 함께 업로드", Mechanic.PHOTO),
        ("초성 퀴즈 정답 맞히기", Mechanic.QUIZ),
        ("도장 10개 모으면 무료", Mechanic.STAMP_CARD),
        ("첫 방문 고객 할인 쿠폰 지급", Mechanic.COUPON),
        ("평일 3시~5시 전 메뉴 20% 할인", Mechanic.DISCOUNT),
        ("3만원 이상 구매 시 텀블러 증정", Mechanic.GIFT_WITH_PURCHASE),
        ("영수증 응모함에 넣으면 추첨", Mechanic.LUCKY_DRAW),
        ("친구 추천하면 둘 다 적립금", Mechanic.REFERRAL),
        ("블로그 체험단 모집", Mechanic.INFLUENCER),
        ("단골 고객 초대의 밤", Mechanic.VIP_INVITATION),
        ("플라워 원데이 클래스", Mechanic.CLASS),
        ("신메뉴 무료 시식", Mechanic.TASTING),
        ("4인 이상 단체 10% 할인", Mechanic.GROUP_DISCOUNT),
        ("크리스마스 세트 예약 판매", Mechanic.SEASONAL_SET),
        ("옆 가게와 공동 쿠폰", Mechanic.COLLABORATION),
        ("수익금 10% 기부", Mechanic.DONATION),
        ("", None),
        ("즐거운 하루", None),
    ],
)
def test_a_text_tells_its_mechanic(text: str, mechanic: Mechanic | None) -> None:
    assert parse_participation(text).mechanic is mechanic


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("인스타 댓글", EventType.ONLINE),
        ("매장 방문 후 룰렛", EventType.OFFLINE),
        ("매장 방문 후 인스타 업로드", None),
        ("참여하기", None),
    ],
)
def test_a_text_of_both_places_leaves_the_place_open(text: str, event_type: EventType | None) -> None:
    assert parse_participation(text).event_type is event_type


def test_steps_keep_their_order_and_their_words() -> None:
    text = "① 인스타 팔로우 ② 아님, 1. 매장 방문 → 2. 사진 촬영 후 업로드"
    assert parse_participation("매장 방문 → 사진 촬영 후 해시태그 업로드, 직원에게 제시").steps == (
        "매장 방문",
        "사진 촬영",
        "해시태그 업로드",
        "직원에게 제시",
    )
    assert parse_participation("18,900원 세트 구매").steps == ("18,900원 세트 구매",)
    assert len(parse_participation(text).steps) <= MOST_STEPS


@given(st.text(max_size=300))
def test_any_participation_has_few_short_steps(text: str) -> None:
    steps = parse_participation(text).steps
    assert len(steps) <= MOST_STEPS
    assert all(0 < len(step) <= STEP_LIMIT for step in steps)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("300명", 300, 300),
        ("1,047명 참여", 1047, 1047),
        ("1천여 명이 참가", 1000, 1000),
        ("약 2만 명 방문", 20_000, 20_000),
        ("1만 5,000명이 응모했다", 15_000, 15_000),
        ("300~500명 참여", 300, 500),
        ("1~2만 명이 다녀갔다", 10_000, 20_000),
        ("1,200명 이상 참여", 1200, None),
        ("10명 추첨, 총 250명 참여", 250, 250),
    ],
)
def test_participants_are_read_as_stated(text: str, low: int, high: int | None) -> None:
    assert parse_participants(text) == Span(low, high)


@pytest.mark.parametrize(
    "text", ["추첨 10명", "선착순 100명에게 증정", "3명이 먹기 좋은 양의 푸짐한 세트", "매출 12% 증가", "", "🎉"]
)
def test_winners_and_portions_are_no_participants(text: str) -> None:
    assert parse_participants(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("ROI 320%", 320, 320),
        ("ROI는 약 1,555%", 1555, 1555),
        ("투자 대비 수익률 -20%", -20, -20),
        ("ROI 3.2배", 320, 320),
        ("ROI 200~300%", 200, 300),
    ],
)
def test_returns_are_read_in_percent(text: str, low: float, high: float) -> None:
    assert parse_roi(text) == Span(low, high)


@pytest.mark.parametrize("text", ["매출 12% 증가", "ROAS 500%", "수익 3배", "ROI", ""])
def test_growth_of_sales_is_no_return_on_investment(text: str) -> None:
    assert parse_roi(text) is None


@given(st.text(max_size=200))
def test_any_text_may_be_asked_for_counts(text: str) -> None:
    for span in (parse_participants(text), parse_roi(text)):
        assert span is None or span.max is None or span.min is None or span.min <= span.max


def test_every_month_has_its_season() -> None:
    seasons = [season_of(month) for month in range(1, 13)]
    assert seasons == [Season.WINTER] * 2 + [Season.SPRING] * 3 + [Season.SUMMER] * 3 + [Season.AUTUMN] * 3 + [
        Season.WINTER
    ]
    assert month_label(11) == "11월"
