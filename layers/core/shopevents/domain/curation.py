"""A source's reply becomes posts, cases and what is set aside; an extracted event becomes a case to be admitted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from shopevents.domain.blocked_sites import is_blocked
from shopevents.domain.cases import Case
from shopevents.domain.links import canonical_link
from shopevents.domain.near_duplicates import comparable, facts_of
from shopevents.domain.post_events import PostEvent, case_of
from shopevents.domain.posts import CATALOG, INSTAGRAM, NAVER_BLOG, Post, Reason, SetAside, instagram_posts, naver_posts
from shopevents.domain.vocabulary import Provenance

_MOST_DETAIL = 120


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply holds: posts to be read, cases that are cases already, and what can be neither."""

    posts: tuple[Post, ...] = ()
    cases: tuple[Case, ...] = ()
    aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparable:
    """A case, with the letters and the facts of its text, by which duplicates are found."""

    case: Case
    letters: str
    facts: frozenset[str]


def parse_body(source: str, body: str) -> Any | SetAside:
    """The JSON of a reply's body."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return SetAside(Reason.NOT_JSON, {"source": source})


def read_reply(source: str, reply: Any) -> Reading:
    """Reads a reply by its source's shape. Posts of blocked sites, without a link, or too long are set aside; an
    unknown source is one thing set aside. Never raises."""
    if source == CATALOG:
        return _catalog(reply)
    read = _READERS.get(source)
    if read is None:
        return Reading(aside=(SetAside(Reason.UNKNOWN_SOURCE, {"source": source[:_MOST_DETAIL]}),))
    found = [_allowed(one) for one in read(reply)]
    return Reading(
        posts=tuple(one for one in found if isinstance(one, Post)),
        aside=tuple(one for one in found if isinstance(one, SetAside)),
    )


def case_in(post: Post, event: PostEvent | None) -> Comparable | SetAside:
    """The case of a post's event, or why there is none."""
    record = where(post)
    if event is None:
        return SetAside(Reason.NO_SHOP_EVENT, record)
    try:
        case = case_of(post, event)
    except ValidationError as error:
        return SetAside(Reason.NOT_A_CASE, record, _fields(error))
    if case is None:
        return SetAside(Reason.TRADE_UNKNOWN, record)
    text = f"{post.title} {post.text}"
    return Comparable(case, comparable(text), facts_of(text, case))


def packaged(case: Case) -> Comparable:
    """A case that came as one. It is compared by its own words."""
    text = " ".join(filter(None, (case.title, case.prize, case.participation)))
    return Comparable(case, comparable(text), facts_of(text, case))


def where(post: Post) -> Mapping[str, Any]:
    """Where a post is, without a word of it."""
    return {"source": post.source, "link": canonical_link(post.link) or ""}


def _allowed(one: Post | SetAside) -> Post | SetAside:
    if isinstance(one, Post) and is_blocked(canonical_link(one.link) or "", one.author):
        return SetAside(Reason.BLOCKED_SITE, where(one))
    return one


def _catalog(reply: Any) -> Reading:
    rows = reply.get("cases") if isinstance(reply, Mapping) else reply
    if not isinstance(rows, list):
        return Reading(aside=(SetAside(Reason.UNKNOWN_SHAPE, {"source": CATALOG}, "no list of cases"),))
    cases: list[Case] = []
    aside: list[SetAside] = []
    for place, row in enumerate(rows):
        try:
            cases.append(Case.model_validate(row))
        except ValidationError as error:
            aside.append(SetAside(Reason.NOT_A_CASE, {"source": CATALOG, "place": place}, _fields(error)))
    return Reading(cases=tuple(cases), aside=tuple(aside))


def _fields(error: ValidationError) -> str:
    named = {".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False, include_url=False)}
    return f"wrong {', '.join(sorted(named - {''})) or 'as a whole'}"[:_MOST_DETAIL]


_READERS: Mapping[str, Callable[[Any], list[Post | SetAside]]] = {
    NAVER_BLOG: naver_posts,
    INSTAGRAM: instagram_posts,
}


def illustrative(one: Comparable) -> Comparable:
    """The same from a recorded reply: an example without a link, an outcome or anything else that would claim that it
    happened."""
    changes = {"provenance": Provenance.ILLUSTRATIVE, "url": None, "outcome": None}
    return replace(one, case=one.case.model_copy(update=changes))
