"""How the fake Claude says a reply: the message object, and its server-sent events at a given pace."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.vendors.behaviours import Behaviour, Fault
from tests.vendors.exchange import Exchange
from tests.vendors.tokens import count_tokens, split_by_tokens, tokens_of

_TICK_SECONDS = 0.02
_PIECE_TOKENS = 6.0
_REFUSAL = {"type": "refusal", "category": None, "explanation": "scripted refusal"}
_THOUGHT = "손님이 무엇을 원하는지, 예산마다 무엇이 가능한지 먼저 생각해 봅니다."


@dataclass(frozen=True, slots=True)
class Reply:
    """What will be said: the text, why it ends, and the tokens counted before it."""

    message_id: str
    model: str
    text: str
    stop_reason: str
    thinks: bool
    usage: dict[str, Any]


class ReplyStream:
    """Sends one reply as server-sent events, at the pace and with the fault of the behaviour."""

    def __init__(self, exchange: Exchange, behaviour: Behaviour, reply: Reply) -> None:
        self._exchange = exchange
        self._behaviour = behaviour
        self._reply = reply
        self._index = 0

    async def run(self, request_id: str) -> None:
        """Head, opening events, text, closing events."""
        self._exchange.write(self._exchange.head(200, stream_headers(request_id)))
        self._send("message_start", message=whole_message(self._reply, started=True))
        self._send("ping")
        await self._exchange.pause(self._behaviour.delay_seconds)
        if self._reply.thinks:
            self._think()
        self._send(
            "content_block_start", index=self._index, content_block={"type": "text", "text": "", "citations": None}
        )
        await self._text()
        if self._exchange.open and not self._exchange.request.notes.get("ended"):
            self._close(self._reply.stop_reason)

    def _think(self) -> None:
        self._send("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""})
        self._delta(type="thinking_delta", thinking=_THOUGHT)
        self._delta(type="signature_delta", signature="ZmFrZS1zaWduYXR1cmU=")
        self._send("content_block_stop", index=0)
        self._index = 1

    async def _text(self) -> None:
        behaviour, text = self._behaviour, self._reply.text
        if behaviour.strikes_in_the_answer:
            text = text[: behaviour.after_chars]
        rate = behaviour.tokens_per_second
        clock, due = asyncio.get_running_loop().time, asyncio.get_running_loop().time()
        for piece in split_by_tokens(text, max(1.0, rate * _TICK_SECONDS) if rate else _PIECE_TOKENS):
            if rate:
                due += sum(map(tokens_of, piece)) / rate
                await self._exchange.pause(due - clock())
            self._delta(type="text_delta", text=piece)
            self._exchange.request.text_sent += len(piece)
        await self._strike()

    async def _strike(self) -> None:
        """Fails as the behaviour says, now that the text before the fault is out."""
        fault = self._behaviour.fault
        if self._behaviour.strikes_in_the_answer:
            self._exchange.struck.set()
        while fault is Fault.DRIP:
            self._send("ping")
            await self._exchange.pause(self._behaviour.interval_seconds)
        if fault is Fault.STALL:
            await self._exchange.silence()
        if fault is Fault.RESET:
            await self._exchange.read_by_client()
        endings: Mapping[Fault, Callable[[], None]] = {
            Fault.RESET: self._exchange.reset,
            Fault.CUT: self._exchange.cut,
            Fault.END: self._end,
            Fault.TRUNCATE: partial(self._close, "max_tokens"),
            Fault.REFUSAL: partial(self._close, "refusal", _REFUSAL),
            Fault.ERROR_EVENT: self._error,
        }
        if fault in endings:
            endings[fault]()

    def _error(self) -> None:
        error = {"type": self._behaviour.error_type or "overloaded_error", "message": "Overloaded"}
        self._send("error", error=error, request_id="req_in_stream")
        self._end()

    def _close(self, stop_reason: str, details: Mapping[str, Any] | None = None) -> None:
        usage = {
            **self._reply.usage,
            "output_tokens": count_tokens(self._reply.text[: self._exchange.request.text_sent]),
        }
        usage = {name: usage[name] for name in usage if name not in {"cache_creation", "inference_geo", "service_tier"}}
        delta = {"stop_reason": stop_reason, "stop_sequence": None, "stop_details": details, "container": None}
        self._send("content_block_stop", index=self._index)
        self._send("message_delta", delta=delta, usage=usage)
        self._send("message_stop")
        self._end()

    def _end(self) -> None:
        self._exchange.chunk(b"")
        self._exchange.request.notes["ended"] = True

    def _delta(self, **delta: str) -> None:
        self._send("content_block_delta", index=self._index, delta=delta)

    def _send(self, kind: str, **fields: Any) -> None:
        data = json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))
        self._exchange.chunk(f"event: {kind}\ndata: {data}\n\n".encode())


def whole_message(reply: Reply, *, started: bool = False) -> dict[str, Any]:
    """The message object: empty as `message_start` carries it, else whole."""
    content: list[dict[str, Any]] = [{"type": "text", "text": reply.text, "citations": None}]
    if reply.thinks:
        content.insert(0, {"type": "thinking", "thinking": _THOUGHT, "signature": "ZmFrZS1zaWduYXR1cmU="})
    return {
        "id": reply.message_id,
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "content": [] if started else content,
        "stop_reason": None if started else reply.stop_reason,
        "stop_sequence": None,
        "stop_details": None,
        "container": None,
        "usage": {**reply.usage, "output_tokens": 1 if started else count_tokens(reply.text)},
    }


def stream_headers(request_id: str) -> dict[str, str]:
    """The headers of a streamed answer."""
    return {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-cache",
        "transfer-encoding": "chunked",
        "request-id": request_id,
    }
