import asyncio

import pytest

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.deadlines import Deadline
from shopevents.domain.degradations import Degradation
from shopevents.domain.errors import BadReply, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory, Purpose, Season, Slot
from shopevents.ports.controls import ControlState
from shopevents.use_cases.admit_writer_call import Gate
from shopevents.use_cases.loose_ends import LooseEnds
from shopevents.use_cases.write_plans import Written, write_plans
from tests.adapters.guards import Breaker, Ledger, Limiter, gate
from tests.adapters.plan_writer import STALL, ScriptedWriter, writing

ALL = tuple(Slot)
BRIEF = PlanBrief(
    purpose=Purpose.SALES,
    trade=Trade(category=IndustryCategory.FOOD, word="고깃집"),
    region=Region.of("서울", "강남구"),
    season=Season.AUTUMN,
    month=11,
)


async def write(
    writer: ScriptedWriter,
    guards: Gate | None = None,
    *,
    seconds: float = 100.0,
    may_retry: bool = True,
    trends_seconds: float = 100.0,
    controls: ControlState | None = None,
) -> Written:
    deadline, loose_ends = Deadline(asyncio.get_running_loop().time() + seconds), LooseEnds()
    written = await write_plans(
        BRIEF,
        writer=writer,
        gate=guards or gate(),
        controls=controls or ControlState(),
        deadline=deadline,
        may_retry=may_retry,
        trends_deadline=Deadline(asyncio.get_running_loop().time() + trends_seconds),
        loose_ends=loose_ends,
    )
    await loose_ends.tie_up()
    return written


async def test_a_whole_writing_is_settled_at_its_measured_price() -> None:
    ledger, breaker = Ledger(), Breaker()
    written = await write(ScriptedWriter([writing(*ALL, finished=True)]), gate(breaker=breaker, ledger=ledger))
    assert written.degradation is None
    assert written.usd == pytest.approx((1200 * 0.10 + 800 * 0.50) / 1e6)
    assert ledger.settled == [written.usd]
    assert breaker.outcomes == ["success"]


async def test_a_dead_stream_keeps_its_finished_plans() -> None:
    ledger, breaker = Ledger(), Breaker()
    writer = ScriptedWriter([writing(*ALL[:2]), writing(*ALL[:4]), Unavailable("claude", "connection reset")])
    written = await write(writer, gate(breaker=breaker, ledger=ledger))
    assert [draft.slot for draft in written.writing.drafts] == list(ALL[:4])
    assert written.degradation is Degradation.WRITER_CUT_SHORT
    assert breaker.outcomes == ["failure"]
    assert ledger.settled == [], "an unknown outcome stays charged in full"
    assert written.usd == 0.01


async def test_a_stalled_stream_is_left_at_the_deadline_with_what_it_wrote() -> None:
    writer = ScriptedWriter([writing(*ALL[:3]), STALL])
    written = await write(writer, seconds=0.05)
    assert len(written.writing.drafts) == 3
    assert written.degradation is Degradation.OUT_OF_TIME
    assert writer.closed == 1


async def test_with_six_plans_an_owner_waits_for_trends_until_their_time_only() -> None:
    ledger, breaker = Ledger(), Breaker()
    writer = ScriptedWriter([writing(*ALL, trends=None), STALL])
    written = await write(writer, gate(breaker=breaker, ledger=ledger), trends_seconds=0.0)
    assert len(written.writing.drafts) == 6
    assert (written.degradation, written.failure, writer.closed) == (None, None, 1)
    assert breaker.outcomes == ["success"]


async def test_an_answer_that_was_left_costs_more_than_what_it_wrote_but_not_the_whole_reservation() -> None:
    ledger = Ledger()
    writer = ScriptedWriter([writing(*ALL, trends=None), STALL])
    written = await write(writer, gate(ledger=ledger), trends_seconds=0.0)
    usage = written.writing.usage
    assert (usage.input_tokens * 0.10 + usage.output_tokens * 0.50) / 1e6 < written.usd < 0.01
    assert ledger.settled == [written.usd]


async def test_trends_whose_time_is_over_do_not_cost_plans_that_are_still_written() -> None:
    writer = ScriptedWriter([writing(*ALL[:2], trends=None), writing(*ALL, finished=True)])
    written = await write(writer, trends_seconds=0.0)
    assert len(written.writing.drafts) == 6
    assert written.writing.trends is not None


async def test_slowness_that_still_brings_plans_does_not_open_the_breaker() -> None:
    breaker = Breaker()
    await write(ScriptedWriter([writing(*ALL[:3]), STALL]), gate(breaker=breaker), seconds=0.05)
    assert breaker.outcomes == ["success"]


async def test_silence_until_the_deadline_counts_against_the_breaker() -> None:
    breaker = Breaker()
    await write(ScriptedWriter([STALL]), gate(breaker=breaker), seconds=0.05)
    assert breaker.outcomes == ["failure"]


async def test_after_the_last_plan_nobody_waits_for_a_stream_that_does_not_end() -> None:
    async with asyncio.timeout(30):
        written = await write(ScriptedWriter([writing(*ALL), STALL]), seconds=1000)
    assert len(written.writing.drafts) == 6
    assert written.degradation is None


@pytest.mark.parametrize(
    "failure", [RateLimited("claude", "429", 300), QuotaExhausted("claude", "cap"), Rejected("claude", "401")]
)
async def test_a_refused_call_costs_nothing_and_is_not_repeated(failure: Unavailable | Rejected) -> None:
    ledger, writer = Ledger(), ScriptedWriter([failure])
    written = await write(writer, gate(ledger=ledger))
    assert (written.usd, ledger.settled, len(writer.briefs)) == (0.0, [0.0], 1)
    assert written.degradation is Degradation.WRITER_FAILED


async def test_a_failure_at_once_is_tried_once_more_when_nothing_better_is_ready() -> None:
    writer = ScriptedWriter([Unavailable("claude", "529")], [writing(*ALL, finished=True)])
    written = await write(writer)
    assert len(writer.briefs) == 2
    assert written.degradation is None


async def test_there_is_no_third_call() -> None:
    writer = ScriptedWriter([Unavailable("claude", "529")])
    written = await write(writer)
    assert len(writer.briefs) == 2
    assert written.degradation is Degradation.WRITER_FAILED


@pytest.mark.parametrize(("seconds", "may_retry"), [(3.0, True), (100.0, False)])
async def test_no_retry_without_time_or_with_a_better_fallback(seconds: float, may_retry: bool) -> None:
    writer = ScriptedWriter([Unavailable("claude", "529")])
    await write(writer, seconds=seconds, may_retry=may_retry)
    assert len(writer.briefs) == 1


async def test_a_stream_that_brought_plans_is_never_repeated() -> None:
    writer = ScriptedWriter([writing(*ALL[:1]), Unavailable("claude", "cut")])
    await write(writer)
    assert len(writer.briefs) == 1


async def test_a_bad_reply_is_not_asked_for_again() -> None:
    writer = ScriptedWriter([BadReply("claude", "refusal")])
    written = await write(writer)
    assert len(writer.briefs) == 1
    assert written.degradation is Degradation.WRITER_FAILED


@pytest.mark.parametrize(
    ("guards", "controls", "reason"),
    [
        (gate(limiter=Limiter(12.0)), ControlState(), Degradation.RATE_LIMITED),
        (gate(breaker=Breaker(is_open=True)), ControlState(), Degradation.BREAKER_OPEN),
        (gate(ledger=Ledger(has_money=False)), ControlState(), Degradation.SPEND_CAP),
        (gate(), ControlState(force_catalog=True), Degradation.SWITCHED_OFF),
    ],
)
async def test_every_guard_can_keep_the_writer_from_being_called(
    guards: Gate, controls: ControlState, reason: Degradation
) -> None:
    writer = ScriptedWriter([writing(*ALL, finished=True)])
    written = await write(writer, guards, controls=controls)
    assert written.degradation is reason
    assert writer.briefs == []
    assert written.usd == 0.0
