"""A fake OpenAI: `POST /v1/embeddings` over real HTTP, base64 or float vectors.

Vectors are computed from the text (hashed character n-grams, unit length), so that texts that share
words are near each other and the same text always gets the same vector.
"""

import base64
import hashlib
import json
import math
import struct
from collections import Counter
from collections.abc import Mapping
from typing import Any, override

from tests.vendors.behaviours import Answer, Behaviour, Fault
from tests.vendors.exchange import Exchange
from tests.vendors.fake_vendor import FakeVendor, VendorError
from tests.vendors.tokens import count_tokens

_DIMENSIONS = {"text-embedding-3-large": 3072, "text-embedding-3-small": 1536, "text-embedding-ada-002": 1536}
_FIELDS = {"input", "model", "encoding_format", "dimensions", "user"}
_MAX_INPUTS = 2048
_MAX_TOKENS = 8192
_MAX_TOKENS_TOGETHER = 300_000


class OpenAIFake(FakeVendor):
    """`openai.base_url` is the base URL for the SDK, with its `/v1`."""

    @property
    def base_url(self) -> str:
        """The SDK's base URL."""
        return f"{self.url}/v1"

    @override
    async def answer(self, exchange: Exchange, behaviour: Behaviour) -> None:
        request = exchange.request
        if (request.method, request.path) != ("POST", "/v1/embeddings"):
            raise VendorError(404, "invalid_request_error", f"Invalid URL ({request.method} {request.path})")
        self._authenticate(request.headers)
        body = _checked(request.body)
        await exchange.pause(behaviour.delay_seconds)
        payload = json.dumps(_embeddings(body, behaviour.answer), separators=(",", ":")).encode()
        if behaviour.answer is Answer.BAD_JSON:
            payload = payload[: len(payload) // 2]
        await send_bytes(exchange, payload, behaviour, self.error_headers(self.request_id()))

    def _authenticate(self, headers: Mapping[str, str]) -> None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise VendorError(401, "invalid_request_error", "You didn't provide an API key.")
        if self.api_key is not None and key != self.api_key:
            raise VendorError(401, "invalid_request_error", "Incorrect API key provided.", code="invalid_api_key")

    @override
    def error_kind(self, status: int) -> str:
        kinds = {429: "requests", 401: "invalid_request_error", 403: "invalid_request_error"}
        return kinds.get(status, "server_error" if status >= 500 else "invalid_request_error")

    @override
    def error_body(self, error: VendorError, request_id: str) -> Any:
        return {"error": {"message": error.message, "type": error.kind, "param": error.param, "code": error.code}}

    @override
    def error_headers(self, request_id: str) -> Mapping[str, str]:
        return {"x-request-id": request_id}


async def send_bytes(exchange: Exchange, payload: bytes, behaviour: Behaviour, headers: Mapping[str, str]) -> None:
    """Sends a chunked JSON body, with the fault of the behaviour after `after_chars` bytes of it."""
    head = {"content-type": "application/json", "transfer-encoding": "chunked", **headers}
    exchange.write(exchange.head(200, head))
    part = payload[: behaviour.after_chars] if behaviour.strikes_in_the_answer else payload
    if part:
        exchange.chunk(part)
    exchange.request.text_sent = len(part)
    if behaviour.strikes_in_the_answer:
        exchange.struck.set()
    match behaviour.fault:
        case Fault.STALL | Fault.DRIP:
            while behaviour.fault is Fault.DRIP:
                exchange.chunk(b" ")
                await exchange.pause(behaviour.interval_seconds)
            await exchange.silence()
        case Fault.RESET:
            await exchange.read_by_client()
            exchange.reset()
        case Fault.CUT:
            exchange.cut()
        case _:
            exchange.chunk(b"")


def embed(text: str, dimensions: int) -> list[float]:
    """A unit vector made of the text's character n-grams (one to three)."""
    grams = Counter(text[start : start + size] for size in (1, 2, 3) for start in range(len(text) - size + 1))
    vector = [0.0] * dimensions
    for gram, times in grams.items():
        number = int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=8).digest())
        vector[number % dimensions] += math.sqrt(times) * (1 if number >> 63 else -1)
    length = math.hypot(*vector) or 1.0
    return [value / length for value in vector]


def _checked(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise _invalid("We could not parse the JSON body of your request.") from error
    if not isinstance(asked, dict):
        raise _invalid("The JSON body is not an object.")
    for name in asked.keys() - _FIELDS:
        raise _invalid(f"Unrecognized request argument supplied: {name}")
    for name in ("model", "input"):
        if name not in asked:
            raise _invalid(f"you must provide a {name} parameter", param=name)
    _check_model(asked)
    _check_input(asked)
    return asked


def _check_model(asked: Mapping[str, Any]) -> None:
    model, wanted = asked["model"], asked.get("dimensions")
    if model not in _DIMENSIONS:
        raise VendorError(404, "invalid_request_error", f"The model `{model}` does not exist", code="model_not_found")
    if wanted is not None and model == "text-embedding-ada-002":
        raise _invalid("This model does not support specifying dimensions.", param="dimensions")
    if wanted is not None and (not isinstance(wanted, int) or not 1 <= wanted <= _DIMENSIONS[model]):
        raise _invalid(f"Invalid value for 'dimensions' = {wanted}.", param="dimensions")
    if asked.get("encoding_format", "float") not in {"float", "base64"}:
        raise _invalid("Invalid value for 'encoding_format'.", param="encoding_format")


def _check_input(asked: Mapping[str, Any]) -> None:
    texts = _texts(asked)
    if not texts or any(not isinstance(text, str) or not text for text in texts):
        raise _invalid("'$.input' is invalid. Input cannot be an empty string.", param="input")
    if len(texts) > _MAX_INPUTS:
        raise _invalid(f"'$.input' is invalid. At most {_MAX_INPUTS} inputs.", param="input")
    counts = [count_tokens(text) for text in texts]
    if max(counts) > _MAX_TOKENS:
        raise _invalid(
            f"This model's maximum context length is {_MAX_TOKENS} tokens, however you requested {max(counts)} tokens."
        )
    if sum(counts) > _MAX_TOKENS_TOGETHER:
        raise _invalid(f"Requested {sum(counts)} tokens, max {_MAX_TOKENS_TOGETHER} tokens per request")


def _texts(asked: Mapping[str, Any]) -> list[Any]:
    given = asked["input"]
    return list(given) if isinstance(given, list) else [given]


def _embeddings(asked: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    texts = _texts(asked)
    dimensions = asked.get("dimensions") or _DIMENSIONS[asked["model"]]
    if answer is Answer.WRONG_DIMENSIONS:
        dimensions = dimensions // 2
    vectors = [] if answer is Answer.EMPTY else [embed(text, dimensions) for text in texts]
    encoded = [_encoded(vector) if asked.get("encoding_format") == "base64" else vector for vector in vectors]
    tokens = sum(map(count_tokens, texts))
    return {
        "object": "list",
        "data": [{"object": "embedding", "index": place, "embedding": value} for place, value in enumerate(encoded)],
        "model": asked["model"],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _encoded(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def _invalid(message: str, param: str | None = None) -> VendorError:
    return VendorError(400, "invalid_request_error", message, param=param)
