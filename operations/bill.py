"""A month's bill: the sizes that a load is given, what a request takes, and the parts that follow from both.

Sizes of messages were measured on the local stack, six misses each: 9.1 kB to Claude and 24 kB back, 0.8 kB to OpenAI
and 17 kB back, 7.1 kB to the owner, 38 kB back from Pinecone for 65 cases. A query to Pinecone is 35 kB, for a vector's
3,072 numbers go as decimal text (computed: the stand-in's vectors are mostly zeros), and a miss sends two. An answer kept is
9.1 kB of database and 9.7 kB of its log (2,000 answers in PostgreSQL). Times, containers and crawls are assumptions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from operations.hit_rates import MONTH_SECONDS, hit_rate
from operations.price_table import price
from shopevents.domain.briefs import Usage
from shopevents.domain.prices import price_of

LOADS = (3_000, 100_000, 10_000_000)
LIFETIMES = (15 * 60, 24 * 3600)
HOURS = 730
_MODEL = "claude-haiku-5-5"

# One miss, as the contract's sample answer has it; nothing is read from Claude's prompt cache, which few keys warm.
CALL = Usage(input_tokens=1_205, output_tokens=856)
EMBEDDED_TOKENS = 60
# One for the three budget bands and one for the owner's own cases, in a namespace under 250 MB. A band of which the first brings
# fewer than five asks by itself: how often, only a large index of real cases can tell.
SEARCHES, _LEAST_READ_UNITS = 2, 0.25
_SENT_KB, _RECEIVED_KB = 9.1 + 0.8 + SEARCHES * 35.4, 24 + 17 + 38
_ANSWER_KB, _MESSAGE_KB, _CACHED_KB = 7.1, 8, 10
_MISS_SECONDS, _HIT_SECONDS, REQUEST_GB = 4.0, 0.02, 1769 / 1024
_RECORD_GB_SECONDS = 0.02 * 0.5  # an answer's share of a batch
_ECPUS = 40
_LOGGED_KB = 4
_RESTORES = 0.02  # of all requests start a container
_SECRETS_OF_A_REQUEST, SECRET_SECONDS = 5, 300  # settings/aws_secrets.py
_SQS_CALLS = 3  # an answer is sent, received and deleted
_KEPT_KB, _KEPT_MONTHS, _IOS = 9.1, 12, 4  # I/Os of up to 4 KB
_TRACED = 0.05  # of the requests beyond the first of each second

# Whether anybody asks or not.
ALARMED_METRICS, DASHBOARDS, SECRETS = 31, 1, 15  # of template.yaml, with the database's own secret
_METRICS = 45  # domain/metric_names.py, those of a crawl once for each source
_CORPUS_GB, _IDLE_IOS = 10, 2_600_000  # about one a second
READING_USD = 30.0  # CurateDailyUsd=1: the most that reading what the crawlers bring may cost
_RUNS_A_MONTH = 30 * 24 * 60 + 30 * 24 + 4 * 13 * 30  # relay, report, four crawlers
_RUN_GB_SECONDS = 30 * 24 * 60 * 0.15 + 30 * 24 * 2.5 + 4 * 13 * 30 * 30
_POLLS_A_MONTH = 4 * 5 * 3 * 60 * 24 * 30  # four queues, five pollers each, 20 s
_CRAWLED_GB, _CRAWLED_PAGES, _CRAWL_MONTHS = 2.1, 21_000, 24  # 700 pages of 100 posts a night
_NEW_CASES, _CASE_KB = 10_000, 13
_OWNERS = 0.1  # an owner asks ten times a month
_FREE_OWNERS = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the bill. `fixed` is paid whether anybody asks or not."""

    name: str
    usd: float
    fixed: bool


@dataclass(frozen=True, slots=True)
class Size:
    """What a load is given (samconfig.toml's dev for the least, prod for the others)."""

    nats: int
    acus: float
    has_proxy: bool
    cache_gb: float
    pinecone_plan: bool
    log_days: int
    backup_days: int
    traces: bool


_SMALL = Size(
    nats=1, acus=0.5, has_proxy=False, cache_gb=0.1, pinecone_plan=False, log_days=7, backup_days=1, traces=False
)
_PRODUCTION = Size(
    nats=2, acus=1.0 * 2, has_proxy=False, cache_gb=0.5, pinecone_plan=True, log_days=90, backup_days=14, traces=True
)
_LARGE = Size(
    nats=2, acus=6.0 * 2, has_proxy=True, cache_gb=5.0, pinecone_plan=True, log_days=90, backup_days=14, traces=True
)
SIZES = dict(zip(LOADS, (_SMALL, _PRODUCTION, _LARGE), strict=True))


@dataclass(frozen=True, slots=True)
class Month:
    """A month's `requests`, of which `misses` find no fresh answer."""

    requests: int
    misses: float
    size: Size

    @property
    def busy_seconds(self) -> float:
        """What containers of the request path are at work."""
        return self.misses * _MISS_SECONDS + (self.requests - self.misses) * _HIT_SECONDS


def month_of(load: int, fresh_seconds: float) -> Month:
    """One of LOADS. Raises KeyError for another load."""
    return Month(load, load * (1 - hit_rate(load, fresh_seconds)), SIZES[load])


def claude_usd(misses: float) -> float:
    """What `misses` cost on Claude."""
    return misses * price_of(_MODEL).usd(CALL)


def bill(load: int, fresh_seconds: float) -> list[Part]:
    """A month's parts, the fixed ones first. Raises KeyError for a load that is none of LOADS."""
    month = month_of(load, fresh_seconds)
    fixed = [Part(name, usd, fixed=True) for name, usd in (*_network_and_stores(month.size), *_standing(month))]
    return fixed + [Part(name, usd, fixed=False) for name, usd in (*_vendors(month), *_aws_by_use(month))]


def options(load: int) -> list[Part]:
    """What a stack pays for on request, so that it is in no sum: parameters of template.yaml."""
    endpoints = 2 * 2 * HOURS * price("endpoint_hour")  # two services in two zones
    owners = max(0.0, load * _OWNERS - _FREE_OWNERS) * price("owner_month")
    return [
        Part("endpoints for SQS and secrets (`PrivateEndpoints=true`)", endpoints, fixed=True),
        Part("Cognito, without a `JwtIssuer` (an owner asks ten times a month)", owners, fixed=False),
    ]


def _network_and_stores(size: Size) -> Iterator[tuple[str, float]]:
    yield "NAT gateways with their addresses", size.nats * HOURS * (price("nat_hour") + price("public_address_hour"))
    yield "Aurora, capacity", size.acus * HOURS * price("aurora_acu_hour")
    idle = _IDLE_IOS / 1e6 * price("aurora_million_io")
    yield "Aurora, the first 10 GB and I/O at rest", _CORPUS_GB * _stored_gb_usd(size) + idle
    yield "RDS Proxy", max(8.0, size.acus) * HOURS * price("proxy_acu_hour") * size.has_proxy
    yield "ElastiCache, stored", size.cache_gb * HOURS * price("cache_gb_hour")
    rare = _CRAWLED_GB * (_CRAWL_MONTHS - 1) * price("s3_rare_gb_month")
    pages = _CRAWLED_PAGES / 1e6 * (price("s3_million_puts") + price("s3_million_gets"))
    yield "S3, raw documents of two years", _CRAWLED_GB * price("s3_gb_month") + rare + pages


def _stored_gb_usd(size: Size) -> float:
    """A GB and month of Aurora. Backups of a day are free; those of more are taken for as large as the database."""
    return price("aurora_gb_month") + price("aurora_backup_gb_month") * (size.backup_days > 1)


def _standing(month: Month) -> Iterator[tuple[str, float]]:
    yield "SnapStart, the version in use", REQUEST_GB * HOURS * 3600 * price("snapstart_gb_second")
    rest = max(0.0, price("pinecone_month_least") - _pinecone_usd(month)) * month.size.pinecone_plan
    yield "Pinecone, the rest of the plan's least", rest
    yield "Claude, reading documents (at most, `CurateDailyUsd=1`)", READING_USD
    metrics = _METRICS * price("metric_month") + ALARMED_METRICS * price("alarm_month")
    yield "metrics, alarms, dashboard", metrics + DASHBOARDS * price("dashboard_month")
    yield "secrets and key", SECRETS * price("secret_month") + price("key_month")
    runs = _RUNS_A_MONTH / 1e6 * (price("schedule_million") + price("lambda_million_requests"))
    polls = _POLLS_A_MONTH / 1e6 * price("sqs_million_requests")
    yield "schedules, what they run, polling of queues", runs + _RUN_GB_SECONDS * price("lambda_gb_second") + polls


def _pinecone_usd(month: Month) -> float:
    """What Pinecone counts of reads, new cases and storage."""
    reads = month.misses * SEARCHES * _LEAST_READ_UNITS * price("pinecone_million_read_units")
    writes = _NEW_CASES * _CASE_KB * price("pinecone_million_write_units")
    return (reads + writes) / 1e6 + price("pinecone_gb_month")


def _vendors(month: Month) -> Iterator[tuple[str, float]]:
    yield "Claude", claude_usd(month.misses)
    yield "OpenAI, embeddings", month.misses * EMBEDDED_TOKENS * price("embedding_million_tokens") / 1e6
    yield "Pinecone, use", _pinecone_usd(month) * month.size.pinecone_plan


def _aws_by_use(month: Month) -> Iterator[tuple[str, float]]:
    requests, size = month.requests, month.size
    restores = requests * _RESTORES * REQUEST_GB * price("snapstart_restore_gb")
    run = month.busy_seconds * REQUEST_GB + requests * _RECORD_GB_SECONDS
    calls = 2 * requests * price("lambda_million_requests") / 1e6
    yield "Lambda, with SnapStart's restores", run * price("lambda_gb_second") + restores + calls
    yield "API Gateway", requests * price("api_million_requests") / 1e6
    yield "SQS, answers to record", requests * _SQS_CALLS * price("sqs_million_requests") / 1e6
    yield "ElastiCache, commands", requests * _ECPUS * price("cache_million_ecpu") / 1e6
    ios = requests * _IOS / 1e6 * price("aurora_million_io")
    yield "Aurora, a year's answers and I/O", requests * _KEPT_KB / 1e6 * _KEPT_MONTHS * _stored_gb_usd(size) + ios
    kept = price("logs_gb") + price("logs_gb_month") * size.log_days / 30
    yield "logs, taken in and kept", requests * _LOGGED_KB / 1e6 * kept
    yield "traces", _traces(requests) * price("trace_million") / 1e6 * size.traces
    yield "secrets, read", _secret_reads(month) * (price("secret_million_reads") + price("key_million_requests")) / 1e6
    through = month.misses * (_SENT_KB + _RECEIVED_KB) + requests * _MESSAGE_KB
    yield "NAT, traffic", through / 1e6 * price("nat_gb")
    yield "data out to vendors and owners", (month.misses * _SENT_KB + requests * _ANSWER_KB) / 1e6 * price("out_gb")
    crossing = requests * (_CACHED_KB + _KEPT_KB) / 2  # half of what a function says to a store is in the other zone
    yield "data between zones", crossing / 1e6 * 2 * price("zone_gb")


def _traces(requests: int) -> float:
    """X-Ray's rule for a function: the first request of each second and 5 % of the others."""
    per_second = requests / MONTH_SECONDS
    return MONTH_SECONDS * (min(per_second, 1.0) + max(0.0, per_second - 1.0) * _TRACED)


def _secret_reads(month: Month) -> float:
    """A container reads its secrets when it is restored and every five minutes; one more is the relay's."""
    containers = month.busy_seconds / MONTH_SECONDS + 1
    return _SECRETS_OF_A_REQUEST * (month.requests * _RESTORES + containers * MONTH_SECONDS / SECRET_SECONDS)
