"""Places in addresses and sentences. The labelled set was written from the region tables, not from the code."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.regions import RegionMatch, resolve_location, resolve_region, search_regions
from shopevents.domain.shops import Region

LABELLED = Path(__file__).parents[1] / "labelled"


def _label(row: dict[str, str]) -> tuple[str | None, str | None, frozenset[str]]:
    candidates = frozenset(name for name in row["candidates"].split("|") if name)
    return row["city"] or None, row["district"] or None, candidates


def _found(match: RegionMatch) -> tuple[str | None, str | None, frozenset[str]]:
    names = (" ".join(filter(None, (place.city, place.district))) for place in match.candidates)
    return match.city, match.district, frozenset(names)


@pytest.mark.parametrize("name", ["regions.csv", "regions_held_out.csv"])
def test_labelled_places_are_resolved(name: str) -> None:
    rows = list(csv.DictReader((LABELLED / name).read_text(encoding="utf-8").splitlines()))
    wrong = [
        (row["text"], _label(row), got) for row in rows if (got := _found(resolve_region(row["text"]))) != _label(row)
    ]
    print(f"\nregions, {name}: {1 - len(wrong) / len(rows):.2%} of {len(rows)}", *wrong, sep="\n  ")
    assert len(wrong) <= 0.01 * len(rows)


@pytest.mark.parametrize(
    ("city", "district", "expected"),
    [
        ("서울", "강남구", Region.of("서울", "강남구")),
        ("서울특별시", "강남구", Region.of("서울", "강남구")),
        ("경기도", "성남시 분당구", Region.of("경기", "성남시 분당구")),
        ("경기", "분당구", Region.of("경기", "성남시 분당구")),
        ("성남", "분당구", Region.of("경기", "성남시 분당구")),
        ("광주광역시", "동구", Region.of("전남광주", "동구")),
        ("전라남도", "목포시", Region.of("전남광주", "목포시")),
        ("경상북도", "군위군", Region.of("대구", "군위군")),
        ("세종", "세종시", Region.of("세종")),
        ("세종", None, Region.of("세종")),
        ("", "강남구", Region.of("서울", "강남구")),
    ],
)
def test_a_structured_location_takes_short_full_and_former_names(
    city: str, district: str | None, expected: Region
) -> None:
    assert resolve_location(city, district).region == expected


@pytest.mark.parametrize(
    ("city", "district"), [("서울", "해운대구"), ("부산", "분당구"), ("서울", "없는구"), ("", ""), ("", "중구")]
)
def test_a_location_that_contradicts_itself_stays_open_and_says_why(city: str, district: str) -> None:
    match = resolve_location(city, district)
    assert match.region is None
    assert match.problem


def test_only_a_district_or_sejong_places_a_shop_completely() -> None:
    assert resolve_region("서울 마포구").is_complete
    assert resolve_region("세종시").is_complete
    assert not resolve_region("서울").is_complete


def test_suggestions_name_every_region_that_a_query_may_mean() -> None:
    assert Region.of("경기", "성남시 분당구") in search_regions("분당")
    assert {region.city for region in search_regions("중구")} == {"서울", "부산", "대구", "대전", "울산"}
    assert search_regions("강남역") == (Region.of("서울", "강남구"),)
    assert search_regions("  ") == ()


@given(st.text(max_size=200))
def test_any_text_is_placed_in_a_known_region_or_nowhere(text: str) -> None:
    match = resolve_region(text)
    assert match.district is None or match.city is not None
    assert match.city is not None or match.problem


@pytest.mark.parametrize(
    "text", ["서울" * 5000, "중구 " * 5000, "경기도 성남시 " * 1500, "\u202e강남구\u200b" * 1000, "🍖" * 10_000]
)
def test_long_and_hostile_texts_are_survived(text: str) -> None:
    assert isinstance(resolve_region(text), RegionMatch)
