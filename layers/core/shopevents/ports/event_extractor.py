"""Reads the shop events that posts state."""

from collections.abc import Sequence
from typing import Protocol

from shopevents.domain.post_events import PostEvent
from shopevents.domain.posts import Post


class EventExtractor(Protocol):
    """By rules, or by a language model whose answer is checked against the post."""

    async def extract(self, posts: Sequence[Post]) -> list[PostEvent | None]:
        """One entry for each post, in their order: the event that it states, None where it states none. Facts that a
        post does not state are null. Raises nothing for what a post holds."""
        ...
