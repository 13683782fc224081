"""The words of a catalog plan: what templates are filled with, and titles, prizes and steps within their limits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, product
from random import Random

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.josa import fill, names_in
from shopevents.domain.plan_texts import title_key
from shopevents.domain.planning.occasions import moods_of, occasions_for
from shopevents.domain.planning.offers import Offer
from shopevents.domain.planning.playbooks import Playbook, channel_words
from shopevents.domain.plans import PARTICIPATION_MAX, PRIZE_MAX, TITLE_MAX
from shopevents.domain.trade_profiles import TradeProfile, profile_of, spoken_trade
from shopevents.domain.vocabulary import Budget, Season, Slot

_RUN = {Budget.LOW: "3주", Budget.MEDIUM: "5주", Budget.HIGH: "두 달"}
_SEASONS = tuple(Season)
# A gift starts where a visit becomes a fifth dearer than usual; a bigger one at one and a half visits.
_MIN_PAY, _BIG_PAY = 1.2, 1.6
# Below it people say thousands too: 1만 2천 원, but 6만 원.
_SPOKEN_IN_THOUSANDS_BELOW = 20_000


@dataclass(frozen=True, slots=True)
class Wording:
    """The three texts of a plan."""

    title: str
    prize: str
    participation: str


# Fields of a trade's profile that templates use by their own names.
_TRADE_WORDS = (
    "place", "counter", "guest", "regular", "visit", "did", "deal", "group", "slow", "stamp", "stamp_on", "subject",
    "trial", "lesson", "quiz", "cause", "wish", "topic", "kit", "sns",
)  # fmt: skip


def words_for(brief: PlanBrief, profile: TradeProfile, slot: Slot, playbook: Playbook, offer: Offer) -> dict[str, str]:
    """Every word that a template of this playbook may ask for, except those that vary by title."""
    trade = spoken_trade(brief.trade)
    area = brief.region.label.split()[-1]
    words = {
        **channel_words(profile.sns),
        **{name: getattr(profile, name) for name in _TRADE_WORDS},
        "trade": trade,
        "area": area,
        "month": f"{brief.month}월",
        "season": brief.season.value,
        "special": profile.seasonal[_SEASONS.index(brief.season)],
        "subject_or_item": profile.subject or profile.items[0][0],
        "tag": "#" + re.sub(r"[^가-힣A-Za-z0-9]", "", f"{area}{trade}"),
        "run": _RUN[slot.budget],
        "n": f"{offer.count:,}{playbook.unit}",
        "pct": str(offer.pct),
        "min_pay": spoken_amount(round(profile.ticket * _MIN_PAY)),
        "big_pay": spoken_amount(round(profile.ticket * _BIG_PAY)),
    }
    words["reward"] = fill(offer.reward.name, words)
    return words


def spoken_amount(amount: int) -> str:
    """A round amount as owners say it: 12,400 → "1만 2천 원", 58,000 → "6만 원"."""
    step = 1_000 if amount < _SPOKEN_IN_THOUSANDS_BELOW else 10_000
    rounded = round(amount / step) * step
    tens, thousands = divmod(rounded, 10_000)
    parts = [f"{tens:,}만" if tens else "", f"{thousands // 1_000}천" if thousands else ""]
    return " ".join(part for part in parts if part) + " 원"


@dataclass(frozen=True, slots=True)
class Variants:
    """Words that may differ from title to title within a brief, in the order of preference."""

    occasions: tuple[str, ...]
    items: tuple[str, ...]
    partners: tuple[str, ...]

    def first(self) -> dict[str, str]:
        """The preferred words."""
        return {"occ": self.occasions[0], "item": self.items[0], "partner": self.partners[0]}


def variants_for(brief: PlanBrief, chance: Random) -> Variants:
    """Occasions, items and partners in an order that differs from brief to brief."""
    profile = profile_of(brief.trade)
    occasions = [occasion.title for occasion in occasions_for(brief.month, profile.tags)]
    moods = list(moods_of(brief.month))
    for options in (occasions, moods):
        chance.shuffle(options)
    items = [name for name, _ in profile.items]
    partners = list(profile.partners) or ["이웃 가게"]
    chance.shuffle(items)
    chance.shuffle(partners)
    mixed = [title for pair in zip(occasions, moods, strict=False) for title in pair]
    rest = [title for title in (*occasions, *moods) if title not in mixed]
    return Variants((*mixed, *rest), tuple(items), tuple(partners))


@dataclass(slots=True)
class Taken:
    """What a set has used up: titles never come twice, first words and occasions rather not."""

    titles: set[str]
    openings: set[str]

    def add(self, title: str) -> None:
        """Remembers a title that was chosen."""
        self.titles.add(title_key(title))
        self.openings.add(_opening(title))


def _opening(title: str) -> str:
    return title.split(maxsplit=1)[0]


def write_plan(
    playbook: Playbook,
    words: Mapping[str, str],
    variants: Variants,
    taken: Taken,
    chance: Random,
    costs: tuple[int, int],
) -> Wording:
    """Title, prize and steps. `costs` are 원 for rewards and for the rest."""
    title, chosen = _fresh_title(playbook, words, variants, taken, chance)
    prize = next(
        text for text in (*_filled(playbook.prize, chosen), chosen["reward"][:PRIZE_MAX]) if len(text) <= PRIZE_MAX
    )
    steps = fill(chance.choice(playbook.steps), chosen)
    return Wording(title, prize, _with_budget(steps, playbook, chosen, costs))


def _filled(templates: tuple[str, ...], words: Mapping[str, str]) -> Iterator[str]:
    return (fill(template, words) for template in templates)


def _fresh_title(
    playbook: Playbook, words: Mapping[str, str], variants: Variants, taken: Taken, chance: Random
) -> tuple[str, dict[str, str]]:
    """A title not yet taken, rather one with a new first word; a numbered one when all are."""
    shortest: tuple[str, dict[str, str]] | None = None
    fresh: tuple[str, dict[str, str]] | None = None
    for option in _title_options(playbook, words, variants, chance):
        title = option[0]
        if title_key(title) not in taken.titles:
            fresh = fresh or option
            if _opening(title) not in taken.openings:
                return option
        if shortest is None or len(title) < len(shortest[0]):
            shortest = option
    if fresh:
        return fresh
    return _numbered(shortest or (words["trade"], {**words, **variants.first()}), taken)


def _stutters(title: str) -> bool:
    """Whether a word comes twice: "봄 한정 봄 이불 세트"."""
    words = re.findall(r"[가-힣A-Za-z]+", title)
    return len(set(words)) < len(words)


def _title_options(
    playbook: Playbook, words: Mapping[str, str], variants: Variants, chance: Random
) -> Iterator[tuple[str, dict[str, str]]]:
    """Titles that fit, from every pattern with every occasion, item and partner, from a point that chance sets."""
    choices = list(product(variants.occasions, variants.items, variants.partners))
    patterns = list(playbook.titles)
    chance.shuffle(patterns)
    start = chance.randrange(len(choices))
    for step, pattern in product(range(len(choices)), patterns):
        if step and not names_in(pattern) & {"occ", "item", "partner"}:
            continue
        occasion, item, partner = choices[(start + step) % len(choices)]
        chosen = {**words, "occ": occasion, "item": item, "partner": partner}
        title = fill(pattern, chosen)
        if len(title) <= TITLE_MAX and not _stutters(title):
            yield title, chosen


def _numbered(option: tuple[str, dict[str, str]], taken: Taken) -> tuple[str, dict[str, str]]:
    """The title with the next free number: "… 2탄"."""
    title, chosen = option
    for number in count(2):
        suffix = f" {number}탄"
        numbered = title[: TITLE_MAX - len(suffix)].rstrip() + suffix
        if title_key(numbered) not in taken.titles:
            return numbered, chosen
    raise AssertionError("count() never ends")


def _with_budget(steps: str, playbook: Playbook, words: Mapping[str, str], costs: tuple[int, int]) -> str:
    """Adds how the money is split, where there is room for the sentence."""
    rewards, rest = costs
    label = {"draw": "경품"}.get(playbook.to, "할인 몫" if playbook.reward == "percent" else "제공 혜택")
    extra = fill(playbook.extra, words)
    split = f" 예산은 {label} {spoken_amount(rewards)}, {extra} {spoken_amount(rest)}으로 잡습니다."
    return steps + split if len(steps) + len(split) <= PARTICIPATION_MAX else steps
