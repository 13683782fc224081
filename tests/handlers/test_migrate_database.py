"""The deployment's own resource: CloudFormation gets a reply, whatever happens."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import psycopg
import pytest

from functions.migrate_database import handler as migrate_database
from shopevents import custom_resource as custom_resource_module
from shopevents.adapters.database.roles import DatabaseRole
from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.custom_resource import custom_resource
from shopevents.domain.errors import MisconfiguredError
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.settings import aws_secrets
from shopevents.settings.aws_secrets import Secrets, forget_wiring
from tests.vendors.pinecone import PineconeFake

type Done = Mapping[str, Any]


class Context:
    aws_request_id = "request-1"

    def __init__(self, seconds: float = 60.0) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return round(self._seconds * 1000)


class CloudFormation(HTTPServer):
    """Takes replies; the first `refusals` of them it doesn't."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.replies: list[dict[str, Any]] = []
        self.refusals = 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}/reply?signature=1"

    def request(self, kind: str, **more: Any) -> dict[str, Any]:
        ids = {"StackId": "stack", "RequestId": "r1", "LogicalResourceId": "MigratedDatabase"}
        return {"RequestType": kind, "ResponseURL": self.url, "ResourceProperties": {}, **ids, **more}


class _Receiver(BaseHTTPRequestHandler):
    server: CloudFormation

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        refused = self.server.refusals > 0
        self.server.refusals -= 1
        if not refused:
            assert self.headers["content-type"] == ""
            self.server.replies.append(json.loads(body))
        self.send_response(503 if refused else 200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the standard library
        return


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    with CloudFormation() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _resource(work: Callable[[], Awaitable[Done]]) -> Any:
    return custom_resource(work)


async def _works() -> Done:
    return {"applied": ["0001"]}


async def _is_misconfigured() -> Done:
    raise MisconfiguredError("PINECONE_API_KEY", "needed in stage prod")


async def _has_a_bug() -> Done:
    raise KeyError("owner's secret")


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_success_is_told_with_what_was_done(cloudformation: CloudFormation, kind: str) -> None:
    _resource(_works)(cloudformation.request(kind), Context())
    (reply,) = cloudformation.replies
    assert (reply["Status"], reply["StackId"], reply["RequestId"]) == ("SUCCESS", "stack", "r1")
    assert json.loads(reply["Data"]["Done"]) == {"applied": ["0001"]}


def test_the_resource_keeps_its_identity_so_that_an_update_deletes_nothing(cloudformation: CloudFormation) -> None:
    _resource(_works)(cloudformation.request("Create"), Context())
    made = cloudformation.replies[0]["PhysicalResourceId"]
    _resource(_works)(cloudformation.request("Update", PhysicalResourceId=made), Context())
    assert cloudformation.replies[1]["PhysicalResourceId"] == made


def test_what_fails_stops_the_deployment_and_says_why(cloudformation: CloudFormation) -> None:
    _resource(_is_misconfigured)(cloudformation.request("Update"), Context())
    (reply,) = cloudformation.replies
    assert reply["Status"] == "FAILED"
    assert reply["Reason"] == "PINECONE_API_KEY: needed in stage prod"


def test_a_bug_stops_the_deployment_and_its_text_stays_in_the_log(cloudformation: CloudFormation) -> None:
    _resource(_has_a_bug)(cloudformation.request("Update"), Context())
    assert (cloudformation.replies[0]["Status"], cloudformation.replies[0]["Reason"]) == ("FAILED", "KeyError")


def test_work_that_would_outlive_the_function_is_given_up_in_time_for_a_reply(cloudformation: CloudFormation) -> None:
    import asyncio  # noqa: PLC0415 - for this test's work alone

    async def hangs() -> Done:
        await asyncio.Event().wait()
        return {}

    _resource(hangs)(cloudformation.request("Update"), Context(seconds=1.0))
    assert (cloudformation.replies[0]["Status"], cloudformation.replies[0]["Reason"]) == ("FAILED", "TimeoutError")


def test_deleting_the_stack_touches_no_data(cloudformation: CloudFormation) -> None:
    _resource(_has_a_bug)(cloudformation.request("Delete"), Context())
    assert cloudformation.replies[0]["Status"] == "SUCCESS"


def test_a_reply_that_is_not_taken_is_sent_again(cloudformation: CloudFormation) -> None:
    cloudformation.refusals = 1
    _resource(_works)(cloudformation.request("Create"), Context())
    assert [reply["Status"] for reply in cloudformation.replies] == ["SUCCESS"]


@pytest.fixture
def deployed(postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("DATABASE_URL", postgres_dsn)
    forget_wiring()
    yield postgres_dsn
    forget_wiring()


def test_an_empty_database_gets_its_schema_and_the_packaged_cases_on_their_way_to_the_index(
    deployed: str, cloudformation: CloudFormation
) -> None:
    migrate_database.handler(cloudformation.request("Create"), Context())
    assert cloudformation.replies[0]["Status"] == "SUCCESS", cloudformation.replies[0]
    with psycopg.connect(deployed) as connection:
        cases = connection.execute("select count(*) from events where user_id is null").fetchone()
        waiting = connection.execute("select count(*) from outbox where queue = 'embed_events'").fetchone()
    assert cases == waiting == (len(packaged_cases()),)


def test_a_second_deployment_changes_nothing(deployed: str) -> None:
    migrate_database.handler({}, Context())
    assert migrate_database.handler({}, Context()) == {
        "applied": [],
        "openedRoles": False,  # the local stack does so itself
        "madeIndex": False,
        "changedCases": 0,
    }


class Vault:
    """Secrets Manager: the passwords of the roles, which a person may replace."""

    def __init__(self) -> None:
        self.passwords = {role.name: f"first-{role}" for role in DatabaseRole}

    def fetch(self, arn: str) -> str:
        return json.dumps({"username": DatabaseRole[arn], "password": self.passwords[arn]})

    def opens(self, dsn: str, role: DatabaseRole) -> bool:
        """Whether what the server keeps of the role's password was made of the one in the vault."""
        with psycopg.connect(dsn) as admin:
            (kept,) = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (role,)).fetchone() or ("",)
        iterations, salt = str(kept).removeprefix("SCRAM-SHA-256$").partition("$")[0].split(":")
        salted = hashlib.pbkdf2_hmac(
            "sha256", self.passwords[role.name].encode(), base64.b64decode(salt), int(iterations)
        )
        key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
        return base64.b64encode(key).decode() in kept


def test_calling_it_again_gives_a_role_the_password_that_was_put_into_its_secret(
    deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault()
    secrets = Secrets({f"{role.name}_DB_SECRET_ARN": role.name for role in DatabaseRole}, vault.fetch)
    for module in (aws_secrets, custom_resource_module):
        monkeypatch.setattr(module, "SECRETS", secrets)
    assert migrate_database.handler({}, Context())["openedRoles"]
    assert all(vault.opens(deployed, role) for role in DatabaseRole)
    vault.passwords["OWNERS"] = "second"
    assert not vault.opens(deployed, DatabaseRole.OWNERS)
    migrate_database.handler({}, Context())  # in the container that has read the first one
    assert all(vault.opens(deployed, role) for role in DatabaseRole)


def test_a_role_without_a_password_stops_the_deployment(
    deployed: str, monkeypatch: pytest.MonkeyPatch, cloudformation: CloudFormation
) -> None:
    monkeypatch.setenv("STAGE", "dev")
    monkeypatch.setenv("RECOMMEND_DB_PASSWORD", "one of four")
    migrate_database.handler(cloudformation.request("Update"), Context())
    (reply,) = cloudformation.replies
    assert (reply["Status"], reply["Reason"]) == (
        "FAILED",
        "OWNERS_DB_PASSWORD: every role of the database needs its own",
    )


def test_without_a_database_the_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_wiring()
    with pytest.raises(MisconfiguredError, match="DATABASE_URL"):
        migrate_database.handler({}, Context())


async def test_a_missing_index_is_made_once() -> None:
    with PineconeFake(api_key="pc-right") as fake:
        fake.missing.add("kt-event-recommendations")
        index = PineconeIndex(api_key="pc-right", control_url=fake.url)
        assert await index.make_if_missing("us-east-1")
        assert not await index.make_if_missing("us-east-1")
