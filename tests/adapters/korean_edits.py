"""Edits as people make them when they copy a post, and changes that make another event of it."""

import random
import re
from collections.abc import Callable

_PARTICLES = (("에서", "서"), ("을 ", " "), ("를 ", " "), ("은 ", "이 "), ("는 ", "가 "), ("께 ", "에게 "), ("하시면", "하면"), ("드려요", "드립니다"),
              ("드립니다", "드려요"), ("합니다", "해요"), ("입니다", "이에요"), ("해 주세요", "해주세요"), ("에는 ", "엔 "))  # fmt: skip
_PRIZE_WORDS = (
    ("아메리카노", "아아"),
    ("1잔", "한 잔"),
    ("한 잔", "1잔"),
    ("무료로", "공짜로"),
    ("증정", "선물"),
    ("쿠폰", "쿠폰권"),
    ("1개를", "하나를"),
    ("서비스로", "덤으로"),
)
_EMOJI = ("🎉", "☕", "😊", "✨", "❤️", "👍", "🍀", "~", "!!", "ㅎㅎ")
_SYLLABLES = "가나다라마바사아자하거너더러머버서어저허고노도로모보소오조호구누두루무부수우주후기니디리미비시이지히"


def typo(text: str, chance: random.Random) -> str:
    """One syllable becomes another, is left out, or is doubled. Digits stay."""
    places = [place for place, letter in enumerate(text) if "가" <= letter <= "힣"]
    place = chance.choice(places)
    kind = chance.randrange(3)
    new = ("", text[place] * 2, chance.choice(_SYLLABLES))[kind]
    return text[:place] + new + text[place + 1 :]


def spacing(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for _ in range(max(1, len(words) // 5)):
        if len(words) > 2:
            place = chance.randrange(len(words) - 1)
            words[place : place + 2] = [words[place] + words[place + 1]]
    return " ".join(words)


def emoji(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for _ in range(3):
        words.insert(chance.randrange(len(words) + 1), chance.choice(_EMOJI))
    return " ".join(words)


def particles(text: str, chance: random.Random) -> str:
    found = [pair for pair in _PARTICLES if pair[0] in text]
    for old, new in chance.sample(found, min(3, len(found))):
        text = text.replace(old, new, 1)
    return text


def prize_wording(text: str, chance: random.Random) -> str:
    found = [pair for pair in _PRIZE_WORDS if pair[0] in text]
    for old, new in chance.sample(found, min(2, len(found))):
        text = text.replace(old, new, 1)
    return text


def reordered(text: str, chance: random.Random) -> str:
    sentences = re.split(r"(?<=[.!?요다])\s+", text)
    chance.shuffle(sentences)
    return " ".join(sentences)


def lead_in(text: str, chance: random.Random) -> str:
    return chance.choice(["안녕하세요! ", "좋은 소식이에요. ", "[공유] ", "퍼왔어요 : "]) + text


EDITS: tuple[Callable[[str, random.Random], str], ...] = (
    typo,
    spacing,
    emoji,
    particles,
    prize_wording,
    reordered,
    lead_in,
)


def edited(text: str, chance: random.Random) -> str:
    """One to three kinds of edits, and up to two typos."""
    for edit in chance.sample(EDITS, chance.randint(1, 3)):
        text = edit(text, chance)
    return typo(text, chance) if chance.random() < 0.3 else text


def another_event(text: str, chance: random.Random) -> str | None:
    """The same shop, or the same format elsewhere: one fact is another. None where the text has none to change."""
    changes = [
        change
        for change in (_other_percent, _other_month, _other_prize, _other_place, _other_sum)
        if change(text, chance)
    ]
    return chance.choice(changes)(text, chance) if changes else None


def _other_percent(text: str, chance: random.Random) -> str | None:
    return _changed(text, r"(\d{1,2})(?=\s?%)", lambda old: str((int(old) + chance.choice([5, 10, 20])) % 90 + 5))


def _other_month(text: str, chance: random.Random) -> str | None:
    return _changed(text, r"(\d{1,2})(?=월)", lambda old: str((int(old) + chance.randint(1, 10)) % 12 + 1))


def _other_sum(text: str, chance: random.Random) -> str | None:
    return _changed(text, r"(\d[\d,]*)(?=원\s?할인)", lambda old: f"{int(old.replace(',', '')) + 500:,}")


def _other_prize(text: str, chance: random.Random) -> str | None:
    goods = ("아메리카노", "쿠키", "꽃다발", "에코백", "마카롱", "떡볶이", "치즈볼", "딸기라떼", "조식")
    for name in goods:
        if name in text:
            return text.replace(name, chance.choice([other for other in goods if other != name]))
    return None


def _other_place(text: str, chance: random.Random) -> str | None:
    places = (
        "홍대",
        "해운대",
        "동성로",
        "둔산동",
        "연남동",
        "서면",
        "관악구",
        "수원",
        "전주",
        "강릉",
        "천안",
        "순천",
        "포항",
        "여수",
        "마포구",
        "인천",
        "대구",
    )
    for name in places:
        if name in text:
            other = chance.choice(
                [
                    place
                    for place in ("춘천", "목포", "원주", "청주", "거제", "속초", "경주", "노원구", "안양")
                    if place != name
                ]
            )
            return text.replace(name, other)
    return None


def _changed(text: str, pattern: str, new: Callable[[str], str]) -> str | None:
    found = re.search(pattern, text)
    if not found:
        return None
    other = new(found[1])
    return (
        None
        if other in re.findall(r"\d+", text)
        else re.sub(rf"(?<!\d){re.escape(found[1])}(?={pattern.partition('(?=')[2]}", other, text)
    )
