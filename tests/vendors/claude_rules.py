"""What the Messages API refuses, and with which error.

Sources: the published request schema (`CreateMessageParams`), the versioning page for 2026-10-21
(sampling parameters are gone), the structured-outputs page (keywords that a schema may use) and the
model pages (thinking modes).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.vendors.fake_vendor import VendorError

VERSIONS = frozenset({"2023-06-01", "2026-10-21"})
MODELS = frozenset(
    {
        "claude-haiku-5-5",
        "claude-sonnet-5-5",
        "claude-opus-5-5",
        "claude-fable-5-1",
        "claude-fable-5-2",
        "claude-sonnet-5",
        "claude-opus-5",
        "claude-haiku-4-5",
        "claude-sonnet-4-6",
    }
)
_ALWAYS_THINKING = frozenset({"claude-sonnet-5-5", "claude-opus-5-5", "claude-fable-5-1", "claude-fable-5-2"})
_FIELDS = frozenset(
    {
        "model",
        "messages",
        "cache_control",
        "container",
        "inference_geo",
        "max_tokens",
        "metadata",
        "output_config",
        "service_tier",
        "stop_sequences",
        "stream",
        "system",
        "thinking",
        "tool_choice",
        "tools",
        "anthropic_version",
    }
)
_MAX_OUTPUT = 128_000
_MAX_BREAKPOINTS = 4
_SCHEMA_KEYWORDS = frozenset(
    {
        "type",
        "properties",
        "required",
        "items",
        "anyOf",
        "allOf",
        "$defs",
        "definitions",
        "$ref",
        "enum",
        "const",
        "title",
        "description",
        "additionalProperties",
        "format",
        "minItems",
        "default",
    }
)


def check(headers: Mapping[str, str], body: Any) -> None:
    """Raises VendorError for a request that the API turns down."""
    if not isinstance(body, dict):
        raise invalid("The request body is not a JSON object")
    for sampling in ("temperature", "top_p", "top_k"):
        if sampling in body:
            raise invalid(f"{sampling}: this parameter is not supported by anthropic-version 2026-10-21")
    for name in body:
        if name not in _FIELDS:
            raise invalid(f"{name}: Extra inputs are not permitted")
    _check_model(body)
    _check_messages(body)
    _check_blocks(body)
    _check_thinking(body)
    _check_output(body.get("output_config"))


def check_version(headers: Mapping[str, str], body: Any) -> None:
    """The version comes as a header; Bedrock's classic endpoint takes it in the body."""
    version = headers.get("anthropic-version") or (body.get("anthropic_version") if isinstance(body, dict) else None)
    if version is None:
        raise invalid("anthropic-version: header is required")
    if version not in VERSIONS:
        raise invalid(f'anthropic-version: "{version}" is not a valid version')


def invalid(message: str) -> VendorError:
    """A 400."""
    return VendorError(400, "invalid_request_error", message)


def _check_model(body: Mapping[str, Any]) -> None:
    model = body.get("model")
    if model is None:
        raise invalid("model: Field required")
    if str(model).removeprefix("anthropic.") not in MODELS:
        raise VendorError(404, "not_found_error", f"model: {model}")
    limit = body.get("max_tokens")
    if limit is None:
        raise invalid("max_tokens: Field required")
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
        raise invalid("max_tokens: Input should be a valid integer, at least 0")
    if limit > _MAX_OUTPUT:
        raise invalid(f"max_tokens: {limit} > {_MAX_OUTPUT}, which is the maximum allowed number of output tokens")


def _check_messages(body: Mapping[str, Any]) -> None:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise invalid("messages: at least one message is required")
    for place, message in enumerate(messages):
        if message.get("role") not in {"user", "assistant"}:
            raise invalid(f"messages.{place}.role: Input should be 'user' or 'assistant'")
        if not message.get("content"):
            raise invalid(f"messages.{place}: all messages must have non-empty content")
    if messages[-1]["role"] == "assistant":
        raise invalid(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )


def _check_blocks(body: Mapping[str, Any]) -> None:
    marked = 0
    for block in text_blocks(body):
        if not block.get("text", "").strip():
            raise invalid("text content blocks must be non-empty")
        control = block.get("cache_control")
        if control is not None:
            marked += 1
            if control.get("type") != "ephemeral" or control.get("ttl", "5m") not in {"5m", "1h"}:
                raise invalid('cache_control: Input should be {"type": "ephemeral", "ttl": "5m" | "1h"}')
    if marked > _MAX_BREAKPOINTS:
        raise invalid(f"A maximum of {_MAX_BREAKPOINTS} blocks with cache_control may be provided. Found {marked}.")


def text_blocks(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every text block of a request, system first; plain strings count as one block."""
    contents = [body.get("system") or [], *(message["content"] for message in body["messages"])]
    blocks: list[Mapping[str, Any]] = []
    for content in contents:
        blocks.extend([{"text": content}] if isinstance(content, str) else content)
    return [block for block in blocks if block.get("type", "text") == "text"]


def _check_thinking(body: Mapping[str, Any]) -> None:
    thinking = body.get("thinking")
    if thinking is None:
        return
    model, kind = body["model"], thinking.get("type")
    if kind == "enabled" and "-5" in model and "4-5" not in model:
        raise invalid("thinking.type: 'enabled' is not supported by this model; use 'adaptive'")
    if kind == "disabled" and model.removeprefix("anthropic.") in _ALWAYS_THINKING:
        raise invalid(f"thinking.type: 'disabled' is not supported by {model}")
    effort = (body.get("output_config") or {}).get("effort")
    if kind == "disabled" and effort in {"xhigh", "max"}:
        raise invalid(f"thinking.type: 'disabled' is not supported with effort {effort}")
    if kind not in {"enabled", "disabled", "adaptive", "between_tools"}:
        raise invalid("thinking.type: Input should be 'adaptive', 'between_tools' or 'disabled'")


def _check_output(config: Mapping[str, Any] | None) -> None:
    if config is None:
        return
    for name in config:
        if name not in {"effort", "format"}:
            raise invalid(f"output_config.{name}: Extra inputs are not permitted")
    shape = config.get("format")
    if shape is None:
        return
    if shape.get("type") != "json_schema" or not isinstance(shape.get("schema"), dict):
        raise invalid('output_config.format: Input should be {"type": "json_schema", "schema": {…}}')
    _check_schema(shape["schema"], "output_config.format.schema")


def _check_schema(schema: Any, where: str) -> None:
    if not isinstance(schema, dict):
        return
    for keyword in schema:
        if keyword not in _SCHEMA_KEYWORDS:
            raise invalid(f"{where}: For '{schema.get('type')}' type, property '{keyword}' is not supported")
    if schema.get("minItems", 0) > 1:
        raise invalid(f"{where}: 'minItems' values other than 0 or 1 are not supported")
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        raise invalid(f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false")
    for place, child in _children(schema):
        _check_schema(child, f"{where}.{place}")


def _children(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("properties", "$defs", "definitions"):
        yield from ((f"{name}.{key}", child) for key, child in schema.get(name, {}).items())
    for name in ("anyOf", "allOf"):
        yield from ((f"{name}.{place}", child) for place, child in enumerate(schema.get(name, [])))
    yield "items", schema.get("items")
