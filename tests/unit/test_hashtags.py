from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.hashtags import TAGS_PER_WINDOW, WINDOW, AskedTag, choose_tags

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def asked(days_ago: float, tag_id: str | None = "1", last: float | None = None) -> AskedTag:
    first = NOW - timedelta(days=days_ago)
    return AskedTag(first, NOW - timedelta(days=days_ago if last is None else last), tag_id)


def test_daily_tags_come_first_and_the_rest_fills_up_to_thirty() -> None:
    chosen = choose_tags([f"d{n}" for n in range(20)], [f"r{n:02}" for n in range(25)], {}, NOW)
    assert chosen[:20] == tuple(f"d{n}" for n in range(20))
    assert len(chosen) == 30


def test_a_tag_inside_its_window_is_free() -> None:
    ledger = {f"r{n:02}": asked(3) for n in range(30)}
    assert set(choose_tags(["new"], list(ledger), ledger, NOW)) == set(ledger)


def test_the_longest_unasked_take_the_places_that_become_free() -> None:
    ledger = {**{f"held{n}": asked(1) for n in range(28)}, "old": asked(30), "older": asked(60), "young": asked(8)}
    chosen = choose_tags([], [*ledger], ledger, NOW)
    assert {"old", "older"} <= set(chosen)
    assert "young" not in chosen


def test_tags_of_other_programs_take_places_too() -> None:
    assert len(choose_tags([f"d{n}" for n in range(30)], [], {}, NOW, foreign_slots=25)) == 5


def test_a_tag_that_does_not_exist_is_left_alone_until_its_slot_is_free() -> None:
    assert choose_tags(["없음"], [], {"없음": asked(2, "")}, NOW) == ()
    assert choose_tags(["없음"], [], {"없음": asked(8, "")}, NOW) == ("없음",)


def test_a_tag_whose_id_a_failure_kept_from_us_is_asked_again() -> None:
    assert choose_tags(["카페"], [], {"카페": asked(0.1, None)}, NOW) == ("카페",)


def test_asking_again_inside_the_window_does_not_begin_it_anew() -> None:
    entry = asked(6.9)
    assert entry.asked_again(NOW).first_asked_at == entry.first_asked_at
    assert asked(7).asked_again(NOW).first_asked_at == NOW


@given(
    st.lists(st.sampled_from([f"t{n}" for n in range(60)]), unique=True, max_size=60),
    st.dictionaries(st.sampled_from([f"t{n}" for n in range(60)]), st.floats(0, 20), max_size=60),
    st.integers(0, 40),
)
def test_never_more_than_thirty_in_a_window(tags: list[str], ages: dict[str, float], foreign: int) -> None:
    ledger = {tag: asked(age) for tag, age in ages.items()}
    held = {tag for tag, entry in ledger.items() if entry.holds_slot(NOW)}
    chosen = choose_tags(tags[:20], tags[20:], ledger, NOW, foreign_slots=foreign)
    new = [tag for tag in chosen if tag not in held]
    assert len(new) <= max(0, TAGS_PER_WINDOW - len(held) - foreign)
    assert len(set(chosen)) == len(chosen)


@given(st.integers(0, 40))
def test_over_many_nights_no_seven_days_hold_more_than_thirty(extra: int) -> None:
    daily, rotating = [f"d{n}" for n in range(20)], [f"r{n}" for n in range(extra)]
    ledger: dict[str, AskedTag] = {}
    starts: list[datetime] = []
    for night in range(30):
        now = NOW + timedelta(days=night)
        for tag in choose_tags(daily, rotating, ledger, now):
            before = ledger.get(tag)
            ledger[tag] = before.asked_again(now) if before else AskedTag(now, now, "1")
            if before is None or ledger[tag].first_asked_at != before.first_asked_at:
                starts.append(now)
    assert all(sum(at <= start < at + WINDOW for start in starts) <= TAGS_PER_WINDOW for at in starts)
    assert set(daily) | set(rotating) == set(ledger)
