"""A fake Claude: the Messages API of version 2026-10-21 over real HTTP, streaming or not.

It answers from what it was asked (claude_answers), refuses what the API refuses (claude_rules) and
fails as it is told (behaviours). Also serves Bedrock's `/anthropic/v1/messages`, signed with SigV4.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, override

from tests.vendors.behaviours import Behaviour
from tests.vendors.claude_answers import compose
from tests.vendors.claude_prompt import read_prompt
from tests.vendors.claude_rules import check, check_version, invalid, text_blocks
from tests.vendors.claude_stream import Reply, ReplyStream, stream_headers, whole_message
from tests.vendors.exchange import Exchange
from tests.vendors.fake_vendor import FakeVendor, VendorError
from tests.vendors.tokens import count_tokens, split_by_tokens

_ROUTES = {"/v1/messages", "/anthropic/v1/messages"}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_CACHEABLE_TOKENS = 512


class ClaudeFake(FakeVendor):
    """`claude.url` is the base URL for the SDK."""

    def __init__(self, *, port: int = 0, api_key: str | None = None) -> None:
        super().__init__(port=port, api_key=api_key)
        self._cached_prefixes: set[bytes] = set()

    @override
    async def answer(self, exchange: Exchange, behaviour: Behaviour) -> None:
        request = exchange.request
        if request.method != "POST" or request.path not in _ROUTES | {"/v1/messages/count_tokens"}:
            raise VendorError(404, "not_found_error", f"{request.method} {request.path} not found")
        self._authenticate(request.headers)
        body = _parsed(request.body)
        check_version(request.headers, body)
        if request.path.endswith("count_tokens"):
            exchange.json(200, {"input_tokens": _prompt_tokens(body)})
            return
        check(request.headers, body)
        reply = self._reply(body, behaviour)
        request.notes["answer"] = reply.text
        if behaviour.recorded is not None:
            exchange.write(exchange.head(200, stream_headers(self.request_id())))
            exchange.chunk(behaviour.recorded.encode())
            exchange.chunk(b"")
        elif body.get("stream"):
            await ReplyStream(exchange, behaviour, reply).run(self.request_id())
        else:
            await exchange.pause(behaviour.delay_seconds)
            exchange.json(200, whole_message(reply), self.error_headers(self.request_id()))

    def _authenticate(self, headers: Mapping[str, str]) -> None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        key = headers.get("x-api-key") or (key if scheme in {"Bearer", "AWS4-HMAC-SHA256"} else "")
        if not key:
            raise VendorError(401, "authentication_error", "x-api-key header is required")
        if self.api_key is not None and key != self.api_key:
            raise VendorError(401, "authentication_error", "invalid x-api-key")

    def _reply(self, body: Mapping[str, Any], behaviour: Behaviour) -> Reply:
        schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
        text = behaviour.text or compose(schema, read_prompt(body), behaviour.answer)
        budgeted = split_by_tokens(text, max(1, body["max_tokens"]))
        thinking = (body.get("thinking") or {}).get("type") != "disabled"
        return Reply(
            message_id=f"msg_{next(self._numbers):06d}",
            model=body["model"],
            text=budgeted[0],
            stop_reason="end_turn" if len(budgeted) == 1 else "max_tokens",
            thinks=thinking if behaviour.thinking is None else behaviour.thinking,
            usage=self._usage(body),
        )

    def _usage(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Input tokens, split into cached and uncached as cache_control asks for it."""
        blocks = text_blocks(body)
        marked = [place for place, block in enumerate(blocks) if block.get("cache_control")]
        prefix = "\n".join(block["text"] for block in blocks[: marked[-1] + 1]) if marked else ""
        total, cached = _prompt_tokens(body), count_tokens(prefix) if prefix else 0
        if cached < _CACHEABLE_TOKENS:
            return _input_usage(total, 0, 0)
        digest = hashlib.sha256(f"{body['model']}\n{prefix}".encode()).digest()
        seen = digest in self._cached_prefixes
        self._cached_prefixes.add(digest)
        return _input_usage(max(0, total - cached), 0 if seen else cached, cached if seen else 0)

    @override
    def error_kind(self, status: int) -> str:
        return _KINDS.get(status, "api_error" if status >= 500 else "invalid_request_error")

    @override
    def error_body(self, error: VendorError, request_id: str) -> Any:
        details = {"details": {"error_code": error.code}} if error.code else {}
        inner = {"type": error.kind, "message": error.message, **details}
        return {"type": "error", "error": inner, "request_id": request_id}

    @override
    def error_headers(self, request_id: str) -> Mapping[str, str]:
        return {"request-id": request_id}


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise invalid("The request body is not valid JSON") from error


def _prompt_tokens(body: Mapping[str, Any]) -> int:
    config = json.dumps(body.get("output_config") or {}, ensure_ascii=False)
    return count_tokens("\n".join(block["text"] for block in text_blocks(body)) + config)


def _input_usage(uncached: int, written: int, read: int) -> dict[str, Any]:
    return {
        "input_tokens": uncached,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": written},
        "server_tool_use": None,
        "service_tier": "standard",
        "inference_geo": "global",
    }
