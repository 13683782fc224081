"""`recrawl` on a deployed stack: the function is started, and what it then does in S3, SQS and the database repeats nothing."""

import secrets
from collections.abc import AsyncIterator

import pytest

from local.signing_in import EMBEDDED, signed_in_as
from operations.documents import Crawler, recrawl
from operations.target import OperationError, Target
from shopevents.adapters.aws_client import AwsClient
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.crawl_progress.postgres import PostgresCrawlProgress
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.roles import DatabaseRole, open_roles
from shopevents.adapters.message_queue.sqs import SqsMessageQueue
from shopevents.adapters.raw_documents.catalogued import CataloguedDocuments
from shopevents.adapters.raw_documents.s3 import S3Objects
from shopevents.domain.crawl_queries import statistics_queries
from shopevents.domain.crawls import crawl_day
from shopevents.domain.documents import CURATE_QUEUE
from shopevents.use_cases.crawl_statistics import crawl_statistics
from tests.adapters.crawling import CrawlWorld
from tests.contract.aws import aws_account, aws_endpoint
from tests.contract.source_clients import KOSIS_KEY, http, kosis
from tests.operations.stubs import Aws, aws
from tests.vendors.kosis import KosisFake

__all__ = ["aws", "aws_account", "aws_endpoint"]

_DEPLOYED = Target("event-planner-dev", {})


def signed_in(dsn: str, role: DatabaseRole) -> Database:
    return Database(signed_in_as(role, {EMBEDDED: "true", "DATABASE_URL": dsn})["DATABASE_URL"])


class Deployed:
    """The crawler's side of a stack: S3, SQS and the database, with the rights of its role."""

    def __init__(self, s3: AwsClient, sqs: AwsClient, bucket: str, queue_url: str, rows: Database) -> None:
        self._s3, self._sqs, self._bucket, self._url, self._rows = s3, sqs, bucket, queue_url, rows

    async def crawl(self, fake: KosisFake) -> None:
        """As Lambda runs it once it was invoked."""
        async with http("kosis") as client:
            (report,) = await crawl_statistics(
                kosis=kosis(client, fake.url),
                seoul=None,
                documents=CataloguedDocuments(S3Objects(self._s3, self._bucket), self._rows),
                progress=PostgresCrawlProgress(self._rows),
                queue=SqsMessageQueue({CURATE_QUEUE: self._url}, self._sqs),
                clock=SystemClock(),
                deadline=CrawlWorld().in_seconds(60),
            )
        assert report.done, report

    async def objects(self) -> set[str]:
        listed = await self._s3.call("list_objects_v2", Bucket=self._bucket)
        return {entry["Key"] + entry["ETag"] for entry in listed["Contents"] if "manifest" not in entry["Key"]}

    async def documents(self) -> list[dict[str, object]]:
        return await self._rows.fetch("SELECT id, content_hash FROM raw_documents ORDER BY id")

    async def announced(self) -> int:
        attributes = await self._sqs.call(
            "get_queue_attributes", QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


@pytest.fixture
async def deployed(aws_endpoint: str, aws_account: None, migrated_dsn: str) -> AsyncIterator[Deployed]:
    open_roles(migrated_dsn, {})
    s3, sqs = (AwsClient(name, endpoint_url=aws_endpoint) for name in ("s3", "sqs"))
    bucket = f"raw-{secrets.token_hex(4)}"
    where = {"LocationConstraint": "ap-northeast-2"}
    await s3.call("create_bucket", Bucket=bucket, CreateBucketConfiguration=where)
    url = (await sqs.call("create_queue", QueueName=bucket))["QueueUrl"]
    rows = signed_in(migrated_dsn, DatabaseRole.DOCUMENTS)
    yield Deployed(s3, sqs, bucket, url, rows)
    await rows.close()
    s3.close()
    sqs.close()


@pytest.fixture
async def operator(migrated_dsn: str, deployed: Deployed) -> AsyncIterator[Database]:
    rows = signed_in(migrated_dsn, DatabaseRole.OPERATIONS)
    yield rows
    await rows.close()


def starts(aws: Aws) -> None:
    aws.has("CrawlStatisticsFunction", "crawl-1")
    asked = {"FunctionName": "crawl-1", "InvocationType": "Event", "Payload": b"{}"}
    aws.stubs["lambda"].add_response("invoke", {"StatusCode": 202}, asked)


async def test_a_deployed_crawler_asks_everything_again_and_keeps_it_once(
    deployed: Deployed, operator: Database, aws: Aws
) -> None:
    queries = len(statistics_queries(crawl_day(SystemClock().now())))
    async with KosisFake(key=KOSIS_KEY) as fake:
        await deployed.crawl(fake)
        asked, objects, documents = len(fake.requests), await deployed.objects(), await deployed.documents()
        announced = await deployed.announced()
        await deployed.crawl(fake)
        assert len(fake.requests) == asked  # the day's work was done
        starts(aws)
        said = await recrawl(Crawler.STATISTICS, None, _DEPLOYED, operator, dry_run=False)
        assert said.startswith(f"forgot {queries} queries of crawl_statistics since ")
        await deployed.crawl(fake)
        assert len(fake.requests) == 2 * asked
    assert await deployed.objects() == objects
    assert await deployed.documents() == documents
    assert await deployed.announced() == 2 * announced  # curation reads again, and finds nothing new


async def test_a_function_that_is_not_there_leaves_the_day_as_it_was(
    deployed: Deployed, operator: Database, aws: Aws
) -> None:
    async with KosisFake(key=KOSIS_KEY) as fake:
        await deployed.crawl(fake)
        asked = len(fake.requests)
        aws.stubs["cloudformation"].add_client_error("describe_stack_resource", "ValidationError", "no such resource")
        with pytest.raises(OperationError, match="no such resource"):
            await recrawl(Crawler.STATISTICS, None, _DEPLOYED, operator, dry_run=False)
        await deployed.crawl(fake)
        assert len(fake.requests) == asked
