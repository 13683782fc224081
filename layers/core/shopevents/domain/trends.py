"""Three Korean sentences on trade, place and season, without a model and without a figure that no fact holds."""

import re
from functools import cache

from shopevents.catalog.files import read_toml
from shopevents.domain.briefs import MarketFact, PlanBrief
from shopevents.domain.josa import fill, with_particle
from shopevents.domain.planning.casting import luck
from shopevents.domain.planning.occasions import occasions_for, weather_of
from shopevents.domain.plans import TRENDS_AIM, Trends
from shopevents.domain.shops import Region
from shopevents.domain.trade_profiles import TradeProfile, profile_of, spoken_trade
from shopevents.domain.vocabulary import Season

# A sentence of our own has between so many characters; one with a fact may be longer, for the fact's sake.
SHORTEST, LONGEST = 70, 130

_PARENTHESIS = re.compile(r"\([^)]*\)$")


def compose_trends(brief: PlanBrief) -> Trends:
    """Sentences for the brief's trade, region and month. A fact of a topic opens its sentence, with its source.

    They don't depend on the purpose, so that the cached ones serve every question on trade and place.
    """
    profile = profile_of(brief.trade)
    words = _words(brief, profile)
    return Trends(
        industry=_sentence("industry", _industry_heads(profile, words), brief, words),
        location=_sentence("location", _location_heads(brief.region, words), brief, words),
        season=_sentence("season", _season_heads(brief, profile, words), brief, words),
    )


def _words(brief: PlanBrief, profile: TradeProfile) -> dict[str, str]:
    return {
        "trade": spoken_trade(brief.trade),
        "area": brief.region.label,
        "query": f"‘{brief.region.label} {spoken_trade(brief.trade)}’",
        "month": f"{brief.month}월",
        "guest": profile.guest,
        "place": profile.place,
        "topic": profile.topic,
        "special": profile.seasonal[tuple(Season).index(brief.season)],
    }


def _industry_heads(profile: TradeProfile, words: dict[str, str]) -> list[str]:
    return [f"{with_particle(words['trade'], '은')} {habit}" for habit in profile.habits]


def _location_heads(region: Region, words: dict[str, str]) -> list[str]:
    return [f"{with_particle(words['area'], '은')} {clause}" for clause in _place_clauses(region)]


@cache
def _place_clauses(region: Region) -> tuple[str, ...]:
    places = read_toml("places.toml")
    name = " ".join(part for part in (region.city, region.district) if part)
    rural = (region.district or "").endswith("군")
    kind = places["place"].get(name) or places["place"].get(region.city) or ("군" if rural else "일반")
    return tuple(places["kind"][kind])


def _season_heads(brief: PlanBrief, profile: TradeProfile, words: dict[str, str]) -> list[str]:
    """With an occasion that concerns the trade, else with what the month is like for everybody."""
    occasions = occasions_for(brief.month, profile.tags)
    heads = [
        f"{words['month']}에는 {with_particle(occasion.event, '을')} 맞아 {occasion.note}" for occasion in occasions
    ]
    return heads or [f"{with_particle(words['month'], '은')} {weather_of(brief.month)}"]


def _sentence(topic: str, heads: list[str], brief: PlanBrief, words: dict[str, str]) -> str:
    """The fact's sentence and a shorter ending, or a head and the ending that makes about 100 characters."""
    tails = [fill(tail, words) for tail in _tails(topic, profile_of(brief.trade))]
    fact = next((fact for fact in brief.market if fact.topic == topic), None)
    if fact:
        return f"{_told(fact)} {_after_fact(topic, tails, words, fact)}"
    options = [f"{_joined(head)} {tail}" for head in heads for tail in tails]
    fitting = [option for option in options if SHORTEST <= len(option) <= LONGEST]
    if not fitting:
        return min(options, key=lambda option: abs(len(option) - TRENDS_AIM))
    return fitting[int(luck(topic, *words.values()) * len(fitting)) % len(fitting)]


def _after_fact(topic: str, tails: list[str], words: dict[str, str], fact: MarketFact) -> str:
    """A short ending that still names what the fact may not: the trade, the place, the month."""
    if topic == "location":
        return tails[0]
    ending = min(tails, key=len)
    if topic == "industry":
        return f"{with_particle(words['trade'], '은')} {ending}"
    return ending if words["month"] in fact.phrase else f"{words['month']}의 {ending}"


def _tails(topic: str, profile: TradeProfile) -> list[str]:
    phrases = read_toml("trend_phrases.toml")
    tails: list[str] = phrases["season_careful" if topic == "season" and profile.sector == "careful" else topic]
    return tails


def _joined(head: str) -> str:
    return head if head.endswith("라") else head + ","


def _told(fact: MarketFact) -> str:
    """The fact as a sentence that names its source; the phrase already names its period."""
    phrase = fact.phrase.strip().rstrip(".")
    if _PARENTHESIS.sub("", phrase).endswith(("다", "요")):
        return f"{phrase}({fact.source})."
    return f"{with_particle(phrase, '으로')} 나타났습니다({fact.source})."
