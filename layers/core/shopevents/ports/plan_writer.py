"""Who writes plans."""

from collections.abc import AsyncGenerator
from typing import Protocol

from shopevents.domain.briefs import PlanBrief, Writing


class PlanWriter(Protocol):
    """Writes plans for a brief, and shows each as soon as it is complete."""

    def write(self, brief: PlanBrief) -> AsyncGenerator[Writing]:
        """Yields a snapshot whenever a draft, the trends or the usage is complete; the last one has
        `finished` set. A stream that dies raises DependencyError (Unavailable, RateLimited,
        QuotaExhausted, Rejected, BadReply) from the iterator; the caller keeps the last snapshot.
        Closing the generator, or cancelling, ends the work and frees its socket at once.
        """
        ...
