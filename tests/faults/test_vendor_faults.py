"""Whatever the vendors do: six valid plans within ten seconds, and every plan that Claude had finished is among them."""

import asyncio
from collections.abc import Iterator, Mapping

import pytest

from tests.faults.answers import PROMISED_SECONDS, broken_promises, finished_slots, sources
from tests.faults.cells import Cell, Keeps, all_cells
from tests.faults.matrix import (
    TOGETHER,
    Outcome,
    fill_pinecone,
    places_of,
    run_cells,
    vendors,
    warm,
    whole_stack,
)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
CELLS = {cell.name: cell for cell in all_cells()}


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Outcome]]:
    """All cells that were asked for, run side by side on one stack."""
    wanted = {item.callspec.params["name"] for item in request.session.items if hasattr(item, "callspec")}
    cells = places_of([cell for name, cell in CELLS.items() if name in wanted])
    data = tmp_path_factory.mktemp("matrix")
    with vendors(cells) as fakes, whole_stack(data, fakes.settings, workers=TOGETHER) as serving:
        asyncio.run(fill_pinecone(fakes.openai.base_url, fakes.pinecone.url))
        asyncio.run(warm(serving, TOGETHER))
        yield asyncio.run(run_cells(cells, serving, fakes))


def test_every_cell_has_a_name_of_its_own() -> None:
    assert len(CELLS) == len(all_cells())


@pytest.mark.parametrize("name", CELLS)
def test_six_valid_plans_within_ten_seconds(name: str, outcomes: Mapping[str, Outcome]) -> None:
    cell, outcome = CELLS[name], outcomes[name]
    answered = outcome.answered
    assert answered.status == 200
    assert answered.seconds < PROMISED_SECONDS
    assert broken_promises(answered.body) == []
    assert not answered.body["metadata"]["cacheHit"]
    assert not answered.body["metadata"]["rateLimited"]
    assert set(sources(answered.body).values()) <= {"claude", "catalog"}
    _check_sources(cell, outcome)
    _check_grounding(cell, outcome)


def _check_sources(cell: Cell, outcome: Outcome) -> None:
    by_claude = {slot for slot, source in sources(outcome.answered.body).items() if source == "claude"}
    match cell.keeps:
        case Keeps.ALL:
            assert len(by_claude) == 6
        case Keeps.FINISHED:
            last = outcome.asked[-1]
            assert by_claude == finished_slots(last.notes["answer"], last.text_sent)
        case Keeps.SOME:
            assert 0 < len(by_claude) < 6
        case Keeps.NONE:
            assert not by_claude
    if cell.calls is not None:
        assert len(outcome.asked) == cell.calls


def _check_grounding(cell: Cell, outcome: Outcome) -> None:
    """Only Claude's plans tell: the catalog has its own cases."""
    plans = outcome.answered.body["data"]["recommendations"]
    leaning = [bool(plan["basis"]) for plan in plans if plan["source"] == "claude"]
    assert all(leaning) if cell.grounded else not any(leaning)
