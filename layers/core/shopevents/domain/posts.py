"""Posts as sources give them: a blog search's hit, an Instagram medium."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from shopevents.domain.crawls import SEOUL
from shopevents.domain.links import canonical_link

NAVER_BLOG, INSTAGRAM, CATALOG = "naver_blog", "instagram", "catalog"
LONGEST_TEXT = 20_000
"""Characters. An Instagram caption has at most 2,200, a blog search's excerpt some 150: what is longer is no post."""

# What the columns of the table hold.
_MOST_REACTIONS = 2_147_483_647
_MATCH_MARK = re.compile(r"</?b>", re.IGNORECASE)


class Reason(StrEnum):
    """Why something of a reply became no case. `is_failure`: kept in quarantine, for a better reader."""

    NOT_JSON = "not_json"
    NOT_A_DOCUMENT = "not_a_document"
    TOO_LARGE = "too_large"
    UNKNOWN_SOURCE = "unknown_source"
    ERROR_REPLY = "error_reply"
    UNKNOWN_SHAPE = "unknown_shape"
    NOT_A_POST = "not_a_post"
    NO_LINK = "no_link"
    NOT_A_CASE = "not_a_case"
    TRADE_UNKNOWN = "trade_unknown"
    BLOCKED_SITE = "blocked_site"
    NO_SHOP_EVENT = "no_shop_event"
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near_duplicate"

    @property
    def is_failure(self) -> bool:
        """Whether somebody may have to look: most posts hold no event, and duplicates are no loss."""
        return self not in {Reason.NO_SHOP_EVENT, Reason.DUPLICATE, Reason.NEAR_DUPLICATE}


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `title` and `text` are as received, less the search's own marks; `posted_on` is the day in
    Asia/Seoul; `likes` and `comments` are null where the source leaves them out."""

    source: str
    link: str
    title: str
    text: str
    posted_on: date | None = None
    author: str = ""
    likes: int | None = None
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that became no case. `record` says where it is, never what it said: a link, a place in the reply."""

    reason: Reason
    record: Mapping[str, Any]
    detail: str = ""

    @property
    def sentence(self) -> str:
        """The reason, with what is known of it: "not_a_post: no link"."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


def naver_posts(reply: Any) -> list[Post | SetAside]:
    """The hits of a blog search. Both hosts of NAVER answer the same body; error bodies differ."""
    return _records(reply, "items", NAVER_BLOG, _naver_post)


def instagram_posts(reply: Any) -> list[Post | SetAside]:
    """The media of a hashtag. One without a caption says nothing, and is left out."""
    found = _records(reply, "data", INSTAGRAM, _instagram_post)
    return [one for one in found if isinstance(one, SetAside) or one.text]


def _records(reply: Any, name: str, source: str, read: Any) -> list[Post | SetAside]:
    if not isinstance(reply, Mapping):
        return [SetAside(Reason.UNKNOWN_SHAPE, {"source": source}, f"a {type(reply).__name__}")]
    if "error" in reply or "errorCode" in reply:
        return [SetAside(Reason.ERROR_REPLY, {"source": source})]
    items = reply.get(name)
    if not isinstance(items, list):
        return [SetAside(Reason.UNKNOWN_SHAPE, {"source": source}, f"no list of {name}")]
    return list(_checked(items, source, read))


def _checked(items: Iterable[Any], source: str, read: Any) -> Iterable[Post | SetAside]:
    for place, item in enumerate(items):
        record = {"source": source, "place": place}
        if not isinstance(item, Mapping):
            yield SetAside(Reason.NOT_A_POST, record, f"a {type(item).__name__}")
            continue
        post: Post = read(item)
        link = canonical_link(post.link)
        if link is None:
            yield SetAside(Reason.NO_LINK, record)
        elif len(post.title) + len(post.text) > LONGEST_TEXT:
            yield SetAside(Reason.TOO_LARGE, {**record, "link": link}, f"{len(post.title) + len(post.text)} characters")
        else:
            yield post


def _naver_post(item: Mapping[str, Any]) -> Post:
    return Post(
        source=NAVER_BLOG,
        link=_text(item, "link"),
        title=_MATCH_MARK.sub("", _text(item, "title")),
        text=_MATCH_MARK.sub("", _text(item, "description")),
        posted_on=_day(_text(item, "postdate"), "%Y%m%d"),
        author=_text(item, "bloggername"),
    )


def _instagram_post(item: Mapping[str, Any]) -> Post:
    return Post(
        source=INSTAGRAM,
        link=_text(item, "permalink"),
        title="",
        text=_text(item, "caption"),
        posted_on=_day(_text(item, "timestamp"), "%Y-%m-%dT%H:%M:%S%z"),
        likes=_count(item.get("like_count")),
        comments=_count(item.get("comments_count")),
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_REACTIONS
    return value if is_count else None


def _day(text: str, form: str) -> date | None:
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - a postdate has no time; it is a day in Asia/Seoul
    except ValueError:
        return None
    return moment.astimezone(SEOUL).date() if moment.tzinfo else moment.replace(tzinfo=UTC).date()
