"""A name server that never answers costs an owner Claude's plans, not the answer; the next request neither."""

from pathlib import Path

import pytest

from tests.faults.light import light_stack

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]
NOWHERE = "https://vendor.invalid"


async def test_vendors_whose_names_are_never_found_leave_the_catalog(tmp_path: Path) -> None:
    settings = {
        "CLAUDE_BASE_URL": NOWHERE,
        "OPENAI_API_KEY": "k",
        "OPENAI_BASE_URL": f"{NOWHERE}/v1",
        "PINECONE_API_KEY": "k",
        "PINECONE_HOST": NOWHERE,
        "PYTHONPATH": str(Path(__file__).parent / "hanging_dns"),
        "BREAKER_FAILURES": "2",
    }
    with light_stack(tmp_path, settings) as light:
        for place in range(
            4
        ):  # each leaves threads behind that wait for names; they keep nobody else from being served
            assert (await light.ask(place)).body["metadata"]["source"] == "catalog"
