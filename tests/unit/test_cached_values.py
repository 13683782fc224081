"""A cached value knows how long it is good, and survives being stored."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.cached_values import CachedValue, Lifetimes, SimilarCases, from_bytes, seal, to_bytes
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.plans import Trends
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, PlanSource, Provenance

NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
TRENDS = Trends(industry="업종은 “그대로”", location="지역\n둘", season="계절 😀")


def case(provenance: Provenance) -> ScoredCase:
    past = Case(
        case_id="c-1",
        title="봄맞이",
        participation="방문",
        mechanic=Mechanic.PHOTO,
        industry=IndustryCategory.FOOD,
        provenance=provenance,
        url="https://example.com/1" if provenance is Provenance.PUBLISHED else None,
        owner_id="owner-1" if provenance is Provenance.PLANNED else None,
    )
    return ScoredCase(case=past, score=0.5)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # Hypothesis adds the zone
    st.text(max_size=16, alphabet="0123456789abcdef"),
)
def test_what_is_stored_comes_back(text: str, moment: datetime, generation: str) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    value = CachedValue(Trends(industry=text, location=text, season=text), moment, NOW, generation)

    assert from_bytes(to_bytes(value), Trends) == value


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", b"\xff", b'{"value": 1', b"7"])
def test_what_another_version_stored_counts_as_absent(data: bytes) -> None:
    assert from_bytes(data, Trends) is None


def test_another_kind_of_value_counts_as_absent() -> None:
    stored = to_bytes(seal(TRENDS, now=NOW, fresh_seconds=60, generation="", jitter=0))

    assert from_bytes(stored, SimilarCases) is None
    assert from_bytes(None, Trends) is None


def test_a_value_is_fresh_until_its_time_or_its_generation_ends() -> None:
    sealed = seal(TRENDS, now=NOW, fresh_seconds=900, generation="g1", jitter=0)

    assert sealed.is_fresh(NOW + timedelta(seconds=899), "g1")
    assert not sealed.is_fresh(NOW + timedelta(seconds=900), "g1")
    assert not sealed.is_fresh(NOW, "g2")


def test_a_stale_value_serves_a_degraded_answer_for_a_day() -> None:
    sealed = seal(TRENDS, now=NOW, fresh_seconds=900, generation="g1", jitter=0)

    assert sealed.is_usable(NOW + timedelta(hours=24))
    assert not sealed.is_usable(NOW + timedelta(hours=24, seconds=1))


@given(st.floats(0, 1), st.floats(1, 10_000))
def test_jitter_takes_at_most_a_tenth_off_and_never_adds(jitter: float, seconds: float) -> None:
    sealed = seal(TRENDS, now=NOW, fresh_seconds=seconds, generation="", jitter=jitter)

    assert timedelta(seconds=seconds * 0.9 - 0.001) <= sealed.fresh_until - NOW <= timedelta(seconds=seconds + 0.001)


@pytest.mark.parametrize(
    ("sources", "seconds"),
    [
        ({PlanSource.CLAUDE}, 900.0),
        ({PlanSource.CLAUDE, PlanSource.CATALOG}, 60.0),
        ({PlanSource.CLAUDE, PlanSource.STALE}, 60.0),
        ({PlanSource.STALE, PlanSource.CATALOG}, 0.0),
        ({PlanSource.CATALOG}, 0.0),
        ({PlanSource.STALE}, 0.0),
    ],
)
def test_only_whole_claude_sets_live_long_and_sets_without_claude_not_at_all(
    sources: set[PlanSource], seconds: float
) -> None:
    assert Lifetimes().of_result(sources) == seconds


def test_claudes_plans_without_their_grounding_are_replaced_soon() -> None:
    assert Lifetimes().of_result({PlanSource.CLAUDE}, whole=False) == Lifetimes().mixed_results
    assert Lifetimes(results=0.5).of_result({PlanSource.CLAUDE}, whole=False) == 0.5


def test_another_shops_plan_is_never_cached() -> None:
    assert SimilarCases(cases=(case(Provenance.PUBLISHED), case(Provenance.OBSERVED))).cases
    with pytest.raises(ValueError, match="planned"):
        SimilarCases(cases=(case(Provenance.PLANNED),))
