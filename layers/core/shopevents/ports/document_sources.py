"""Public sources that the crawlers read, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

type Query = Mapping[str, str]
"""What is asked of a source: flat text fields that its adapter documents. Never holds a secret."""


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One reply of a source.

    `body` is the reply's text as received, less secrets; `records` how many rows or posts it holds;
    `next_cursor` is the source's opaque place of the next page, None after the last one. The same
    cursor may come twice (Instagram): only None and a page cap end a query.
    """

    source: str
    query: Query
    cursor: str | None
    body: str
    records: int
    next_cursor: str | None
    notes: Mapping[str, str] = field(default_factory=dict)


class DocumentSource(Protocol):
    """A source with its own way to page. `name` is ASCII and names its raw documents ("naver_blog")."""

    @property
    def name(self) -> str:
        """ASCII name of the source."""
        ...

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        """One page; `cursor` None asks for the first. An empty answer is a page without records.

        Raises RateLimited and Unavailable (retries inside have not helped: go on later),
        QuotaExhausted (stop until the quota's day ends), Rejected (credentials or request are wrong:
        alarm) and BadReply (what came can't be read).
        """
        ...


class HashtagSource(DocumentSource, Protocol):
    """Posts by hashtag. Its `fetch` takes the id that `find_hashtag` gave."""

    async def find_hashtag(self, tag: str) -> str | None:
        """The id of a tag (without #), which never changes; None when no such tag exists. A call takes
        one of the account's 30 tags in 7 days, unless the tag was asked within them. Raises as `fetch`."""
        ...

    async def used_hashtags(self) -> frozenset[str]:
        """Ids of the tags that the account asked for in the last 7 days. Raises as `fetch`."""
        ...
