"""Claude's failures as ours.

Before the first byte the SDK raises its own errors by HTTP status; in the middle of a stream it lets
`httpx2`'s through, and an error event arrives with status 200; a stream that simply ends raises nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shopevents.domain.errors import BadReply, DependencyError, QuotaExhausted, RateLimited, Rejected, Unavailable

if TYPE_CHECKING:
    from anthropic import APIStatusError

_DEPENDENCY = "claude"
# Billing, and a spend limit set in the vendor's console: nothing more until a person or the month changes it.
_QUOTA_TYPES = frozenset({"billing_error"})
_QUOTA_CODES = frozenset({"enforced_spend_limit_reached"})
_REJECTED_TYPES = frozenset(
    {"invalid_request_error", "authentication_error", "permission_error", "not_found_error", "request_too_large"}
)
_QUOTA_STATUS = 402
_REJECTED_STATUS = frozenset({400, 401, 403, 404, 413, 422})
_TOO_MANY = 429
_MOST_SECONDS = 86_400.0


@contextmanager
def translated() -> Iterator[None]:
    """Turns what the SDK and its transport raise into ours. The SDK must be loaded. Raises DependencyError."""
    import anthropic
    import httpx2

    try:
        yield
    except anthropic.APIStatusError as error:
        raise _of_status(error) from error
    except anthropic.APIResponseValidationError as error:
        raise BadReply(_DEPENDENCY, "the answer can't be read") from error
    except (anthropic.APIConnectionError, httpx2.HTTPError) as error:
        raise Unavailable(_DEPENDENCY, f"no answer, or the connection broke ({type(error).__name__})") from error
    except (anthropic.AnthropicError, httpx2.InvalidURL) as error:
        raise Rejected(_DEPENDENCY, str(error)) from error
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # The SDK assembles events without checking them: a server that breaks the protocol shows as these.
        raise BadReply(_DEPENDENCY, f"the stream breaks the protocol ({type(error).__name__})") from error


def _of_status(error: "APIStatusError") -> DependencyError:
    kind, status = error.type or "", error.status_code
    reason = f"HTTP {status} {kind}".strip()
    if kind in _QUOTA_TYPES or status == _QUOTA_STATUS or error.error_code in _QUOTA_CODES:
        return QuotaExhausted(_DEPENDENCY, reason)
    if kind == "rate_limit_error" or status == _TOO_MANY:
        return RateLimited(_DEPENDENCY, reason, _retry_after(error))
    if kind in _REJECTED_TYPES or status in _REJECTED_STATUS:
        return Rejected(_DEPENDENCY, reason)
    if (seconds := _retry_after(error)) is not None:
        return RateLimited(_DEPENDENCY, reason, seconds)
    return Unavailable(_DEPENDENCY, reason)


def _retry_after(error: "APIStatusError") -> float | None:
    """Seconds of the Retry-After header, at most a day; None without one, or where it is a date."""
    try:
        return min(max(0.0, float(error.response.headers["retry-after"])), _MOST_SECONDS)
    except (KeyError, ValueError):
        return None
