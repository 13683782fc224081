"""One stack for the tests that speak to it over HTTP; each of them is an owner of its own."""

from collections.abc import Iterator

import pytest

from tests.system.running_stack import RunningStack, started, warm
from tests.vendors.claude import ClaudeFake


@pytest.fixture(scope="session")
def claude() -> Iterator[ClaudeFake]:
    """A fake Claude that answers well."""
    with ClaudeFake() as claude:
        yield claude


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, claude: ClaudeFake) -> Iterator[RunningStack]:
    """A stack with Claude; everything else is embedded. Its owners may ask as fast as tests do."""
    data = tmp_path_factory.mktemp("local stack")
    settings = {"CLAUDE_API_KEY": "sk-fake", "CLAUDE_BASE_URL": claude.url, "USER_REQUESTS_PER_MINUTE": "100000"}
    with started(data, **settings) as stack:
        warm(stack)
        yield stack
