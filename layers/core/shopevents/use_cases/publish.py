"""Sends messages after the commit that decided on them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from shopevents.domain.effects import Outgoing
from shopevents.domain.errors import DependencyError
from shopevents.domain.messages import Message
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Publisher:
    """The outbox and the queues that it empties into."""

    outbox: Outbox
    queue: MessageQueue


async def publish(messages: Sequence[Outgoing], *, publisher: Publisher) -> bool:
    """Sends what is committed and takes it out of the outbox. False where that failed: the rows stay there, and
    `relay_outbox` sends them. The caller's work is durable either way."""
    try:
        await send_all(messages, publisher=publisher)
    except DependencyError:
        return False
    return True


async def send_all(messages: Sequence[Outgoing], *, publisher: Publisher) -> None:
    """The same, raising DependencyError. A crash between sending and forgetting sends a message again."""
    by_queue: dict[str, list[Message]] = defaultdict(list)
    for outgoing in messages:
        by_queue[outgoing.queue].append(outgoing.message)
    for queue, some in by_queue.items():
        await publisher.queue.send(queue, some)
    await publisher.outbox.forget([outgoing.message.message_id for outgoing in messages])
