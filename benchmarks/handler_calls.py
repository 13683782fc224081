"""The handler of `recommend` in this process, called as Lambda's runtime calls it."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from typing import Any

from shopevents.catalog.files import read_table

# Out of the way of what is measured.
UNLIMITED = {
    "STAGE": "local",
    "POWERTOOLS_SERVICE_NAME": "recommend",
    "CLAUDE_CALLS_PER_MINUTE": "1000000",
    "USER_REQUESTS_PER_MINUTE": "1000000",
    "CLAUDE_DAILY_USD": "1000000",
}


class Context:
    """Lambda's context, as far as we use it."""

    aws_request_id = "benchmark"

    def get_remaining_time_in_millis(self) -> int:
        """All of the ten seconds."""
        return 10_000


def payload(place: tuple[str, str], trade: str = "고깃집") -> dict[str, Any]:
    """The invocation payload of a request for a shop at `place`."""
    shop = {"industry": "음식점", "businessType": trade, "location": {"city": place[0], "district": place[1]}}
    return {
        "version": "2.0",
        "rawPath": "/recommendations",
        "headers": {"content-type": "application/json"},
        "requestContext": {"http": {"method": "POST", "path": "/recommendations"}, "requestId": "benchmark"},
        "body": json.dumps({"eventPurpose": "신규고객유치", "storeInfo": shop}),
        "isBase64Encoded": False,
    }


def places() -> list[tuple[str, str]]:
    """Every 시군구: a new one is a new key in every cache."""
    return [(row["city"], row["district"]) for row in read_table("regions.csv")]


@contextmanager
def handler_with(settings: Mapping[str, str]) -> Iterator[Callable[[dict[str, Any]], tuple[float, float, Any]]]:
    """A function that takes a payload and gives when the handler was called and when it was done (monotonic, in
    seconds), and the body of its answer. One for a process: settings are read once. Its log goes nowhere. Afterwards the
    environment is as it was: the next benchmark's processes inherit it."""
    inherited = dict(os.environ)
    os.environ.update({**UNLIMITED, **settings})
    from functions.recommend.handler import handler  # noqa: PLC0415 - it reads the settings

    def call(request: dict[str, Any]) -> tuple[float, float, Any]:
        kept, sys.stdout = sys.stdout, StringIO()
        try:
            begun = time.monotonic()
            answer = handler(request, Context())
            done = time.monotonic()
        finally:
            sys.stdout = kept
        return begun, done, json.loads(answer["body"])

    try:
        yield call
    finally:
        os.environ.clear()
        os.environ.update(inherited)
