"""Asks a language model for the events in posts, and believes of its answer only what the posts say.

Posts stand in one JSON document inside `<data>`, in which nothing can close the block. What comes back is checked word
by word and number by number against the post that it is about: a fact that is not in the post is dropped, and so
nothing but facts leaves the block, whatever a post or the model says.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from shopevents.domain.errors import BadReply
from shopevents.domain.industries import classify_industry
from shopevents.domain.money import find_amounts
from shopevents.domain.near_duplicates import comparable
from shopevents.domain.plan_prompts import escaped_json
from shopevents.domain.post_events import PostEvent, region_in
from shopevents.domain.post_mechanics import all_mechanics, event_type_of, participation_of
from shopevents.domain.post_numbers import Numbers, find_numbers
from shopevents.domain.post_prizes import LONGEST_PRIZE, canonical_prize
from shopevents.domain.post_text import PostText, read_text, signs
from shopevents.domain.post_times import find_occasion, find_when
from shopevents.domain.post_trades import find_trade
from shopevents.domain.posts import Post
from shopevents.domain.regions import resolve_region
from shopevents.domain.seasons import When, parse_when, season_of
from shopevents.domain.shops import Region, Trade
from shopevents.domain.texts import cut_text
from shopevents.domain.vocabulary import EventType, Mechanic
from shopevents.prompts.files import extraction_rules, extraction_schema, extraction_template

POSTS_PER_CALL = 12
"""So many excerpts take some 3,000 tokens; an answer about more of them is more often cut or mixed up."""

SHOWN_CHARACTERS = 1_200
"""Of each post."""

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MOST_NUMBERS = 10_000_000


class Claim(BaseModel):
    """What the model says of post number `no`. Nothing of it is believed yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    no: int
    mechanic: Mechanic
    type: EventType | None = None
    prize: str | None = None
    trade: str | None = None
    place: str | None = None
    month: int | None = None
    cost: int | None = None
    people: int | None = None
    roi: float | None = None


def rules_text() -> str:
    """The stable part of the prompt."""
    return extraction_rules()


def posts_text(posts: Sequence[Post]) -> str:
    """The part with the posts, numbered from 1, without what speaks to a machine and without control characters."""
    shown = []
    for number, post in enumerate(posts, start=1):
        text = read_text(post)
        shown.append({"no": number, "title": text.title, "text": cut_text(text.body, SHOWN_CHARACTERS)})
    return extraction_template().substitute(data=escaped_json({"posts": shown}))


def answer_schema() -> dict[str, Any]:
    """The JSON schema of the answer."""
    return dict(extraction_schema())


def claims_in(answer: Any, posts: int) -> dict[int, Claim]:
    """The claims by the number of their post; of several about one post the first. What is no claim, or about no
    post, is left out. Raises BadReply for an answer of another shape."""
    events = answer.get("events") if isinstance(answer, Mapping) else None
    if not isinstance(events, list):
        raise BadReply("claude", "the answer has no events")
    claims: dict[int, Claim] = {}
    for event in events:
        try:
            claim = Claim.model_validate(event)
        except ValidationError:
            continue
        if 1 <= claim.no <= posts:
            claims.setdefault(claim.no, claim)
    return claims


def verified(post: Post, claim: Claim) -> PostEvent | None:
    """The event, with those of the claimed facts that the post states; None where it states neither the prize nor the
    mechanic. What a rule reads for certain (region, month, numbers) fills what was not claimed, or not rightly."""
    text = read_text(post)
    prize = _prize(claim.prize, text)
    if prize is None and claim.mechanic not in all_mechanics(text.whole):
        return None
    return PostEvent(
        mechanic=claim.mechanic,
        participation=participation_of(claim.mechanic, text.whole),
        prize=prize,
        event_type=claim.type or event_type_of(claim.mechanic, text.whole),
        occasion=find_occasion(text.whole),
        when=_when(claim.month, text, post),
        numbers=_numbers(claim, text),
        trade=_trade(claim.trade, text) or find_trade(text.title, text.body, prize),
        region=_region(claim.place, text) or region_in(text),
        sponsored=text.sponsored,
    )


def _says(text: PostText, words: str | None) -> bool:
    """Whether the post has these words, whatever its spaces and marks."""
    letters = comparable(words or "")
    return bool(letters) and letters in comparable(text.whole)


def _prize(prize: str | None, text: PostText) -> str | None:
    if prize is None or not _says(text, prize) or signs("instructions").search(prize):
        return None
    return cut_text(canonical_prize(" ".join(prize.split())), LONGEST_PRIZE) if len(prize) <= LONGEST_PRIZE else None


def _trade(word: str | None, text: PostText) -> Trade | None:
    return classify_industry(word) if word and _says(text, word) else None


def _region(place: str | None, text: PostText) -> Region | None:
    return resolve_region(place).region if place and _says(text, place) else None


def _when(month: int | None, text: PostText, post: Post) -> When:
    """The claimed month where a sentence of the post has it; else what the rules read."""
    said = {parse_when(sentence).month for sentence in (text.title, *text.sentences)}
    said |= {int(number) for number in re.findall(r"(?<!\d)(1[0-2]|[1-9])\s?월", text.whole)}
    if month is not None and month in said:
        return When(season_of(month), month)
    return find_when(text.title, text.sentences, post.posted_on)


def _numbers(claim: Claim, text: PostText) -> Numbers:
    """Claimed numbers that stand in the post, as amounts of money or as numbers."""
    ruled = find_numbers((text.title, *text.sentences))
    sums = {money.point for money in find_amounts(text.whole)}
    figures = {float(number.replace(",", "")) for number in _NUMBER.findall(text.whole)}
    people = claim.people if claim.people in figures and 0 <= (claim.people or 0) <= _MOST_NUMBERS else None
    return Numbers(
        cost=claim.cost if claim.cost is not None and claim.cost in sums else ruled.cost,
        participants=people if people is not None else ruled.participants,
        roi=ruled.roi,
    )
