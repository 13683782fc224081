"""A function that does what its payload, or its payload's body, tells it to: one of the orders below."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

served = 0  # by this process


def handler(event: dict[str, Any], context: Any) -> Any:
    """Carries out `event["order"]`, or the order in an HTTP body; echoes what it was given by default."""
    global served  # noqa: PLW0603 - what a warm environment keeps is what is tested
    served += 1
    order = event.get("order") or _body_of(event).get("order", "echo")
    return ORDERS[order](event, context)


def _body_of(event: dict[str, Any]) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(event.get("body") or "{}")
    except ValueError:
        return {}
    return body


def _about(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "served": served,
        "requestId": context.aws_request_id,
        "name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "remaining": context.get_remaining_time_in_millis(),
        "environment": {name: value for name, value in os.environ.items() if name.isupper()},
        "folder": str(Path.cwd()),
    }


def _overrun(event: dict[str, Any], context: Any) -> None:
    print("overrunning")
    time.sleep(60)


def _die(event: dict[str, Any], context: Any) -> None:
    os._exit(3)


def _fail(event: dict[str, Any], context: Any) -> None:
    raise LookupError("no such thing: 고깃집")


def _print(event: dict[str, Any], context: Any) -> str:
    print("가" * 100_000)
    print("second", file=sys.stderr)
    return "printed"


def _meet(event: dict[str, Any], context: Any) -> int:
    """Waits until the other invocation, in another process, has come too."""
    folder = Path(event["folder"])
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < event["guests"]:
        time.sleep(0.01)
    return os.getpid()


ORDERS = {
    "about": _about,
    "die": _die,
    "echo": lambda event, _: event,
    "fail": _fail,
    "meet": _meet,
    "overrun": _overrun,
    "print": _print,
    "unserialisable": lambda *_: {1, 2},
    "cookies": lambda *_: {"statusCode": 201, "cookies": ["a=1", "b=2"], "body": "made", "headers": {"X-A": "1"}},
    "binary": lambda *_: {"statusCode": 200, "body": "/wA=", "isBase64Encoded": True},
    "nonsense": lambda *_: {"statusCode": "many"},
}
