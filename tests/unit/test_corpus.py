"""What may be said of the packaged cases: their provenance, vocabulary, numbers and variety."""

import json
import re
from collections import Counter
from enum import StrEnum
from itertools import combinations
from pathlib import Path

import pytest

from benchmarks.corpus_distribution import TARGETS, packaged_cases, shares, table
from shopevents.catalog.files import read_table
from shopevents.domain.cases import Case
from shopevents.domain.vocabulary import Budget, EventType, IndustryCategory, Mechanic, Provenance, Purpose, Season

ROOT = Path(__file__).parents[2]
CASES = packaged_cases()
PUBLISHED = [case for case in CASES if case.provenance is Provenance.PUBLISHED]
ILLUSTRATIVE = [case for case in CASES if case.provenance is Provenance.ILLUSTRATIVE]
CITIES = {"서울", "경기", "강원", "충북", "충남", "전북", "전남광주", "경북", "경남", "제주"}
CITIES |= {"부산", "대구", "인천", "대전", "울산", "세종"}
SEASON_OF_MONTH = {12: "겨울", 1: "겨울", 2: "겨울", 3: "봄", 4: "봄", 5: "봄", 6: "여름", 7: "여름", 8: "여름"}
# Sites of machine-written pages with invented numbers.
CONTAMINATED: tuple[str, ...] = ("onehour.kr", "newvi.co.kr", "godtuza.net", "자영업위키", "note-34", "today.kiam.kr")
CONTAMINATED += ("getfollowers24", "bizpolicyhub", "helpsns", "two-papa", "rappomanager")
# What a composed case must never say, since nothing of it has happened.
CLAIM = re.compile(
    r"(매출|손님|고객|방문|재방문율|예약|팔로워)[이가은는도]?\s*\S{0,8}\s*(늘었|올랐|증가했|뛰었)"
    r"|\d\s*(%|퍼센트|배)\s*(증가|상승|늘)|완판|대박|성공했"
)
UNLAWFUL = re.compile(
    r"별점\s*(5|다섯)|5점\s*리뷰|영수증\s*리뷰"
    r"|(소주|맥주|막걸리|와인|사케|위스키)[^.]{0,12}(무료|무제한|서비스|증정)"
)


def trigrams(case: Case) -> frozenset[str]:
    text = "".join(f"{case.title}{case.prize or ''}{case.participation}".split())
    return frozenset(text[i : i + 3] for i in range(len(text) - 2))


def test_every_published_case_has_its_link_and_no_composed_one_has() -> None:
    assert all(re.match(r"https?://[^\s/]+\.\w", case.url or "") for case in PUBLISHED)
    assert [case.case_id for case in ILLUSTRATIVE if case.url] == []
    assert len(PUBLISHED) + len(ILLUSTRATIVE) == len(CASES)


def test_no_case_comes_from_a_site_of_invented_numbers() -> None:
    assert [case.case_id for case in CASES if any(site in (case.url or "") for site in CONTAMINATED)] == []


def test_no_composed_case_claims_a_result() -> None:
    assert [
        c.case_id for c in ILLUSTRATIVE if c.outcome or CLAIM.search(f"{c.title} {c.prize} {c.participation}")
    ] == []


def test_no_published_case_has_an_roi_since_only_vendors_claims_exist() -> None:
    assert [case.case_id for case in PUBLISHED if case.roi is not None] == []


def test_ids_are_unique_stable_ascii() -> None:
    ids = [case.case_id for case in CASES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"pub-\d{4}|ill-(food|retail|service|lodging|other)-\d{4}", case_id) for case_id in ids)


def test_titles_are_never_shared() -> None:
    assert [title for title, times in Counter(case.title for case in CASES).items() if times > 1] == []


def test_places_and_months_are_in_the_product_s_own_words() -> None:
    assert {case.city for case in CASES if case.city} <= CITIES
    assert all(case.city for case in CASES if case.district)
    for case in CASES:
        if case.month is not None:
            assert case.season == Season(SEASON_OF_MONTH.get(case.month, "가을")), case.case_id


def test_texts_fit_the_columns_and_a_composed_one_fits_a_plan() -> None:
    assert all(len(c.title) <= 60 and len(c.prize or "") <= 50 and len(c.participation) <= 200 for c in CASES)
    assert [c.case_id for c in ILLUSTRATIVE if len(c.title) > 30 or len(c.prize or "") > 20] == []


def test_every_case_serves_a_purpose_and_every_composed_one_is_complete() -> None:
    assert all(1 <= len(case.purposes) <= 3 and len(set(case.purposes)) == len(case.purposes) for case in CASES)
    for case in ILLUSTRATIVE:
        assert None not in (case.prize, case.event_type, case.business_type, case.cost, case.participants, case.roi)


def test_nothing_composed_breaks_the_rules_on_reviews_and_alcohol() -> None:
    assert [c.case_id for c in CASES if UNLAWFUL.search(f"{c.title} {c.prize} {c.participation}")] == []


def test_assumed_numbers_stay_inside_the_stated_ranges() -> None:
    ranges = {(row["industry"], row["budget"]): row for row in read_table("cases/assumed_ranges.csv")}
    for case in ILLUSTRATIVE:
        row = ranges[case.industry.value, str(case.budget)]
        assert int(row["participants_low"]) <= (case.participants or 0) <= int(row["participants_high"]), case.case_id
        assert int(row["roi_low"]) <= (case.roi or 0) <= int(row["roi_high"]), case.case_id


def test_an_assumed_roi_follows_from_cost_people_and_a_plausible_spend() -> None:
    """ROI = (people x added revenue x margin - cost) / cost x 100, solved for the added revenue per person (원)."""
    ranges = {row["industry"]: row for row in read_table("cases/assumed_ranges.csv")}
    for case in ILLUSTRATIVE:
        assert case.cost is not None
        assert case.participants is not None
        assert case.roi is not None
        row = ranges[case.industry.value]
        revenue = (case.roi / 100 + 1) * case.cost / (case.participants * float(row["margin"]))
        assert 0.9 * int(row["revenue_low"]) <= revenue <= 1.1 * int(row["revenue_high"]), (case.case_id, revenue)


def test_a_published_cost_is_never_larger_than_a_shopping_street_could_pay() -> None:
    assert [case.case_id for case in PUBLISHED if (case.cost or 0) > 50_000_000] == []


def test_hardly_any_two_cases_say_the_same() -> None:
    grams = [(case.case_id, trigrams(case)) for case in CASES]
    near = [(a, b) for (a, x), (b, y) in combinations(grams, 2) if len(x & y) >= 0.6 * len(x | y)]
    assert len(near) <= 3, near


@pytest.mark.parametrize("values", [IndustryCategory, Budget, EventType, Mechanic, Purpose])
def test_the_composed_cases_cover_the_whole_vocabulary(values: type[StrEnum]) -> None:
    seen = {value for c in ILLUSTRATIVE for value in (c.industry, c.budget, c.event_type, c.mechanic, *c.purposes)}
    assert set(values) <= seen


def test_every_trade_category_has_ideas_for_all_six_slots() -> None:
    seen = {(case.industry, case.budget, case.event_type) for case in ILLUSTRATIVE}
    assert {(i, b, t) for i in IndustryCategory for b in Budget for t in EventType} <= seen


@pytest.mark.parametrize("axis", TARGETS)
def test_each_axis_is_within_two_points_of_its_target(axis: str) -> None:
    counter = shares(CASES)[axis]
    for group, target in TARGETS[axis].items():
        assert abs(100 * counter[group] / counter.total() - target) <= 2, (group, counter)


def test_the_corpus_is_large_and_its_heart_is_real() -> None:
    assert len(CASES) >= 400
    assert len(PUBLISHED) >= 150
    assert sum(case.budget is not None for case in CASES) >= 300


def test_the_document_states_the_distribution_as_it_is() -> None:
    document = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert [line for line in table(CASES) if line not in document] == []
    assert f"{len(PUBLISHED)} published and {len(ILLUSTRATIVE)} illustrative" in document


def test_the_document_states_the_assumed_ranges_as_they_are() -> None:
    document = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    for row in read_table("cases/assumed_ranges.csv"):
        cells = (row["industry"], row["budget"], f"{row['participants_low']}–{row['participants_high']}")
        assert f"| {' | '.join(cells)} | {row['roi_low']} to {row['roi_high']} |" in document, cells


def reference_rows() -> list[dict[str, object]]:
    """The published events the corpus was taken from; they are kept outside the repository."""
    name = "shared/reference/cases/published-cases.jsonl"
    found = next((parent / name for parent in ROOT.parents if (parent / name).exists()), None)
    if found is None:
        pytest.skip(f"needs ../{name}")
    return [json.loads(line) for line in found.read_text(encoding="utf-8").splitlines()]


def test_a_published_case_carries_its_source_s_link_and_only_its_numbers() -> None:
    rows = reference_rows()
    for case in PUBLISHED:
        row = rows[int(case.case_id.removeprefix("pub-")) - 1]
        assert case.url == row["source_url"], case.case_id
        assert case.participants in (None, row["participants"]), case.case_id
        assert case.cost is None or (case.cost == row["cost_krw"] and row["cost_basis"] == "published"), case.case_id


def test_a_published_case_quotes_no_figure_that_its_source_does_not_state() -> None:
    """Digits of an outcome stand in the source's own outcome, title, prize or participation."""
    rows = reference_rows()
    for case in PUBLISHED:
        row = rows[int(case.case_id.removeprefix("pub-")) - 1]
        stated = re.sub(r"[,\s]", "", json.dumps(row, ensure_ascii=False))
        figures = re.findall(r"\d+(?:\.\d+)?", (case.outcome or "").replace(",", ""))
        assert [figure for figure in figures if figure not in stated] == [], (case.case_id, case.outcome)
