"""Past answers, as soon as they are given."""

from dataclasses import dataclass

from shopevents.domain.answers import Answer
from shopevents.domain.errors import NotFound, Unavailable
from shopevents.domain.identifiers import is_id
from shopevents.domain.paging import Page, Place
from shopevents.ports.answer_book import AnswerBook
from shopevents.ports.recommendations import Recommendations

_UNKNOWN = "추천을 찾을 수 없습니다."


@dataclass(frozen=True, slots=True)
class Archive:
    """The answers of the last 24 hours, and all of them once they are recorded."""

    recent: AnswerBook
    recommendations: Recommendations


async def reopen_recommendation(recommendation_id: str, owner_id: str, *, archive: Archive) -> Answer:
    """The owner's answer. Raises NotFound, and Unavailable where a place that may have it can't be asked."""
    if not is_id(recommendation_id):
        raise NotFound(_UNKNOWN)
    try:
        answer = await archive.recent.find(recommendation_id, owner_id)
    except Unavailable:
        answer = await _recorded(recommendation_id, owner_id, archive)
        if answer is None:
            raise  # the table has it within a minute: nobody can say now that there is none
    else:
        answer = answer or await _recorded(recommendation_id, owner_id, archive)
    if answer is None:
        raise NotFound(_UNKNOWN)
    return answer


async def list_recommendations(owner_id: str, cursor: str | None, limit: int, *, archive: Archive) -> Page[Answer]:
    """The owner's recorded answers, the newest first. Raises InvalidInput for a foreign cursor, and Unavailable."""
    return await archive.recommendations.list(owner_id, Place.of(cursor) if cursor else None, limit)


async def _recorded(recommendation_id: str, owner_id: str, archive: Archive) -> Answer | None:
    record = await archive.recommendations.find(recommendation_id, owner_id)
    return record.answer if record else None
