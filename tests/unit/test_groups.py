"""Tests that share a stack are one worker's: two stacks at once are more than a small machine bears."""

import pytest


@pytest.mark.xdist_group("a group")
def test_the_runner_keeps_groups_together_where_it_is_asked_to(request: pytest.FixtureRequest) -> None:
    """pytest-xdist knows a test's group by the end of its id; under pytest 9.2 it finds none there and goes on."""
    asked_to = request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@a group") is bool(asked_to)
