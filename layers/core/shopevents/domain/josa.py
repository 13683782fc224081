"""Korean particles (조사) that agree with the word before them, and templates that use them."""

import re
import string
from collections.abc import Mapping
from functools import cache
from typing import Any

_HANGUL_FIRST, _HANGUL_LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8  # the index of ㄹ among the finals of a Hangul syllable

# How the last digit of a number is read: 영 일 이 삼 사 오 육 칠 팔 구; the final consonant decides.
_DIGIT_READINGS = {
    "0": "영", "1": "일", "2": "이", "3": "삼", "4": "사",
    "5": "오", "6": "육", "7": "칠", "8": "팔", "9": "구",
}  # fmt: skip
_ROUND_READINGS = {1: "십", 2: "백", 3: "천", 4: "만", 5: "만", 6: "만", 7: "만", 8: "억"}

# Letters whose Korean names end in a consonant (엘, 엠, 엔, 알), and endings of Latin words read with one.
_LETTER_READINGS = {"l": "엘", "m": "엠", "n": "엔", "r": "알"}
_WORD_ENDINGS = {"l": "을", "m": "음", "n": "은", "g": "응", "k": "윽", "p": "읍", "b": "읍", "t": "읏", "c": "윽"}
_SIGNS = {"%": "트", "℃": "도", "+": "스", "㎡": "터"}

# Each particle by either of its forms: (after a consonant, after a vowel).
_PAIRS = (("을", "를"), ("이", "가"), ("은", "는"), ("과", "와"), ("으로", "로"), ("이나", "나"), ("이라", "라"),
          ("이며", "며"), ("이에요", "예요"), ("이란", "란"), ("이랑", "랑"), ("이든", "든"), ("이면", "면"))  # fmt: skip
_PARTICLES: dict[str, tuple[str, str]] = {form: pair for pair in _PAIRS for form in pair}

_TAIL = re.compile(r"[\s\"'”’)\]}》」』.,!?·…~\-]+$")


def final_of(word: str) -> int:
    """The final consonant that `word` is read with: 0 for none, 8 for ㄹ, else another index of 종성."""
    tail = _TAIL.sub("", word)
    reading = _reading_of(tail[-1:], tail)
    code = ord(reading) if reading else 0
    return (code - _HANGUL_FIRST) % _FINALS if _HANGUL_FIRST <= code <= _HANGUL_LAST else 0


def _reading_of(last: str, word: str) -> str:
    """The syllable whose final consonant decides: of a digit, a letter or a sign, its Korean reading."""
    if last.isdigit():
        return _number_reading(word)
    if last.isascii() and last.isalpha():
        acronym = word[-2:].isupper()
        return (_LETTER_READINGS if acronym else _WORD_ENDINGS).get(last.lower(), "")
    return _SIGNS.get(last, last)


def _number_reading(word: str) -> str:
    digits = re.sub(r"[^0-9]", "", word[-12:])
    zeros = len(digits) - len(digits.rstrip("0"))
    if zeros and zeros < len(digits):
        return _ROUND_READINGS.get(zeros, "억")
    return _DIGIT_READINGS[digits[-1]] if digits else ""


def particle(word: str, form: str) -> str:
    """The right form of a particle after `word`; `form` is either of its forms ("을" or "를").

    (으)로 takes 로 after ㄹ. An unknown particle raises KeyError: it is a typing error in a template.
    """
    after_consonant, after_vowel = _PARTICLES[form]
    final = final_of(word)
    if after_consonant == "으로" and final == _RIEUL:
        return after_vowel
    return after_consonant if final else after_vowel


def with_particle(word: str, form: str) -> str:
    """`word` followed by the particle that agrees with it: ("쿠폰", "를") → "쿠폰을"."""
    return word + particle(word, form)


class _Filler(string.Formatter):
    """Formats "{reward:을}" as the word and its particle; "{reward}" as the word."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(value)
        return with_particle(text, format_spec) if format_spec else text


_FILLER = _Filler()


def fill(template: str, words: Mapping[str, str]) -> str:
    """`template` with its "{name}" and "{name:을}" replaced. Raises KeyError for a missing word."""
    return _FILLER.vformat(template, (), words)


@cache
def names_in(template: str) -> frozenset[str]:
    """Which words a template needs."""
    return frozenset(name for _, name, _, _ in _FILLER.parse(template) if name)
