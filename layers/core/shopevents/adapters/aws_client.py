"""Calls to AWS by boto3, which is synchronous and slow to import, out of the event loop's way."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from shopevents.domain.errors import NotFound, Rejected, Unavailable

_CONNECT_SECONDS = 1.0
_READ_SECONDS = 3.0
_ATTEMPTS = 2
_THREADS = 4
# What is wrong with the request or our rights stays wrong; everything else may pass (throttling, 5xx).
_LASTING = frozenset({400, 401, 403, 405, 409, 411, 412, 413, 501})
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "RequestThrottled", "OverLimit", "SlowDown", "TooManyRequests"}
)
_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})


class AwsClient:
    """One service's client, made at the first call.

    It has a bounded executor of its own: calls that hang can't take the threads that the rest of the process needs.
    `call_seconds` bounds a call as its caller sees it, since boto3's own timeouts don't cover name resolution.
    """

    def __init__(self, service: str, *, endpoint_url: str | None = None, call_seconds: float = 8.0) -> None:
        self._service = service
        self._endpoint_url = endpoint_url
        self._call_seconds = call_seconds
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix=service)
        self._opening = asyncio.Lock()
        self._client: Any = None

    async def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """One operation ("send_message_batch"). Raises NotFound for a missing object, Rejected and Unavailable."""
        try:
            async with asyncio.timeout(self._call_seconds):
                async with self._opening:
                    if self._client is None:
                        self._client = await self._in_thread(self._open)
                reply: dict[str, Any] = await self._in_thread(self._call, operation, parameters)
                return reply
        except TimeoutError as error:
            raise Unavailable(self._service, f"no answer in {self._call_seconds} s") from error

    def close(self) -> None:
        """Ends the threads that are idle; one that hangs ends with its timeout."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(work, *arguments))

    def _open(self) -> Any:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            max_pool_connections=_THREADS,
        )
        session = boto3.session.Session()
        try:
            return session.client(self._service, endpoint_url=self._endpoint_url, config=config)  # type: ignore[call-overload]
        except BotoCoreError as error:  # no region, for one: another try would end alike
            raise Rejected(self._service, str(error)) from error

    def _call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            reply: dict[str, Any] = getattr(self._client, operation)(**parameters)
            if "Body" in reply:
                reply["Body"] = reply["Body"].read()  # the stream belongs to this thread
        except ClientError as error:
            raise self._translated(error.response) from error
        except BotoCoreError as error:
            raise Unavailable(self._service, type(error).__name__) from error
        return reply

    def _translated(self, response: Any) -> Exception:
        code = str(response.get("Error", {}).get("Code", ""))
        status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in _MISSING:
            return NotFound()
        if status in _LASTING and code.rpartition(".")[2] not in _THROTTLED:
            return Rejected(self._service, code)
        return Unavailable(self._service, code)
