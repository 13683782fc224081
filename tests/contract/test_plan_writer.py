"""Every plan writer: shows each plan as soon as it is complete, and frees everything when it is left.

Claude's failures are tested here too: each keeps what was finished and becomes one of our errors.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from shopevents.adapters.plan_writer.claude import ClaudeAccess, ClaudePlanWriter
from shopevents.domain.briefs import PlanBrief, Writing
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.errors import BadReply, DependencyError, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.domain.plans import Trends
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, Provenance, Purpose, Season, Slot
from tests.contract.vendor_specs import require_specs
from tests.vendors.behaviours import Answer, Behaviour, Fault
from tests.vendors.claude import ClaudeFake

_ORDER = (
    Slot.MEDIUM_OFFLINE,
    Slot.HIGH_ONLINE,
    Slot.HIGH_OFFLINE,
    Slot.LOW_ONLINE,
    Slot.LOW_OFFLINE,
    Slot.MEDIUM_ONLINE,
)


def _case(number: int, provenance: Provenance = Provenance.ILLUSTRATIVE) -> ScoredCase:
    case = Case(
        case_id=f"case-{number}",
        title=f"지난 행사 {number}",
        participation="영수증을 내요",
        mechanic=Mechanic.LUCKY_DRAW,
        industry=IndustryCategory.SERVICE,
        provenance=provenance,
        url="https://example.com" if provenance is Provenance.PUBLISHED else None,
    )
    return ScoredCase(case=case, score=0.5)


_BRIEF = PlanBrief(
    purpose=Purpose.REPEAT_VISITS,
    trade=Trade(category=IndustryCategory.SERVICE, word="세탁소"),
    region=Region.of("대전", "유성구"),
    season=Season.SPRING,
    month=4,
    cases=(_case(1, Provenance.PUBLISHED), _case(2), _case(3)),
    slot_order=_ORDER,
)


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeFake]:
    with ClaudeFake() as fake:
        yield fake


@pytest.fixture(params=["anthropic", "bedrock"])
async def writer(
    request: pytest.FixtureRequest, claude: ClaudeFake, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ClaudePlanWriter]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    if request.param == "anthropic":
        access = ClaudeAccess(api_key="sk-x", model="claude-haiku-5-5", base_url=claude.url)
    else:
        access = ClaudeAccess(
            api_key=None,
            model="claude-haiku-5-5",
            provider="bedrock",
            base_url=f"{claude.url}/anthropic",
            aws_region="ap-northeast-2",
        )
    opened = ClaudePlanWriter(access)
    yield opened
    await opened.close()


async def _all(writer: ClaudePlanWriter, brief: PlanBrief = _BRIEF) -> list[Writing]:
    return [writing async for writing in writer.write(brief)]


async def _until_it_dies(writer: ClaudePlanWriter) -> tuple[Writing | None, DependencyError]:
    """The last snapshot before the error, and the error."""
    last: Writing | None = None
    try:
        async for writing in writer.write(_BRIEF):
            last = writing
    except DependencyError as error:
        return last, error
    pytest.fail("the stream ended well")


async def test_six_plans_come_in_the_order_asked_and_then_the_trends(writer: ClaudePlanWriter) -> None:
    *before, last = await _all(writer)
    assert last.finished
    assert not any(writing.finished for writing in before)
    assert tuple(draft.slot for draft in last.drafts) == _ORDER
    assert len({draft.title for draft in last.drafts}) == 6
    assert last.trends is not None
    assert "세탁소" in last.trends.industry


async def test_each_snapshot_holds_all_of_the_one_before(writer: ClaudePlanWriter) -> None:
    writings = await _all(writer)
    counts = [len(writing.drafts) for writing in writings]
    assert sorted(counts) == counts
    assert set(range(7)) <= set(counts)
    for earlier, later in pairwise(writings):
        assert later.drafts[: len(earlier.drafts)] == earlier.drafts
        assert later.raw.startswith(earlier.raw)


async def test_known_trends_are_not_written_again(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    known = Trends(industry="가", location="나", season="다")
    last = (await _all(writer, _BRIEF.model_copy(update={"known_trends": known})))[-1]
    assert len(last.drafts) == 6
    assert last.trends is None
    assert "trends" not in json.dumps(claude.requests[0].json["output_config"])


async def test_only_the_slots_asked_for_are_written(writer: ClaudePlanWriter) -> None:
    two = (Slot.HIGH_ONLINE, Slot.LOW_OFFLINE)
    last = (await _all(writer, _BRIEF.model_copy(update={"slot_order": two})))[-1]
    assert tuple(draft.slot for draft in last.drafts) == two


async def test_the_basis_names_cases_of_the_brief(writer: ClaudePlanWriter) -> None:
    last = (await _all(writer))[-1]
    named = {case_id for draft in last.drafts for case_id in draft.basis}
    assert named
    assert named <= {"case-1", "case-2", "case-3"}


async def test_titles_to_avoid_are_not_repeated(writer: ClaudePlanWriter) -> None:
    first = {draft.title for draft in (await _all(writer))[-1].drafts}
    again = _BRIEF.model_copy(update={"avoid_titles": tuple(first)})
    assert first.isdisjoint(draft.title for draft in (await _all(writer, again))[-1].drafts)


async def test_two_shops_can_be_written_for_at_once(writer: ClaudePlanWriter) -> None:
    other = _BRIEF.model_copy(update={"trade": Trade(category=IndustryCategory.LODGING, word="캠핑장")})
    one, two = await asyncio.gather(_all(writer), _all(writer, other))
    assert one[-1].trends != two[-1].trends
    assert one[-1].finished
    assert two[-1].finished


async def test_usage_is_counted_by_claude_and_the_second_prompt_is_cached(writer: ClaudePlanWriter) -> None:
    first, second = (await _all(writer))[-1].usage, (await _all(writer))[-1].usage
    assert first.final
    assert first.output_tokens > 400
    assert first.cache_write_tokens == second.cache_read_tokens > 1000
    assert second.cache_write_tokens == 0
    assert first.model in {"claude-haiku-5-5", "anthropic.claude-haiku-5-5"}


async def test_the_request_is_what_the_design_says(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    await _all(writer)
    [request] = claude.requests
    assert request.headers["anthropic-version"] == "2026-10-21"
    assert request.json["stream"] is True
    assert request.json["thinking"] == {"type": "disabled"}
    assert request.json["output_config"]["format"]["type"] == "json_schema"
    assert request.json["system"][0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}


@pytest.mark.parametrize(
    ("model", "thinking", "effort"),
    [
        ("claude-haiku-5-5", {"type": "disabled"}, None),
        ("claude-sonnet-5-5", {"type": "between_tools"}, "low"),
        ("claude-opus-5-5", None, "low"),
        ("claude-fable-5-1", None, "low"),
        ("claude-haiku-4-5", None, None),
    ],
)
async def test_every_model_is_asked_to_think_as_little_as_it_allows(
    claude: ClaudeFake, model: str, thinking: dict[str, str] | None, effort: str | None
) -> None:
    writer = ClaudePlanWriter(ClaudeAccess(api_key="sk-x", model=model, base_url=claude.url))
    try:
        assert (await _all(writer))[-1].finished
    finally:
        await writer.close()
    asked = claude.requests[-1].json
    assert (asked.get("thinking"), asked["output_config"].get("effort")) == (thinking, effort)


async def test_a_leading_thinking_block_is_no_answer(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    claude.script(Behaviour(thinking=True))
    last = (await _all(writer))[-1]
    assert len(last.drafts) == 6
    assert last.raw.startswith("{")


_DEATHS = [
    (Fault.RESET, Unavailable),
    (Fault.CUT, Unavailable),
    (Fault.END, Unavailable),
    (Fault.ERROR_EVENT, Unavailable),
    (Fault.REFUSAL, BadReply),
    (Fault.TRUNCATE, BadReply),
]


@pytest.mark.parametrize(("fault", "error"), _DEATHS)
async def test_a_dead_stream_keeps_its_finished_plans(
    claude: ClaudeFake, writer: ClaudePlanWriter, fault: Fault, error: type[DependencyError]
) -> None:
    whole = (await _all(writer))[-1]
    fourth_ends = whole.raw.index(whole.drafts[3].participation) + len(whole.drafts[3].participation)
    claude.script(Behaviour(fault=fault, after_chars=fourth_ends + 15))
    last, died_of = await _until_it_dies(writer)
    assert type(died_of) is error
    assert last is not None
    assert last.drafts == whole.drafts[:4]
    assert not last.finished
    assert last.trends is None


async def test_no_cut_ever_yields_a_plan_that_was_not_complete(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    whole = (await _all(writer))[-1]
    second = whole.raw.index(whole.drafts[1].participation)
    for cut in range(second - 150, second + len(whole.drafts[1].participation) + 5, 11):
        claude.script(Behaviour(fault=Fault.END, after_chars=cut))
        last, _ = await _until_it_dies(writer)
        assert last is not None
        assert last.drafts == whole.drafts[: len(last.drafts)]


@pytest.mark.parametrize("fault", [Fault.STALL, Fault.DRIP, Fault.NEVER_ANSWER, Fault.SLOW_HEADERS])
async def test_cancelling_at_a_deadline_frees_the_socket(
    claude: ClaudeFake, writer: ClaudePlanWriter, fault: Fault
) -> None:
    claude.script(Behaviour(fault=fault, after_chars=900, interval_seconds=0.02))
    calling = asyncio.create_task(_all(writer))
    await asyncio.to_thread(claude.wait_until_struck)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    claude.wait_until_idle()
    assert claude.requests[0].client_left
    assert (await _all(writer))[-1].finished, "the client still serves"


async def test_closing_the_generator_frees_the_socket(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    claude.script(Behaviour(fault=Fault.DRIP, after_chars=700, interval_seconds=0.02))
    writing = writer.write(_BRIEF)
    async for snapshot in writing:
        if len(snapshot.drafts) == 1:
            break
    await writing.aclose()
    claude.wait_until_idle()
    assert claude.requests[0].client_left


async def test_an_abandoned_stream_has_estimated_usage(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    claude.script(Behaviour(fault=Fault.RESET, after_chars=1200))
    last, _ = await _until_it_dies(writer)
    assert last is not None
    assert not last.usage.final
    assert last.usage.cache_write_tokens > 1000
    assert last.usage.output_tokens > 100


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (Behaviour.failing(400), Rejected),
        (Behaviour.failing(401), Rejected),
        (Behaviour.failing(402), QuotaExhausted),
        (Behaviour.failing(403), Rejected),
        (Behaviour.failing(404), Rejected),
        (Behaviour.failing(413), Rejected),
        (Behaviour.failing(429), RateLimited),
        (Behaviour.failing(429, error_code="enforced_spend_limit_reached"), QuotaExhausted),
        (Behaviour.failing(500), Unavailable),
        (Behaviour.failing(504), Unavailable),
        (Behaviour.failing(529), Unavailable),
        (Behaviour(fault=Fault.REFUSE_CONNECTION), Unavailable),
        (Behaviour(fault=Fault.WEB_PAGE), Unavailable),
        (Behaviour(answer=Answer.BAD_JSON), BadReply),
        (Behaviour(answer=Answer.NOT_JSON), BadReply),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{value.fault}-{value.status}-{value.answer}",
)
async def test_claudes_faults_become_ours_after_one_attempt(
    claude: ClaudeFake, writer: ClaudePlanWriter, behaviour: Behaviour, error: type[DependencyError]
) -> None:
    claude.script(behaviour)
    _, died_of = await _until_it_dies(writer)
    assert type(died_of) is error
    assert len(claude.requests) == 1, "the SDK's own retries are to be off"


@pytest.mark.parametrize("status", [429, 500, 529])
async def test_claudes_retry_after_is_told_and_not_slept_on(
    claude: ClaudeFake, writer: ClaudePlanWriter, status: int
) -> None:
    claude.script(Behaviour.failing(status, retry_after=300))
    _, died_of = await _until_it_dies(writer)
    assert isinstance(died_of, RateLimited)
    assert died_of.retry_after == 300


async def test_an_error_event_is_told_apart_by_its_type(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    claude.script(Behaviour(fault=Fault.ERROR_EVENT, after_chars=50, error_type="rate_limit_error"))
    _, died_of = await _until_it_dies(writer)
    assert type(died_of) is RateLimited


async def test_doubled_slots_count_once(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    claude.script(Behaviour(answer=Answer.DUPLICATE_SLOTS))
    slots = [draft.slot for draft in (await _all(writer))[-1].drafts]
    assert len(slots) == len(set(slots)) == 3


async def test_unknown_slots_are_left_out(claude: ClaudeFake, writer: ClaudePlanWriter) -> None:
    claude.script(Behaviour(answer=Answer.WRONG_SLOTS))
    slots = {draft.slot for draft in (await _all(writer))[-1].drafts}
    assert slots == {Slot.LOW_OFFLINE, Slot.MEDIUM_OFFLINE, Slot.HIGH_OFFLINE}


async def test_an_unknown_prompt_variant_is_rejected_before_anything_is_sent(
    claude: ClaudeFake, writer: ClaudePlanWriter
) -> None:
    with pytest.raises(Rejected):
        await _all(writer, _BRIEF.model_copy(update={"prompt_variant": "nobody-wrote-this"}))
    assert claude.requests == []


async def test_anthropics_recorded_streams_of_other_kinds_are_never_taken_for_plans(
    claude: ClaudeFake, writer: ClaudePlanWriter
) -> None:
    samples = sorted((require_specs() / "anthropic-sse").iterdir())
    assert samples
    for sample in samples:
        claude.script(Behaviour(recorded=sample.read_text(encoding="utf-8")))
        last, died_of = await _until_it_dies(writer)
        assert isinstance(died_of, BadReply | Unavailable), sample.name
        assert last is None or not last.drafts, sample.name
