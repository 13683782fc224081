"""A post's words, cleaned and cut into sentences, without those that speak to a machine."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from shopevents.catalog.files import read_toml
from shopevents.domain.posts import Post
from shopevents.domain.texts import clean_text

_READ_CHARACTERS = 3_000
"""Of a post's text so much is read: more than an Instagram caption can hold."""

_LINE_END = re.compile(r"[\r\n]+|<br\s*/?>|[\u2022\u25aa-\u25ff\u2460-\u2473\u2600-\u27bf\U0001f300-\U0001faff]+")
_SPONSOR_TAG = re.compile(r"[\[(【<]\s?(?:협찬|광고|체험단|제공|AD|ad|유료\s?광고)[^\])】>]{0,10}[\])】>]")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…~}\]>])\s+|\s[|/]\s|(?<=[요다죠음함됨])\s(?=[^\s])(?![가-힣]{0,2}(?:습니다|어요))"
)


@dataclass(frozen=True)
class PostText:
    """What a post says. `title` and `sentences` are cleaned, without those that speak to a machine or of pay;
    `sponsored`: the title or the beginning says that the post was paid for."""

    title: str
    sentences: tuple[str, ...]
    sponsored: bool

    @cached_property
    def body(self) -> str:
        """All sentences."""
        return " ".join(self.sentences)

    @cached_property
    def whole(self) -> str:
        """Title and body; a full stop keeps words of the two apart."""
        return f"{self.title}. {self.body}".strip(". ")


def read_text(post: Post) -> PostText:
    """The post's words. Never raises, whatever the post holds."""
    lines = [clean_text(line) for line in _LINE_END.split(post.text[:_READ_CHARACTERS])]
    sentences = _harmless(sentence for line in lines for sentence in _SENTENCE_END.split(line))
    title = _harmless([_SPONSOR_TAG.sub(" ", clean_text(post.title[:_READ_CHARACTERS]))])
    limit = read_toml("curation/signs.toml")["sponsored_in_first"]
    beginning = f"{clean_text(post.title[:_READ_CHARACTERS])} {' '.join(lines)[:limit]}"
    return PostText(title=" ".join(title), sentences=tuple(sentences), sponsored=admits_pay(beginning))


def admits_pay(text: str) -> bool:
    """Whether a title or sentence says that the post was paid for ("체험단을 모집해요" does not)."""
    return bool(signs("sponsored").search(signs("not_sponsored").sub(" ", text)))


@cache
def signs(name: str) -> re.Pattern[str]:
    """A list of `catalog/curation/signs.toml` as one pattern."""
    return re.compile("|".join(f"(?:{sign})" for sign in read_toml("curation/signs.toml")[name]), re.IGNORECASE)


def _harmless(sentences: Iterable[str]) -> list[str]:
    kept = [text for sentence in sentences if (text := sentence.strip()) and not signs("instructions").search(text)]
    return [text for text in kept if not admits_pay(text)]
