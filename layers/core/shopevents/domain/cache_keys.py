"""The typed keys of the three cache levels, each with everything that its value depends on.

All keys of one industry and place carry the same hash tag (`{음식점|서울|강남구}`), so that a Redis Cluster
keeps them on one node and one MGET reads them together. City and district both stand in it: 중구 is in
five cities. The generation is not in the key but in the value (`cached_values`): renewing it is O(1).
"""

from dataclasses import dataclass
from typing import Self

from shopevents.domain.answers import Question
from shopevents.domain.vocabulary import IndustryCategory, Purpose, Season

# Raised when a stored value's form changes, so that old and new containers don't read each other's.
KEY_VERSION = 2

_NOTHING = "~"
_ESCAPED = str.maketrans({char: f"%{ord(char):02X}" for char in "%~|{}"})


@dataclass(frozen=True, slots=True)
class Topic:
    """What all three levels depend on.

    `code` is that of the classified 업종, null where none was found; `word` is what plans call the trade: one
    spelling of a known word, so that they are few, or else the owner's own cleaned one.
    """

    industry: IndustryCategory
    code: str | None
    word: str
    city: str
    district: str | None
    season: Season
    month: int

    @classmethod
    def of(cls, question: Question) -> Self:
        """The topic of a question."""
        trade = question.trade
        return cls(
            industry=trade.category,
            code=trade.code,
            word=trade.word,
            city=question.region.city,
            district=question.region.district,
            season=question.season,
            month=question.month,
        )

    def key(self, level: str, *rest: str) -> str:
        """The key's text. Injective: different parts never give the same text."""
        tag = "|".join(_escape(part) for part in (self.industry, self.city, self.district))
        parts = (self.code, self.word, self.season, str(self.month), *rest)
        return f"{level}:{KEY_VERSION}:{{{tag}}}:" + "|".join(_escape(part) for part in parts)


@dataclass(frozen=True, slots=True)
class ResultKey:
    """Six plans: they depend on the topic, the purpose, the prompt, and the embedder that found the cases."""

    topic: Topic
    purpose: Purpose
    prompt_variant: str
    embedder: str

    def __str__(self) -> str:
        return self.topic.key("result", self.purpose, self.prompt_variant, self.embedder)


@dataclass(frozen=True, slots=True)
class CasesKey:
    """Similar cases: no prompt was involved."""

    topic: Topic
    purpose: Purpose
    embedder: str

    def __str__(self) -> str:
        return self.topic.key("cases", self.purpose, self.embedder)


@dataclass(frozen=True, slots=True)
class TrendsKey:
    """Trends: they speak of trade, place and season, whatever the owner wants to reach."""

    topic: Topic
    prompt_variant: str

    def __str__(self) -> str:
        return self.topic.key("trends", self.prompt_variant)


@dataclass(frozen=True, slots=True)
class CacheKeys:
    """The keys of one question, in the order in which one MGET reads them."""

    result: ResultKey
    cases: CasesKey
    trends: TrendsKey

    @classmethod
    def of(cls, question: Question, *, prompt_variant: str, embedder: str) -> Self:
        """All three keys."""
        topic = Topic.of(question)
        return cls(
            result=ResultKey(topic, question.purpose, prompt_variant, embedder),
            cases=CasesKey(topic, question.purpose, embedder),
            trends=TrendsKey(topic, prompt_variant),
        )

    def texts(self) -> tuple[str, str, str]:
        """Result, cases, trends as text."""
        return str(self.result), str(self.cases), str(self.trends)


def _escape(part: str | None) -> str:
    return _NOTHING if part is None else part.translate(_ESCAPED)
