"""Why an answer is less than it could be, and what an owner is told about it."""

from enum import StrEnum

from shopevents.domain.vocabulary import AnswerSource


class Degradation(StrEnum):
    """Codes of what was missing, for logs and metrics."""

    NO_WRITER = "no_writer"
    SWITCHED_OFF = "switched_off"
    RATE_LIMITED = "rate_limited"
    SPEND_CAP = "spend_cap"
    BREAKER_OPEN = "breaker_open"
    OWNER_TOO_FAST = "owner_too_fast"
    WRITER_FAILED = "writer_failed"
    WRITER_CUT_SHORT = "writer_cut_short"
    OUT_OF_TIME = "out_of_time"
    CACHE_UNAVAILABLE = "cache_unavailable"
    GROUNDING_UNAVAILABLE = "grounding_unavailable"
    RECORD_UNAVAILABLE = "record_unavailable"


# Limits of ours, not faults: the wire says `rateLimited: true`.
LIMITS = frozenset({Degradation.RATE_LIMITED, Degradation.SPEND_CAP, Degradation.OWNER_TOO_FAST})

_LIMITED = "일시적으로 기본 추천을 제공합니다. 잠시 후 다시 시도하시면 맞춤 추천을 받으실 수 있습니다."
_BY_SOURCE = {
    AnswerSource.CATALOG: "지금은 기본 추천을 제공합니다. 검증된 이벤트 방식 가운데 업종과 지역에 맞는 것을 골랐습니다.",
    AnswerSource.STALE: "지금은 새 추천을 만들 수 없어 최근 24시간 안에 만든 추천을 보여 드립니다.",
    AnswerSource.MIXED: "일부 추천은 기본 추천이나 최근에 만든 추천으로 채웠습니다.",
}
_UNGROUNDED = "비슷한 사례나 지역 통계를 일부 참고하지 못한 추천입니다."


def message_for(source: AnswerSource, degradations: frozenset[Degradation]) -> str | None:
    """The Korean sentence for the owner, None for a whole answer."""
    if source is AnswerSource.CATALOG and degradations & LIMITS:
        return _LIMITED
    if source is AnswerSource.CLAUDE and Degradation.GROUNDING_UNAVAILABLE in degradations:
        return _UNGROUNDED
    return _BY_SOURCE.get(source)
