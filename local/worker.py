"""One execution environment of one function: imports the handler once, then serves one invocation after another.

Started by `local.functions` as `python worker.py FD PARENT`. Over the socket FD go frames of JSON, each after its
length in four bytes: first ours, {} or {"error": …} when the handler is imported; then for each
{"payload", "requestId", "deadline"} (deadline in ms since 1970) one {"result"} or {"error"}.
"""

import importlib
import json
import os
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.tether import tie_to_parent

_LENGTH = struct.Struct(">I")
type Handler = Callable[[Any, "Context"], Any]


@dataclass(frozen=True)
class Context:
    """Lambda's context object, with the names that Lambda gives it."""

    aws_request_id: str
    deadline: float  # ms since 1970
    function_name: str = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
    log_group_name: str = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
    log_stream_name: str = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
    identity: None = None
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        """An ARN of Lambda's form."""
        region = os.environ.get("AWS_REGION", "ap-northeast-2")
        return f"arn:aws:lambda:{region}:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until this environment is killed; 0 when they are over."""
        return max(0, int(self.deadline - time.time() * 1000))


def _read_exactly(connection: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
        part = connection.recv(min(size - len(received), 1 << 20))
        if not part:
            return None  # the other side has closed: there is nothing more to serve
        received += part
    return bytes(received)


def _receive(connection: socket.socket) -> Any:
    head = _read_exactly(connection, _LENGTH.size)
    body = head and _read_exactly(connection, _LENGTH.unpack(head)[0])
    return json.loads(body) if body else None


def _send(connection: socket.socket, message: dict[str, Any]) -> None:
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    connection.sendall(_LENGTH.pack(len(body)) + body)


def _described(error: BaseException) -> dict[str, Any]:
    """An error as Lambda reports it."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def _load() -> Handler:
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


def _answer(handler: Handler, request: dict[str, Any]) -> dict[str, Any]:
    """One invocation. What the handler raises, or returns and JSON can't hold, is an error as in Lambda."""
    try:
        result = handler(request["payload"], Context(request["requestId"], request["deadline"]))
        return {"result": json.loads(json.dumps(result))}
    except Exception as error:  # noqa: BLE001 - Lambda reports whatever a handler raises, and goes on
        traceback.print_exc()
        return {"error": _described(error)}


def _main(descriptor: int, parent: int) -> None:
    tie_to_parent(signal.SIGKILL, parent)
    os.nice(int(os.environ.get("LOCAL_NICENESS", "0")))
    connection = socket.socket(fileno=descriptor)
    sys.path.insert(0, str(os.environ["LAMBDA_TASK_ROOT"]))
    try:
        handler = _load()
    except Exception as error:  # noqa: BLE001 - Lambda reports whatever an import raises
        traceback.print_exc()
        _send(connection, {"error": _described(error)})
        return
    _send(connection, {})
    while request := _receive(connection):
        _send(connection, _answer(handler, request))


if __name__ == "__main__":
    sys.path.pop(0)  # this folder: a handler may have a module of the same name
    _main(int(sys.argv[1]), int(sys.argv[2]))
