"""The cache keys hold everything that an answer depends on, and nothing else."""

from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st
from redis.crc import key_slot

from shopevents.domain.answers import Question
from shopevents.domain.cache_keys import CacheKeys
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory, Purpose, RegenerateReason, Season

# Few and nasty: what a separator, an escape, a hash tag or "no value" could be mistaken for.
words = st.text(alphabet="가a|%~{}:7C-", max_size=4)
questions = st.builds(
    Question,
    owner_id=st.sampled_from(["owner-1", "owner-2"]),
    purpose=st.sampled_from(Purpose),
    trade=st.builds(
        Trade,
        category=st.sampled_from(IndustryCategory),
        code=st.none() | words.filter(bool),
        word=words,
        name=st.none(),
    ),
    region=st.builds(Region, city=st.sampled_from(["서울", "부산", "서울|중구"]), district=st.none() | words),
    season=st.sampled_from(Season),
    month=st.integers(1, 12),
    asked_at=st.datetimes(timezones=st.just(UTC)),
    replaces=st.none() | st.just("r-1"),
    reason=st.none() | st.sampled_from(RegenerateReason),
)
variants = st.sampled_from(["default", "default|hash", "short"])
embedders = st.sampled_from(["hash", "openai-3-large-3072", ""])


def dependencies(question: Question) -> tuple[object, ...]:
    """What the six plans depend on, written down anew."""
    trade = question.trade
    place = (question.region.city, question.region.district)
    return (trade.category, trade.code, trade.word, place, question.season, question.month)


@given(questions, variants, embedders, questions, variants, embedders)
def test_results_share_a_key_exactly_when_all_they_depend_on_is_equal(
    one: Question, variant: str, embedder: str, other: Question, other_variant: str, other_embedder: str
) -> None:
    keys = CacheKeys.of(one, prompt_variant=variant, embedder=embedder)
    others = CacheKeys.of(other, prompt_variant=other_variant, embedder=other_embedder)
    purposes = (one.purpose, other.purpose)

    def all_equal(*pairs: tuple[object, object]) -> bool:
        return all(left == right for left, right in ((dependencies(one), dependencies(other)), *pairs))

    by_variant, by_embedder = (variant, other_variant), (embedder, other_embedder)
    assert (str(keys.result) == str(others.result)) == all_equal(purposes, by_variant, by_embedder)
    assert (str(keys.cases) == str(others.cases)) == all_equal(purposes, by_embedder)
    assert (str(keys.trends) == str(others.trends)) == all_equal(by_variant)


@given(questions, questions)
def test_a_change_of_one_dependency_always_changes_the_key(one: Question, other: Question) -> None:
    """Random questions are seldom almost equal: take one and change one part of it."""
    for part in ("purpose", "trade", "region", "season", "month"):
        changed = one.model_copy(update={part: getattr(other, part)})
        assume(dependencies(changed) != dependencies(one) or changed.purpose != one.purpose)
        assert _result(changed) != _result(one)


@given(questions, questions)
def test_who_asks_and_when_changes_nothing(one: Question, other: Question) -> None:
    changed = one.model_copy(
        update={"owner_id": other.owner_id, "asked_at": other.asked_at, "replaces": other.replaces}
    )
    assert _result(changed) == _result(one)


@given(questions)
def test_the_three_levels_never_share_a_key(question: Question) -> None:
    assert len(set(CacheKeys.of(question, prompt_variant="a", embedder="a").texts())) == 3


@given(questions, questions)
def test_keys_of_one_industry_and_place_share_a_slot(one: Question, other: Question) -> None:
    placed = other.model_copy(
        update={"region": one.region, "trade": other.trade.model_copy(update={"category": one.trade.category})}
    )
    texts = (
        *CacheKeys.of(one, prompt_variant="default", embedder="hash").texts(),
        *CacheKeys.of(placed, prompt_variant="short", embedder="other").texts(),
    )

    assert len({key_slot(text.encode()) for text in texts}) == 1


def test_the_same_district_of_two_cities_shares_nothing() -> None:
    seoul, busan = (_question(Region.of(city, "중구")) for city in ("서울", "부산"))

    assert not set(CacheKeys.of(seoul, prompt_variant="d", embedder="e").texts()) & set(
        CacheKeys.of(busan, prompt_variant="d", embedder="e").texts()
    )


def _question(region: Region) -> Question:
    return Question(
        owner_id="owner-1",
        purpose=Purpose.SALES,
        trade=Trade(category=IndustryCategory.FOOD, word="고깃집"),
        region=region,
        season=Season.AUTUMN,
        month=11,
        asked_at=datetime(2026, 11, 17, tzinfo=UTC),
    )


def _result(question: Question) -> str:
    return str(CacheKeys.of(question, prompt_variant="default", embedder="hash").result)
