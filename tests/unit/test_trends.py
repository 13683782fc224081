import re

import pytest

from shopevents.catalog.files import read_table
from shopevents.domain.briefs import MarketFact
from shopevents.domain.shops import Region, Trade
from shopevents.domain.trends import LONGEST, SHORTEST, compose_trends
from shopevents.domain.vocabulary import Purpose
from tests.unit.planning_briefs import ALL_TRADES, CLINIC, GRILL, HOTEL, NAILS, brief_of, trade_of

REGIONS = tuple(Region.of(row["city"], row["district"] or None) for row in read_table("regions.csv"))


@pytest.mark.parametrize("trade", [GRILL, NAILS, HOTEL, CLINIC, trade_of("기타", "기타")], ids=lambda trade: trade.word)
def test_every_district_gets_three_sentences_that_name_trade_place_and_month(trade: Trade) -> None:
    for number, region in enumerate(REGIONS):
        month = number % 12 + 1
        trends = compose_trends(brief_of(trade, region, month))
        word = "동네 가게" if trade.word == "기타" else trade.word
        assert word in trends.industry
        assert region.label in trends.location
        assert f"{month}월" in trends.season
        assert word in trends.season
        assert all(SHORTEST <= len(text) <= LONGEST for text in (trends.industry, trends.location, trends.season))


@pytest.mark.parametrize("trade", ALL_TRADES, ids=lambda trade: trade.code or trade.category)
def test_no_figure_appears_that_no_fact_holds(trade: Trade) -> None:
    for month in range(1, 13):
        trends = compose_trends(brief_of(trade, month=month))
        text = f"{trends.industry} {trends.location} {trends.season}"
        assert not re.search(r"\d", text.replace(f"{month}월", "")), text
        assert "%" not in text


def test_a_fact_opens_its_sentence_with_its_source() -> None:
    fact = MarketFact(
        topic="industry",
        phrase="음식점업 생산지수는 2026년 5월 105.2로, 한 해 전보다 2.1% 높아요",
        period="2026년 5월",
        source="국가데이터처 서비스업동향조사",
    )
    trends = compose_trends(brief_of().model_copy(update={"market": (fact,)}))
    assert trends.industry.startswith(fact.phrase)
    assert fact.source in trends.industry
    assert "고깃집" in trends.industry
    assert "%" not in trends.location + trends.season


def test_a_noun_phrase_becomes_a_sentence() -> None:
    fact = MarketFact(topic="location", phrase="강남구 음식점 1,204곳", period="2026년 3월", source="상가정보")
    location = compose_trends(brief_of().model_copy(update={"market": (fact,)})).location
    assert location.startswith("강남구 음식점 1,204곳으로 나타났습니다(상가정보).")


def test_trends_serve_every_purpose_so_that_they_can_be_shared() -> None:
    assert len({compose_trends(brief_of(purpose=purpose)).industry for purpose in Purpose}) == 1
