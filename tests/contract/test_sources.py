"""What holds for every source: faults of the wire, limits of size and time, and no secret anywhere."""

import json
import logging
import traceback

import pytest

from shopevents.adapters.sources.http_client import Manners
from shopevents.adapters.sources.secret_mask import SecretMask, clean_secret
from shopevents.domain.errors import BadReply, DependencyError, MisconfiguredError, Rejected, Unavailable
from tests.contract.source_clients import ATTEMPTS, KINDS, SECRETS, Kind, http
from tests.vendors.source_fake import SourceFake, SourceReply

every_source = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@every_source
async def test_an_empty_answer_is_a_page_without_records(kind: Kind) -> None:
    async with SourceFake() as fake, http(kind.name) as client:
        fake.script(SourceReply(kind.empty))
        page = await kind.make(client, fake.url).fetch(kind.query)
    assert (page.source, page.records, page.next_cursor) == (kind.name, 0, None)


@every_source
@pytest.mark.parametrize("fault", ["reset", "cut"])
async def test_a_broken_connection_is_tried_again(kind: Kind, fault: str) -> None:
    async with SourceFake() as fake, http(kind.name) as client:
        fake.script(SourceReply(kind.empty, fault=fault), SourceReply(kind.empty))
        page = await kind.make(client, fake.url).fetch(kind.query)
    assert page.records == 0
    assert len(fake.requests) == 2


@every_source
async def test_a_source_that_stays_down_is_unavailable_after_the_last_attempt(kind: Kind) -> None:
    async with SourceFake() as fake, http(kind.name) as client:
        fake.script(*[SourceReply("", 503)] * (ATTEMPTS + 1))
        with pytest.raises(Unavailable):
            await kind.make(client, fake.url).fetch(kind.query)
    assert len(fake.requests) == ATTEMPTS


@every_source
async def test_a_reply_that_never_ends_is_given_up(kind: Kind) -> None:
    async with SourceFake() as fake, http(kind.name, Manners(interval_seconds=0, reply_seconds=0.05)) as client:
        fake.script(*[SourceReply(kind.empty, fault="stall")] * ATTEMPTS)
        with pytest.raises(Unavailable, match=r"no reply within 0\.05 s|Timeout"):
            await kind.make(client, fake.url).fetch(kind.query)


@every_source
async def test_an_oversized_reply_is_refused_once_and_for_all(kind: Kind) -> None:
    async with SourceFake() as fake, http(kind.name, Manners(interval_seconds=0, max_bytes=1000)) as client:
        fake.script(SourceReply("[" + " " * 2000 + "]"))
        with pytest.raises(BadReply, match="larger than 1000 bytes"):
            await kind.make(client, fake.url).fetch(kind.query)
    assert len(fake.requests) == 1


@every_source
@pytest.mark.parametrize("body", ["<!DOCTYPE html><html>점검 중</html>", "<html><body>Bad Gateway</body></html>"])
async def test_a_gateways_web_page_with_200_is_no_data(kind: Kind, body: str) -> None:
    async with SourceFake() as fake, http(kind.name) as client:
        fake.script(*[SourceReply(body, content_type="text/html")] * ATTEMPTS)
        with pytest.raises(DependencyError):
            await kind.make(client, fake.url).fetch(kind.query)


@every_source
@pytest.mark.parametrize("body", ['{"half": ', "[1, 2", "null", '"text"', "{}", "[[", "\x00\x01"])
async def test_nonsense_is_a_typed_error_or_no_records(kind: Kind, body: str) -> None:
    async with SourceFake() as fake, http(kind.name) as client:
        fake.script(*[SourceReply(body)] * ATTEMPTS)
        with pytest.raises(DependencyError):
            await kind.make(client, fake.url).fetch(kind.query)


@every_source
async def test_a_redirect_is_not_followed_with_the_key(kind: Kind) -> None:
    async with SourceFake() as fake, SourceFake() as elsewhere, http(kind.name) as client:
        fake.script(SourceReply("", 302, headers={"Location": elsewhere.url}))
        with pytest.raises(Rejected):
            await kind.make(client, fake.url).fetch(kind.query)
    assert elsewhere.requests == []


@every_source
@pytest.mark.parametrize(
    "reply",
    [SourceReply("", 500), SourceReply("", fault="reset"), SourceReply("", 401), SourceReply("nonsense", 200)],
    ids=["500", "reset", "401", "nonsense"],
)
async def test_no_secret_reaches_a_log_or_an_exception(
    kind: Kind, reply: SourceReply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with SourceFake() as fake, http(kind.name) as client:
        fake.script(*[reply] * ATTEMPTS)
        with pytest.raises(DependencyError) as failed:
            await kind.make(client, fake.url).fetch(kind.query)
    said = "".join(traceback.format_exception(failed.value)) + repr(failed.value) + _everything_logged(caplog)
    assert fake.requests
    _assert_no_secret(said)


@every_source
async def test_a_page_that_echoes_the_keys_is_stored_without_them(kind: Kind) -> None:
    echo = json.dumps({"echo": list(SECRETS), "next": f"https://x/?access_token={SECRETS[4]}&apiKey=other-key-1"})
    async with SourceFake() as fake, http(kind.name) as client:
        fake.script(SourceReply(kind.empty.replace("{", '{"note":' + echo + ",", 1)))
        page = await kind.make(client, fake.url).fetch(kind.query)
    _assert_no_secret(repr(page))
    assert "other-key-1" not in repr(page)


async def test_two_calls_keep_the_interval_between_them() -> None:
    kind = KINDS[2]
    async with SourceFake() as fake, http(kind.name, Manners(interval_seconds=0.05)) as client:
        fake.script(SourceReply(kind.empty), SourceReply(kind.empty))
        source = kind.make(client, fake.url)
        await source.fetch(kind.query)
        first_done = client._next_call_at
        await source.fetch(kind.query)
    assert client._next_call_at >= first_done + 0.05


@pytest.mark.parametrize("value", ["", "   ", "key with space", "키", "line\nbreak"])
def test_a_key_that_no_key_can_be_is_named_and_not_shown(value: str) -> None:
    with pytest.raises(MisconfiguredError) as failed:
        clean_secret("NAVER_CLIENT_SECRET", value)
    assert failed.value.variable == "NAVER_CLIENT_SECRET"
    assert not value.strip() or value not in str(failed.value)


def test_the_mask_knows_every_spelling_of_a_secret() -> None:
    mask = SecretMask(["a+b/c=="])
    spellings = ["a+b/c==", "a%2Bb%2Fc%3D%3D", "a%2bb%2fc%3d%3d", r"a+b\/c==", "a%2Bb/c%3D%3D"]
    assert mask(" ".join(spellings)) == " ".join(["***"] * len(spellings))


def _everything_logged(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)


def _assert_no_secret(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text
        assert SecretMask([secret])(text) == text
