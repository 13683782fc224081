"""Our end of a worker process: starts it, hands it invocations, kills it when it overruns."""

import asyncio
import json
import os
import signal
import socket
import struct
import sys
import time
import uuid
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from local.signing_in import signed_in_as
from local.template import Function

type FailureKind = Literal["error", "timeout", "crash"]
type LineReader = Callable[[str, str], None]
"""Takes a function's short name and one line that it printed."""

_SCRIPT = Path(__file__).with_name("worker.py")
_LENGTH = struct.Struct(">I")
_IMPORT_SECONDS = 60  # generous: a cold disk and two busy cores are a developer's, not Lambda's
_STOP_SECONDS = 2
_BACKGROUND_NICENESS = 10  # who waits for an answer goes first, where queues and schedules share a few cores


class FunctionFailed(Exception):
    """An invocation without an answer: the handler raised, ran out of time, or its process died.

    `error` is Lambda's own report: errorType, errorMessage and, where the handler raised, stackTrace.
    """

    def __init__(self, kind: FailureKind, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error['errorType']}: {error['errorMessage']}")
        self.kind: FailureKind = kind
        self.error = error


class Worker:
    """A process that has imported a function's handler and serves one invocation at a time."""

    def __init__(self, function: Function, process: asyncio.subprocess.Process, lines: asyncio.Task[None]) -> None:
        self._function = function
        self._process = process
        self._lines = lines
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    @classmethod
    async def start(cls, function: Function, environment: Mapping[str, str], on_line: LineReader) -> "Worker":
        """Starts a process and waits until it has imported the handler. Raises FunctionFailed.

        To be called from a thread that lives as long as the worker shall: the process ends with it.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(_SCRIPT), str(theirs.fileno()), str(os.getpid())),
                cwd=function.folder,
                env=_lambda_environment(function, environment),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                process_group=0,
            )
        worker = cls(function, process, asyncio.create_task(_pass_on_lines(process, function.short_name, on_line)))
        worker._reader, worker._writer = await asyncio.open_connection(sock=ours)
        try:
            await worker._within(_IMPORT_SECONDS, worker._receive())
        except FunctionFailed:
            await worker.stop()
            raise
        return worker

    @property
    def usable(self) -> bool:
        """Whether the process lives."""
        return self._process.returncode is None and not self._reader.at_eof()

    async def invoke(self, payload: Any) -> Any:
        """What the handler returns. Raises FunctionFailed; after a timeout or a crash the worker is gone."""
        deadline = (time.time() + self._function.timeout) * 1000
        message = {"payload": payload, "requestId": str(uuid.uuid4()), "deadline": deadline}
        body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self._writer.write(_LENGTH.pack(len(body)) + body)
        answer = await self._within(self._function.timeout, self._receive())
        return answer.get("result")

    async def stop(self) -> None:
        """Lets an idle process end by itself, and makes a stuck one."""
        self._writer.close()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            await self._kill()
        await self._lines

    async def _receive(self) -> dict[str, Any]:
        """The next frame; FunctionFailed where it reports an error or the process ends first."""
        try:
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            message: dict[str, Any] = json.loads(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError) as cause:
            status = await self._kill()
            text = f"{self._function.name} ended with status {status} before it answered"
            raise FunctionFailed("crash", {"errorType": "Runtime.ExitError", "errorMessage": text}) from cause
        if "error" in message:
            raise FunctionFailed("error", message["error"])
        return message

    async def _within(self, seconds: float, answer: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as cause:
            await self._kill()
            text = f"Task timed out after {seconds:.2f} seconds"
            raise FunctionFailed("timeout", {"errorType": "Sandbox.Timedout", "errorMessage": text}) from cause
        except asyncio.CancelledError:
            await self._kill()  # its answer would be taken for the next invocation's
            raise

    async def _kill(self) -> int:
        """Ends the process and whatever it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._writer.close()
        return await self._process.wait()


async def _pass_on_lines(process: asyncio.subprocess.Process, name: str, on_line: LineReader) -> None:
    """Hands on what the process prints, line by line, however long a line is."""
    assert process.stdout is not None  # noqa: S101 - it was asked for with PIPE
    rest = b""
    while part := await process.stdout.read(1 << 16):
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            on_line(name, line.decode("utf-8", "replace"))
    if rest:
        on_line(name, rest.decode("utf-8", "replace"))


def _lambda_environment(function: Function, environment: Mapping[str, str]) -> dict[str, str]:
    """What Lambda tells a function about itself, over the function's own variables."""
    return {
        "AWS_REGION": "ap-northeast-2",
        "AWS_DEFAULT_REGION": "ap-northeast-2",
        "POWERTOOLS_SERVICE_NAME": function.short_name,
        **function.environment,
        **signed_in_as(function.database_role, environment),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(function.folder),
        "LOCAL_NICENESS": "0" if function.routes else str(_BACKGROUND_NICENESS),
        "PYTHONUNBUFFERED": "1",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
    }
