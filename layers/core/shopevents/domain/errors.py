"""Every error the product raises on purpose.

ShopEventsError
├── CallerError                     tell the caller: their request can't be served as it is (4xx)
│   ├── InvalidInput                422  fields are wrong; carries `problems`
│   ├── MalformedBody               400  not JSON, or not UTF-8
│   ├── UnsupportedMediaType        415
│   ├── BodyTooLarge                413
│   ├── Unauthenticated             401
│   ├── NotAllowed                  403
│   ├── NotFound                    404
│   ├── Conflict                    409
│   └── TooManyRequests             429  carries `retry_after`
├── DependencyError                 one of our dependencies failed; carries `dependency`
│   ├── Unavailable                 down, slow, refused: worth another try (later, or elsewhere)
│   │   ├── OutOfTime               our own deadline passed first
│   │   ├── RateLimited             the vendor asks us to slow down; carries `retry_after`
│   │   └── QuotaExhausted          until the quota's day ends: no retry before that
│   ├── Rejected                    our request or credentials are wrong: a retry can't help; alarm
│   └── BadReply                    it answered something that can't be used
├── PoisonRecord                    a queued record that can never be processed: drop it to the dead letters
└── MisconfiguredError              settings are missing or contradict each other; names the variable
"""

from dataclasses import dataclass


class ShopEventsError(Exception):
    """The root of the tree above."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a request: the field (dotted wire path) and a Korean sentence."""

    field: str
    message: str


class CallerError(ShopEventsError):
    """The request can't be served as it is. `status` and `code` are the wire's; `str()` is Korean."""

    status = 400
    code = "bad_request"
    sentence = "요청을 처리할 수 없습니다."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class InvalidInput(CallerError):
    """Fields are wrong. Carries every problem found, not only the first."""

    status = 422
    code = "invalid_input"
    sentence = "입력한 내용을 다시 확인해 주세요."

    def __init__(self, problems: tuple[Problem, ...], sentence: str | None = None) -> None:
        super().__init__(sentence)
        self.problems = problems


class MalformedBody(CallerError):
    """The body is not JSON in UTF-8."""

    status = 400
    code = "malformed_body"
    sentence = "요청 본문이 올바른 JSON이 아닙니다."


class UnsupportedMediaType(CallerError):
    """The body is not declared as application/json."""

    status = 415
    code = "unsupported_media_type"
    sentence = "Content-Type은 application/json이어야 합니다."


class BodyTooLarge(CallerError):
    """The body is larger than the route takes."""

    status = 413
    code = "body_too_large"
    sentence = "요청 본문이 너무 큽니다."


class Unauthenticated(CallerError):
    """No identity came with the request."""

    status = 401
    code = "unauthenticated"
    sentence = "로그인이 필요합니다."


class NotAllowed(CallerError):
    """The identity may not do this."""

    status = 403
    code = "not_allowed"
    sentence = "이 작업을 할 권한이 없습니다."


class NotFound(CallerError):
    """Unknown, malformed, or somebody else's: the answer is the same, so that ids can't be probed."""

    status = 404
    code = "not_found"
    sentence = "찾을 수 없습니다."


class Conflict(CallerError):
    """The request contradicts what is stored."""

    status = 409
    code = "conflict"
    sentence = "이미 처리된 요청과 내용이 다릅니다."


class TooManyRequests(CallerError):
    """The caller asks too fast. `retry_after` in seconds."""

    status = 429
    code = "too_many_requests"
    sentence = "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요."

    def __init__(self, retry_after: float, sentence: str | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class DependencyError(ShopEventsError):
    """A dependency failed. `dependency` names it ("claude", "redis", …); the cause is kept by `from`."""

    def __init__(self, dependency: str, reason: str) -> None:
        super().__init__(f"{dependency}: {reason}")
        self.dependency = dependency
        self.reason = reason


class Unavailable(DependencyError):
    """Down, slow or refused: worth another try later."""


class OutOfTime(Unavailable):
    """Our own deadline passed before the dependency was done."""

    def __init__(self, dependency: str) -> None:
        super().__init__(dependency, "our deadline passed")


class RateLimited(Unavailable):
    """The vendor asks us to slow down. `retry_after` in seconds, where the vendor says so."""

    def __init__(self, dependency: str, reason: str, retry_after: float | None = None) -> None:
        super().__init__(dependency, reason)
        self.retry_after = retry_after


class QuotaExhausted(Unavailable):
    """Nothing more until the quota's day (or the month's spend limit) ends."""


class Rejected(DependencyError):
    """Our request or our credentials are wrong: a retry can't help."""


class BadReply(DependencyError):
    """The dependency answered something that can't be used."""


class PoisonRecord(ShopEventsError):
    """A queued record that can never be processed; it belongs in the dead letters."""


class MisconfiguredError(ShopEventsError):
    """Settings are missing or contradict each other. `variable` is the one to set."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable}: {reason}")
        self.variable = variable
