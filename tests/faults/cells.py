"""The fault matrix: what each vendor does in each cell, and what the answer then has to hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.vendors.behaviours import Answer, Behaviour, Fault

# Characters of the fake Claude's answer, which has about 1,400: before, inside and after its plans.
NOWHERE, EARLY, MIDDLE, LATE = 0, 300, 700, 1150
SOON = 0.3
_FINE = (Behaviour(),)
_TYPICAL = Behaviour(delay_seconds=0.7, tokens_per_second=150)


class Keeps(StrEnum):
    """Whose plans the answer holds."""

    ALL = "all six are Claude's"
    FINISHED = "exactly those are Claude's that were finished before the fault"
    SOME = "some are Claude's"
    NONE = "none is Claude's"


@dataclass(frozen=True, slots=True)
class Cell:
    """One request, while the vendors behave as given: each list for one request after another, the last for the rest.

    `calls` is how often Claude is asked; `grounded` whether its plans can lean on cases.
    """

    name: str
    keeps: Keeps
    claude: Sequence[Behaviour] = _FINE
    openai: Sequence[Behaviour] = _FINE
    pinecone: Sequence[Behaviour] = _FINE
    calls: int | None = 1
    grounded: bool = True


def all_cells() -> list[Cell]:
    """Every cell, with a name of its own."""
    return [
        *_paces(),
        *_streams(),
        *_wrong_answers(),
        *_refusals(),
        *_retries(),
        *_grounding("openai", Answer.WRONG_DIMENSIONS, Answer.EMPTY),
        *_grounding("pinecone", Answer.EMPTY),
        *_together(),
    ]


def _paces() -> Iterator[Cell]:
    """Claude at the speeds it is known for, and slower."""
    yield Cell("claude: typical", Keeps.ALL, [_TYPICAL])
    yield Cell("claude: thinks first", Keeps.ALL, [Behaviour(thinking=True)])
    yield Cell("claude: late, then fast", Keeps.ALL, [Behaviour(delay_seconds=4, tokens_per_second=600)])
    yield Cell("claude: too slow to finish", Keeps.SOME, [Behaviour(delay_seconds=0.7, tokens_per_second=45)])
    yield Cell("claude: no first token", Keeps.NONE, [Behaviour(delay_seconds=30)])


def _streams() -> Iterator[Cell]:
    """Streams that end in a wrong way, at several places."""
    for fault in (Fault.STALL, Fault.DRIP):
        for place in (NOWHERE, MIDDLE):
            behaviour = Behaviour(fault=fault, after_chars=place)
            yield Cell(f"claude: {fault} after {place}", Keeps.FINISHED, [behaviour])
    for fault in (Fault.CUT, Fault.RESET, Fault.END, Fault.ERROR_EVENT, Fault.TRUNCATE, Fault.REFUSAL):
        for place in (EARLY, MIDDLE, LATE):
            behaviour = Behaviour(fault=fault, after_chars=place)
            yield Cell(f"claude: {fault} after {place}", Keeps.FINISHED, [behaviour], calls=None)
    for place in range(100, 1400, 400):
        behaviour = Behaviour(fault=Fault.END, after_chars=place)
        yield Cell(f"claude: end after {place}", Keeps.FINISHED, [behaviour], calls=None)


def _wrong_answers() -> Iterator[Cell]:
    """Answers that arrive whole and are wrong."""
    yield Cell("claude: bad json", Keeps.NONE, [Behaviour(answer=Answer.BAD_JSON)])
    yield Cell("claude: prose", Keeps.NONE, [Behaviour(answer=Answer.NOT_JSON)])
    yield Cell("claude: no plans", Keeps.NONE, [Behaviour(answer=Answer.EMPTY)])
    yield Cell("claude: wrong slots", Keeps.SOME, [Behaviour(answer=Answer.WRONG_SLOTS)])
    yield Cell("claude: duplicate slots", Keeps.SOME, [Behaviour(answer=Answer.DUPLICATE_SLOTS)])


def _refusals() -> Iterator[Cell]:
    """Failures before the first byte of an answer."""
    for fault in (Fault.NEVER_ANSWER, Fault.SLOW_HEADERS):
        yield Cell(f"claude: {fault}", Keeps.NONE, [Behaviour(fault=fault)])
    for fault in (Fault.WEB_PAGE, Fault.REFUSE_CONNECTION):
        yield Cell(f"claude: {fault}", Keeps.NONE, [Behaviour(fault=fault)], calls=None)
    for status in (400, 401, 402, 403, 404, 413, 429):
        yield Cell(f"claude: {status}", Keeps.NONE, [Behaviour.failing(status)])
    for status in (500, 503, 529):
        yield Cell(f"claude: {status} for ever", Keeps.NONE, [Behaviour.failing(status)], calls=2)
    for status in (429, 500, 529):
        behaviour = Behaviour.failing(status, retry_after=300)
        yield Cell(f"claude: {status} with retry-after 300", Keeps.NONE, [behaviour, Behaviour()])
    slow = Behaviour(fault=Fault.STATUS, status=500, delay_seconds=5)
    yield Cell("claude: 500 after 5 s", Keeps.NONE, [slow, Behaviour()])


def _retries() -> Iterator[Cell]:
    """A failure that passes costs one more call, at once."""
    for status in (500, 529):
        yield Cell(f"claude: {status} once", Keeps.ALL, [Behaviour.failing(status), Behaviour()], calls=2)
    reset = Behaviour(fault=Fault.REFUSE_CONNECTION)
    yield Cell("claude: refuse_connection once", Keeps.ALL, [reset, Behaviour()], calls=2)


def _grounding(vendor: str, *wrong: Answer) -> Iterator[Cell]:
    """What grounds the answer costs its grounding, never itself."""
    behaviours = {
        **{f"{status}": Behaviour.failing(status) for status in (400, 401, 429, 500, 503)},
        "429 with retry-after 300": Behaviour.failing(429, retry_after=300),
        **{f"{fault}": Behaviour(fault=fault) for fault in (Fault.NEVER_ANSWER, Fault.SLOW_HEADERS, Fault.WEB_PAGE)},
        **{f"{fault}": Behaviour(fault=fault) for fault in (Fault.REFUSE_CONNECTION,)},
        **{
            f"{fault} inside": Behaviour(fault=fault, after_chars=40)
            for fault in (Fault.STALL, Fault.DRIP, Fault.RESET, Fault.CUT)
        },
        "bad json": Behaviour(answer=Answer.BAD_JSON),
        "slow": Behaviour(delay_seconds=5),
        **{f"{answer}": Behaviour(answer=answer) for answer in wrong},
    }
    for name, behaviour in behaviours.items():
        if vendor == "openai":
            yield Cell(f"openai: {name}", Keeps.ALL, openai=[behaviour], grounded=False)
        else:
            yield Cell(f"pinecone: {name}", Keeps.ALL, pinecone=[behaviour], grounded=False)


def _together() -> Iterator[Cell]:
    """Several faults at once."""
    for name, behaviour in (
        ("silent", Behaviour(fault=Fault.NEVER_ANSWER)),
        ("failing", Behaviour.failing(500)),
        ("refusing connections", Behaviour(fault=Fault.REFUSE_CONNECTION)),
    ):
        faults = [behaviour]
        yield Cell(f"all: {name}", Keeps.NONE, faults, faults, faults, calls=None, grounded=False)
    stalled = [Behaviour(fault=Fault.STALL, after_chars=MIDDLE)]
    silent = [Behaviour(fault=Fault.NEVER_ANSWER)]
    yield Cell("openai silent, claude stalled", Keeps.FINISHED, stalled, silent, grounded=False)
    yield Cell("pinecone silent, claude stalled", Keeps.FINISHED, stalled, pinecone=silent, grounded=False)
