"""Answers become rows, off the request's path."""

from collections.abc import Sequence

from pydantic import ValidationError

from shopevents.domain.answers import WrittenAnswer
from shopevents.domain.effects import Feedback
from shopevents.domain.errors import BadReply, Rejected, Unavailable
from shopevents.domain.messages import Message
from shopevents.ports.recommendations import Recommendations


async def record_recommendations(messages: Sequence[Message], *, recommendations: Recommendations) -> dict[str, str]:
    """Keeps each answer's full record. Returns the ids of the messages that failed, with the reason."""
    failed: dict[str, str] = {}
    records: dict[str, WrittenAnswer] = {}
    for message in messages:
        try:
            records[message.message_id] = WrittenAnswer.model_validate(message.body)
        except ValidationError:
            failed[message.message_id] = f"{message.kind}: not a record of an answer"
    return failed | await keep_records(records, recommendations=recommendations)


async def keep_records(records: dict[str, WrittenAnswer], *, recommendations: Recommendations) -> dict[str, str]:
    """Keeps all in one go; where one of them can't be kept, one by one. Returns what failed, by the given names."""
    if not records:
        return {}
    try:
        kept = list(records.values())
        await recommendations.record(kept, [said for record in kept for said in regenerated(record)])
    except Unavailable as error:
        return dict.fromkeys(records, str(error))
    except (Rejected, BadReply) as error:
        if len(records) == 1:
            return dict.fromkeys(records, str(error))
        failed: dict[str, str] = {}
        for name, record in records.items():
            failed |= await keep_records({name: record}, recommendations=recommendations)
        return failed
    return {}


def regenerated(record: WrittenAnswer) -> tuple[Feedback, ...]:
    """What asking again says of the plans that were shown before."""
    question = record.answer.question
    if question.replaces is None:
        return ()
    return (
        Feedback(
            kind="regenerated",
            owner_id=question.owner_id,
            recommendation_id=question.replaces,
            occurrence=f"regenerated:{record.answer.recommendation_id}",
            given_at=question.asked_at,
            reason=question.reason,
        ),
    )
