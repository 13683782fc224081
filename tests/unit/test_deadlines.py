from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.deadlines import Deadline, seconds_since_taken

seconds = st.floats(min_value=0, max_value=1e6, allow_nan=False)


def test_time_already_spent_at_the_gateway_counts() -> None:
    assert Deadline.of(monotonic_now=100.0, total=9.5, already_spent=2.0).at == 107.5


def test_the_runtimes_own_end_comes_first_when_it_is_nearer() -> None:
    deadline = Deadline.of(monotonic_now=0.0, total=9.5, remaining_in_runtime=3.0, runtime_margin=0.5)
    assert deadline.at == 2.5


@given(now=seconds, total=seconds, spent=seconds, share=seconds)
def test_no_share_outlives_its_request(now: float, total: float, spent: float, share: float) -> None:
    deadline = Deadline.of(monotonic_now=now, total=total, already_spent=spent)
    assert now <= deadline.at <= now + total
    assert deadline.share(now, share).at <= deadline.at
    assert deadline.share(now, share).remaining(now) <= share + 1e-6


def test_a_clock_that_differs_is_not_believed() -> None:
    now_ms = 1_795_401_000_000
    assert seconds_since_taken(now_ms - 250, now_ms) == 0.25
    assert seconds_since_taken(now_ms - 9_000, now_ms) == 9.0  # it waited for a container; its owner has 1 s left
    assert seconds_since_taken(now_ms + 250, now_ms) == 0.0
    assert seconds_since_taken(now_ms - 3_600_000, now_ms) == 0.0
    assert seconds_since_taken(None, now_ms) == 0.0
