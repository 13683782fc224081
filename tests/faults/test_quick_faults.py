"""A few cells of the matrix with a short deadline, in every test run: one worker, a Redis, the packaged cases."""

from collections.abc import Iterator

import pytest

from tests.faults.answers import finished_slots, sources
from tests.faults.light import Light, light_stack
from tests.vendors.behaviours import Behaviour, Fault

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("quick faults")]  # one stack for all of them
MIDDLE = 700
# Long enough for a call to Claude (1.5 s), its reserve (0.6 s) and a busy machine; short enough to wait for.
SETTINGS = {"REQUEST_SECONDS": "4", "CLAUDE_SECONDS": "2.5"}


@pytest.fixture(scope="module")
def module_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Light]:
    with light_stack(tmp_path_factory.mktemp("light"), SETTINGS) as light:
        yield light


@pytest.fixture
async def light(module_stack: Light) -> Light:
    await module_stack.warm()
    return module_stack


@pytest.mark.parametrize(
    ("place", "fault"),
    list(enumerate((Fault.STALL, Fault.DRIP, Fault.END, Fault.CUT, Fault.RESET, Fault.TRUNCATE, Fault.REFUSAL))),
)
async def test_a_dead_stream_keeps_its_finished_plans(light: Light, place: int, fault: Fault) -> None:
    light.claude.script(Behaviour(fault=fault, after_chars=MIDDLE))
    answered = await light.ask(place)
    (asked,) = light.claude.requests
    by_claude = {slot for slot, source in sources(answered.body).items() if source == "claude"}
    assert by_claude == finished_slots(asked.notes["answer"], MIDDLE)
    assert by_claude
    assert answered.body["metadata"]["source"] == "mixed"


@pytest.mark.parametrize(("place", "status"), [(20, 401), (21, 429), (22, 529)])
async def test_a_refused_call_leaves_the_catalog(light: Light, place: int, status: int) -> None:
    light.claude.default = Behaviour.failing(status, retry_after=300)
    answered = await light.ask(place)
    assert answered.body["metadata"]["source"] == "catalog"
    assert len(light.claude.requests) == 1


async def test_a_silent_claude_leaves_the_catalog(light: Light) -> None:
    light.claude.script(Behaviour(fault=Fault.NEVER_ANSWER))
    assert (await light.ask(30)).body["metadata"]["source"] == "catalog"
