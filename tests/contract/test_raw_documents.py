"""What every store of raw documents does."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shopevents.adapters.aws_client import AwsClient
from shopevents.adapters.database.connection import Database
from shopevents.adapters.raw_documents.catalogued import CataloguedDocuments, Objects
from shopevents.adapters.raw_documents.folder import FolderObjects
from shopevents.adapters.raw_documents.s3 import S3Objects
from shopevents.domain.documents import RawDocument
from shopevents.domain.errors import NotFound, Rejected
from tests.contract.aws import aws_account, aws_endpoint

__all__ = ["aws_account", "aws_endpoint"]


@pytest.fixture
def folder(tmp_path: Path) -> Objects:
    return FolderObjects(tmp_path / "raw")


@pytest.fixture
async def s3(aws_endpoint: str, aws_account: None) -> AsyncIterator[Objects]:
    client = AwsClient("s3", endpoint_url=aws_endpoint)
    bucket = f"raw-{secrets.token_hex(4)}"
    where = {"LocationConstraint": "ap-northeast-2"}
    await client.call("create_bucket", Bucket=bucket, CreateBucketConfiguration=where)
    yield S3Objects(client, bucket)
    client.close()


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest) -> Objects:
    chosen: Objects = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def documents(objects: Objects, database: Database) -> CataloguedDocuments:
    return CataloguedDocuments(objects, database)


def a_document(document_id: str = "naver_blog-20261123-1", body: str = '{"items": ["가게 이벤트"]}') -> RawDocument:
    return RawDocument(
        document_id=document_id,
        source="naver_blog",
        body=body,
        fetched_at=datetime(2026, 11, 22, 17, 0, tzinfo=UTC),
        crawl_day=date(2026, 11, 23),
        manifest={"query": {"query": "가게 이벤트"}, "page": 0},
    )


async def test_a_document_is_read_as_it_was_kept(documents: CataloguedDocuments) -> None:
    assert await documents.keep(a_document())
    assert await documents.read("naver_blog-20261123-1") == a_document()


async def test_the_same_content_of_the_same_day_is_kept_once(documents: CataloguedDocuments) -> None:
    assert await documents.keep(a_document())
    assert not await documents.keep(a_document())
    assert not await documents.keep(a_document("naver_blog-20261123-2"))
    assert await documents.read("naver_blog-20261123-2") is None


async def test_a_page_fetched_again_brings_back_what_the_bucket_lost(
    documents: CataloguedDocuments, database: Database, tmp_path: Path
) -> None:
    await documents.keep(a_document())
    lost = CataloguedDocuments(FolderObjects(tmp_path / "emptied"), database)
    assert await lost.read("naver_blog-20261123-1") is None
    assert not await lost.keep(a_document())
    assert await lost.read("naver_blog-20261123-1") == a_document()


async def test_a_page_fetched_again_with_other_content_replaces_itself(documents: CataloguedDocuments) -> None:
    await documents.keep(a_document())
    assert await documents.keep(a_document(body='{"items": []}'))
    kept = await documents.read("naver_blog-20261123-1")
    assert kept is not None
    assert kept.body == '{"items": []}'


async def test_the_manifest_lies_beside_the_document(documents: CataloguedDocuments, objects: Objects) -> None:
    await documents.keep(a_document())
    manifest = await objects.get("raw/naver_blog/2026/11/23/naver_blog-20261123-1.manifest.json")
    assert "가게 이벤트".encode() in manifest


async def test_an_unknown_document_is_none_and_an_unknown_key_not_found(
    documents: CataloguedDocuments, objects: Objects
) -> None:
    assert await documents.read("never") is None
    with pytest.raises(NotFound):
        await objects.get("raw/never.json")


async def test_an_expired_object_is_none(objects: Objects, database: Database) -> None:
    await CataloguedDocuments(_Forgetful(objects), database).keep(a_document())
    assert await CataloguedDocuments(objects, database).read("naver_blog-20261123-1") is None


@pytest.mark.parametrize("key", ["../outside.json", "/etc/outside.json", "", "a/../../outside"])
async def test_no_key_leads_out_of_the_folder(folder: Objects, key: str) -> None:
    with pytest.raises(Rejected):
        await folder.put(key, b"x")


class _Forgetful:
    """Takes objects and drops them."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    async def put(self, key: str, content: bytes) -> None:
        pass

    async def get(self, key: str) -> bytes:
        return await self._objects.get(key)
