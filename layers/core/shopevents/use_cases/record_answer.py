"""Sends a new answer's full record on its way to `ai_recommendations`, off the request's path."""

from shopevents.domain.answers import WrittenAnswer
from shopevents.domain.messages import Message
from shopevents.ports.message_queue import MessageQueue

RECORD_QUEUE = "record_recommendations"
ANSWER_WRITTEN = "answer_written"


async def record_answer(record: WrittenAnswer, *, queue: MessageQueue, correlation_id: str) -> None:
    """Queues the record. Its message id is the answer's: a second delivery is the same record.
    Raises Unavailable."""
    answer = record.answer
    message = Message(
        message_id=answer.recommendation_id,
        kind=ANSWER_WRITTEN,
        correlation_id=correlation_id or answer.recommendation_id,
        sent_at=answer.question.asked_at,
        body=record.model_dump(mode="json"),
    )
    await queue.send(RECORD_QUEUE, [message])
