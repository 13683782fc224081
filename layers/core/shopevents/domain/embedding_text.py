"""The one text template that cases and queries are embedded with, so that their vectors compare."""

from shopevents.domain.answers import Question
from shopevents.domain.cases import Case
from shopevents.domain.vocabulary import EventType

_TYPE_WORDS = {EventType.ONLINE: "온라인", EventType.OFFLINE: "오프라인"}


def text_of_case(case: Case) -> str:
    """What is embedded for a case: trade, place, season and purpose first, then what happens."""
    place = " ".join(part for part in (case.city, case.district) if part)
    return _template(
        industry=case.industry.value,
        business_type=case.business_type,
        place=place,
        season=case.season.value if case.season else None,
        purposes=" ".join(purpose.value for purpose in case.purposes),
        event_type=_TYPE_WORDS.get(case.event_type) if case.event_type else None,
        content=" ".join(part for part in (case.title, case.prize, case.participation) if part),
    )


def text_of_question(question: Question) -> str:
    """What is embedded for a request: the same template, with what is known of it."""
    region = question.region
    return _template(
        industry=question.trade.category.value,
        business_type=question.trade.word,
        place=" ".join(part for part in (region.city, region.district) if part),
        season=question.season.value,
        purposes=question.purpose.value,
        event_type=None,
        content=f"{question.trade.word} {question.purpose.value} 이벤트",
    )


def _template(
    *,
    industry: str,
    business_type: str | None,
    place: str,
    season: str | None,
    purposes: str,
    event_type: str | None,
    content: str,
) -> str:
    lines = {
        "업종": " ".join(part for part in (industry, business_type) if part),
        "지역": place,
        "계절": season,
        "목적": purposes,
        "유형": event_type,
        "내용": content,
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)
