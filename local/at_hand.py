"""The stack for one command: the one that runs over the data, or its services for as long as the command takes."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local import seed
from local.environment import check, developer_environment
from local.stack import ROOT, only_one, running_stack, services

type Say = Callable[[str], None]


@contextmanager
def stack_at_hand(data: Path, say: Say) -> Iterator[dict[str, str]]:
    """The environment that functions run in. Raises LocalError."""
    given = developer_environment(ROOT / ".env", os.environ)
    check({**given, "STAGE": "local"})
    if running := running_stack(data):
        yield {**given, **running["environment"]}
        return
    with only_one(data), services(data, given, say) as environment:
        seed.prepare(environment, say)
        yield environment
