"""Events by rules: no key, no network, the same answer every time."""

from collections.abc import Sequence

from shopevents.domain.post_events import PostEvent, event_in
from shopevents.domain.posts import Post


class RuleExtractor:
    """Reads posts by the rules in the domain."""

    async def extract(self, posts: Sequence[Post]) -> list[PostEvent | None]:
        return [event_in(post) for post in posts]
