"""The shop event that a post states, as facts: read by rules, in words of our own, and what becomes a case of it."""

import re
from dataclasses import dataclass, field

from shopevents.domain.cases import Case
from shopevents.domain.links import canonical_link, case_id_of
from shopevents.domain.post_mechanics import event_type_of, find_mechanic, participation_of
from shopevents.domain.post_numbers import Numbers, find_numbers
from shopevents.domain.post_prizes import find_prize
from shopevents.domain.post_text import PostText, read_text, signs
from shopevents.domain.post_times import find_occasion, find_when
from shopevents.domain.post_trades import find_trade, tagged_places
from shopevents.domain.posts import Post
from shopevents.domain.regions import resolve_region
from shopevents.domain.seasons import When
from shopevents.domain.shops import Region, Trade
from shopevents.domain.texts import cut_text
from shopevents.domain.vocabulary import EventType, Mechanic, Provenance

LONGEST_TITLE = 30

_PROMOTION = re.compile(r"이벤트|EVENT|콘테스트|행사|프로모션|세일|기념|해피\s?아워|진행")
# They need a prize or a word of promotion beside them: a visitor's coupon or discount is no event yet.
_EVERYDAY = frozenset({Mechanic.GIFT_WITH_PURCHASE, Mechanic.DISCOUNT, Mechanic.COUPON, Mechanic.LUCKY_DRAW})
_NOUNS = {
    Mechanic.FOLLOW: "팔로우 이벤트",
    Mechanic.REVIEW: "후기 이벤트",
    Mechanic.PHOTO: "인증 이벤트",
    Mechanic.QUIZ: "퀴즈 이벤트",
    Mechanic.STAMP_CARD: "도장 적립",
    Mechanic.COUPON: "쿠폰 이벤트",
    Mechanic.DISCOUNT: "할인 행사",
    Mechanic.GIFT_WITH_PURCHASE: "증정 행사",
    Mechanic.LUCKY_DRAW: "추첨 이벤트",
    Mechanic.REFERRAL: "소개 이벤트",
    Mechanic.INFLUENCER: "체험단 모집",
    Mechanic.VIP_INVITATION: "단골 초대",
    Mechanic.CLASS: "클래스",
    Mechanic.TASTING: "시식 행사",
    Mechanic.GROUP_DISCOUNT: "단체 혜택",
    Mechanic.SEASONAL_SET: "한정 세트",
    Mechanic.COLLABORATION: "함께하는 이벤트",
    Mechanic.DONATION: "기부 행사",
}


@dataclass(frozen=True, slots=True)
class PostEvent:
    """What a post states of a shop's event. Null where it does not say. Only facts, and the product's own
    words for how to take part."""

    mechanic: Mechanic
    participation: str
    prize: str | None = None
    event_type: EventType | None = None
    occasion: str | None = None
    when: When = field(default_factory=When)
    numbers: Numbers = field(default_factory=Numbers)
    trade: Trade | None = None
    region: Region | None = None
    sponsored: bool = False


def event_in(post: Post) -> PostEvent | None:
    """The shop event that the post states, by rules; None where it states none. Never raises."""
    text = read_text(post)
    found = find_mechanic(text.whole)
    if found is None or signs("vetoes").search(text.whole):
        return None
    prize = find_prize(text.title, text.sentences)
    trade = find_trade(text.title, text.body, prize)
    if not _states_event(text, found.mechanic, prize, trade):
        return None
    return PostEvent(
        mechanic=found.mechanic,
        participation=participation_of(found.mechanic, text.whole),
        prize=prize,
        event_type=event_type_of(found.mechanic, text.whole),
        occasion=find_occasion(text.whole),
        when=find_when(text.title, text.sentences, post.posted_on),
        numbers=find_numbers((text.title, *text.sentences)),
        trade=trade,
        region=region_in(text),
        sponsored=text.sponsored,
    )


def region_in(text: PostText) -> Region | None:
    """Where the shop is: by the whole post, or by its title where the whole names several places. Null where open."""
    for words in (f"{text.whole} {' '.join(tagged_places(text.whole))}", text.title):
        if region := resolve_region(words).region:
            return region
    return None


def case_of(post: Post, event: PostEvent, place: int = 0) -> Case | None:
    """The case; its title is composed, the post's own is not copied. Null where the trade is not known: such a
    case could ground no plan. The post's link must be a web address."""
    link = canonical_link(post.link)
    if event.trade is None or link is None:
        return None
    return Case(
        case_id=case_id_of(post.source, link, place),
        title=_title(event),
        prize=event.prize,
        participation=event.participation,
        mechanic=event.mechanic,
        event_type=event.event_type,
        industry=event.trade.category,
        business_type=event.trade.word if event.trade.code else None,
        city=event.region.city if event.region else None,
        district=event.region.district if event.region else None,
        season=event.when.season,
        month=event.when.month,
        cost=event.numbers.cost,
        participants=event.numbers.participants,
        roi=event.numbers.roi,
        provenance=Provenance.PUBLISHED,
        url=link,
        sponsored=event.sponsored,
        likes=post.likes,
        comments=post.comments,
    )


def _states_event(text: PostText, mechanic: Mechanic, prize: str | None, trade: Trade | None) -> bool:
    if not signs("frames").search(text.whole) or not (trade or signs("shops").search(text.whole)):
        return False
    return mechanic not in _EVERYDAY or prize is not None or bool(_PROMOTION.search(text.whole))


def _title(event: PostEvent) -> str:
    trade = event.trade.word if event.trade and event.trade.code else ""
    return cut_text(" ".join(filter(None, [trade, event.occasion, _NOUNS[event.mechanic]])), LONGEST_TITLE)
