"""`python -m local invoke` and `status`, with a stack that runs and with none."""

import json
from pathlib import Path

import pytest

from tests.system.running_stack import RunningStack, becomes, local

pytestmark = [pytest.mark.xdist_group("running stack"), pytest.mark.timeout(300)]


def standing(stack: RunningStack) -> dict[str, object]:
    done = stack.command("status", "--json")
    assert done.returncode == 0, done.stderr
    shown: dict[str, object] = json.loads(done.stdout)
    return shown


def test_a_function_is_invoked_in_the_stack_that_runs(stack: RunningStack) -> None:
    done = stack.command("invoke", "report_quality")
    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), dict)
    assert "is up" not in done.stderr, "it did not start services of its own"


def test_a_function_that_fails_fails_the_command(stack: RunningStack) -> None:
    done = stack.command("invoke", "EmbedEventsFunction", "-", input='{"no": "records"}')
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == "local: EmbedEventsFunction failed: KeyError: 'Records'"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dance"], "The template has no function dance: it has "),
        (["recommend", "nowhere.json"], "There is no file nowhere.json."),
        (["recommend", "README.md"], "README.md is not JSON"),
    ],
)
def test_what_can_not_be_invoked_is_named(stack: RunningStack, arguments: list[str], said: str) -> None:
    done = stack.command("invoke", *arguments)
    assert done.returncode == 1
    assert done.stderr.startswith(f"local: {said}")


async def test_status_tells_of_dead_letters_why_and_never_what(stack: RunningStack) -> None:
    secret = "010-1234-5678"
    before = standing(stack)
    poison = f'"kind": "x", "correlation_id": "c-1", "body": "{secret}"'
    async with stack.database() as database:
        await database.execute(
            "INSERT INTO local_messages (queue, body) VALUES ('embed_events', %s)", [f"{{{poison}}}"]
        )

        async def given_up() -> bool:
            rows = await database.fetch("SELECT 1 FROM local_messages WHERE dead_from = 'embed_events'")
            return bool(rows)

        await becomes(given_up)
    after = standing(stack)
    assert after["dead_letters"] != before["dead_letters"]
    text = stack.command("status").stdout
    assert "not a message" in text
    assert "embed_events_dead_letters" in text
    assert secret not in text
    assert secret not in json.dumps(after)


def test_counts_are_of_what_there_is(stack: RunningStack) -> None:
    shown = standing(stack)
    assert isinstance(shown["events"], dict)
    assert shown["events"]["published"] > 0
    assert isinstance(shown["counts"], dict)
    assert shown["counts"]["vectors"] > 0
    assert isinstance(shown["queues"], list)
    assert {queue["queue"] for queue in shown["queues"]} >= {
        "embed_events",
        "record_performance",
        "record_recommendations",
    }


def test_with_no_stack_running_the_services_are_started_for_the_command(tmp_path: Path) -> None:
    done = local("invoke", "recommend", data=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["statusCode"] == 200
    assert len(json.loads(answer["body"])["data"]["recommendations"]) == 6
    assert "PostgreSQL is up" in done.stderr
    assert not (tmp_path / "running.json").exists()
