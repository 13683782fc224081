"""What a text of a plan may look like: cleaning, trimming at a word, and signs of a writer gone wrong."""

import re
import unicodedata

# Below this share of the limit a trimmed text has lost its point, and the plan is replaced instead.
LEAST_KEPT = 0.4
# Hangul's least share among the letters of a text; the rest may be brand-like Latin (SNS, BBQ, PC).
LEAST_HANGUL_SHARE = 0.6
# So many Latin words in a row are a foreign sentence, not a brand.
FOREIGN_RUN = 4

_SPACES = re.compile(r"\s+")
_MARKUP = re.compile(r"\*\*|__|`+|^#+\s+|^[-*•]\s+|^\d+[.)]\s+(?=\D)")
_WRAPPERS = (('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"))
_DANGLING = re.compile(r"[\s,·&+:;/(\[「『~-]+$|\s(및|와|과|또는|그리고|하는|위한|함께|등|더|의|한|단|첫)$")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_LATIN_RUN = re.compile(rf"(?:[A-Za-z][A-Za-z'’.-]*[\s,]+){{{FOREIGN_RUN},}}")

_HANGUL = re.compile("[가-힣ㄱ-ㅣ]+")
# Units and brand-like abbreviations (kg, SNS, VIP) say nothing about the language.
_SHORT_LATIN = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,3}(?![A-Za-z])")

# What a template, a prompt or a broken JSON leaves behind. None of it belongs in a plan for an owner.
_LEFTOVERS = re.compile(
    r"[{}<>\\|]|```|https?://|\"\s*:\s*[\"\d\[]|\"[a-z_]+\"\s*:|\bnull\b|undefined|lorem|placeholder|\bTODO\b|\bFIXME\b|\bNaN\b"
    r"|프롬프트|시스템 메시지|case[_ ]?id|json|(?:low|medium|high)-(?:on|off)line|participation|expected"
    r"|예시|○○|◯◯|△△|□□|__|…{2,}|(?<![A-Za-z])(?:OO|XX|XXX)(?![A-Za-z])|(?<![가-힣A-Za-z0-9])N(?:명|개|원|%|만)"
    r"|[\[(](?:제목|매장명|상호|가게명|가게 이름|업종|지역|날짜|메뉴명|상품명|이름|경품|내용|입력)[^\])]*[\])]"
    r"|AI\s?(?:언어\s?)?모델|인공지능으로서|죄송(?:합니다|하지만)|as an ai|i(?:'m| am) sorry|i can(?:'|no)t",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """`text` in NFC without control, bidi and invisible characters, markup and wrapping quotes; single spaces."""
    visible = unicodedata.normalize("NFC", text)
    if not visible.isprintable():  # it is nearly always: then nothing of the following is there
        visible = "".join(
            " " if character.isspace() else character
            for character in visible
            if character.isspace() or unicodedata.category(character)[0] != "C"
        )
    return _unwrapped(_SPACES.sub(" ", _MARKUP.sub("", visible.strip())).strip())


def _unwrapped(text: str) -> str:
    for opening, closing in _WRAPPERS:
        inside = text[1:-1]
        if text[:1] == opening and text[1:].endswith(closing) and opening not in inside and closing not in inside:
            return inside.strip()
    return text


def trim_at_word(text: str, limit: int) -> str | None:
    """`text` cut at a space to at most `limit` characters, without a dangling connective or an open
    bracket. Null where too little would be left. A text that fits is returned as it is."""
    if len(text) <= limit:
        return text
    kept = text[: text.rfind(" ", 0, limit + 1)] if " " in text[: limit + 1] else ""
    kept = _closed(kept)
    while (shorter := _DANGLING.sub("", kept)) != kept:
        kept = shorter
    return kept if len(kept) >= limit * LEAST_KEPT else None


def trim_at_sentence(text: str, limit: int) -> str | None:
    """`text` cut after its last whole sentence within `limit`, else at a word, else null."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= limit]
    if ends and ends[-1] >= limit * LEAST_KEPT:
        return text[: ends[-1]]
    return trim_at_word(text, limit)


def _closed(text: str) -> str:
    for opening, closing in ("()", "[]", "「」", "『』"):
        if text.count(opening) > text.count(closing):
            text = text[: text.rfind(opening)]
    return text


def has_leftovers(text: str) -> bool:
    """Whether prompt text, markup, a placeholder or a fragment of JSON was left in `text`."""
    return bool(_LEFTOVERS.search(text))


def has_drifted(text: str) -> bool:
    """Whether `text` is not Korean: letters of other scripts, too few Hangul ones, or a run of Latin words."""
    letters = "".join(filter(str.isalpha, _SHORT_LATIN.sub("", text)))
    others = _HANGUL.sub("", letters)
    hangul = len(letters) - len(others)
    return (
        not hangul
        or not others.isascii()
        or hangul < LEAST_HANGUL_SHARE * len(letters)
        or bool(_LATIN_RUN.search(text))
    )


def title_key(title: str) -> str:
    """What makes two titles the same to a reader: letters and digits only, without case."""
    return "".join(character for character in title.casefold() if character.isalnum())
