"""People who took part, and returns on what was spent, as a text states them."""

import re
from dataclasses import dataclass

from shopevents.domain.texts import fold_width

READ_CHARACTERS = 20_000
"""Counts are looked for in the first so many characters."""

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SCALE = {"": 1, "백": 100, "천": 1000, "만": 10**4, "십만": 10**5, "백만": 10**6}
_NUMBER = r"\d{1,9}(?:\.\d{1,2})?"
_SCALED = r"(?:십만|백만|백|천|만)?"
_PEOPLE = re.compile(
    rf"(?<![\d.])(?P<low>{_NUMBER})\s?(?P<low_scale>{_SCALED})(?:\s?(?P<rest>\d{{1,4}}))?\s?(?:명\s?)?"
    rf"(?:[~\-–∼〜]\s?(?P<high>{_NUMBER})\s?(?P<high_scale>{_SCALED}))?\s?여?\s?(?:명|人)"
)
_TOOK_PART = re.compile(
    r"참여|참가|응모|방문|신청|이용|다녀|몰[려렸]|모[였여이]|찾[았아]|함께했|동참|접수|다운로드|가입|관람|입장"
)
_WINNERS_BEFORE = re.compile(r"(?:추첨|선착순|당첨|등|매일|한정|각|매월|뽑아|통해|증정|매주)\S?\s?$")
_WINNERS_AFTER = re.compile(
    r"\s?(?:에게|께|추첨|한정|증정|당첨|을 뽑|을 추첨|선정|을 선정|이상(?!\s?(?:이|의|참|방|응))|까지|씩)"
)
_AT_LEAST = re.compile(r"\s?(?:이상|넘[게는어]|초과)")
_WINDOW = 14
_HARDLY_MORE = 3

_ROI = re.compile(
    rf"(?:roi|투자\s?(?:대비\s?)?(?:수익률|수익율|효과)|투자수익률|투자 대비 수익)[^\d\-%\n]{{0,12}}"
    rf"(?P<low>-?{_NUMBER})\s?(?P<low_unit>%|퍼센트|배|x)?"
    rf"(?:\s?[~\-–∼〜]\s?(?P<high>-?{_NUMBER}))?\s?(?P<unit>%|퍼센트|프로|배|x)",
    re.IGNORECASE,
)
_PERCENT_PER_MULTIPLE = 100


@dataclass(frozen=True, slots=True)
class Span:
    """A number or a range; a null end is open."""

    min: float | None
    max: float | None

    @property
    def point(self) -> float | None:
        """The number itself where it is exactly one, else null."""
        return self.min if self.min == self.max else None


def parse_participants(text: str) -> Span | None:
    """How many people took part, or null. People who win, or who are asked to come, are not counted: 추첨 10명."""
    text = _folded(text)
    found = [match for match in _PEOPLE.finditer(text) if not _are_winners(text, match)]
    telling = [match for match in found if _took_part(text, match)]
    alone = [match for match in found if len(text.strip()) - len(match[0]) <= _HARDLY_MORE]
    chosen = (telling or alone)[:1]
    return _people(text, chosen[0]) if chosen else None


def parse_roi(text: str) -> Span | None:
    """A stated return on investment in %, or null. `3배` is 300 %; a growth of sales or a ROAS is no ROI."""
    match = _ROI.search(_folded(text))
    if match is None:
        return None
    factor = _PERCENT_PER_MULTIPLE if match["unit"].lower() in {"배", "x"} else 1
    low = float(match["low"]) * factor
    high = float(match["high"]) * factor if match["high"] else low
    return Span(min(low, high), max(low, high))


def _folded(text: str) -> str:
    return _THOUSANDS.sub("", fold_width(text[:READ_CHARACTERS]))


def _are_winners(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 6) : match.start()]
    after = text[match.end() :]
    return bool(_WINNERS_BEFORE.search(before) or _WINNERS_AFTER.match(after))


def _took_part(text: str, match: re.Match[str]) -> bool:
    near = text[max(0, match.start() - _WINDOW) : match.end() + _WINDOW]
    return bool(_TOOK_PART.search(near))


def _people(text: str, match: re.Match[str]) -> Span:
    low = float(match["low"]) * _SCALE[match["low_scale"]] + float(match["rest"] or 0)
    if match["high"] is None:
        return Span(round(low), None if _AT_LEAST.match(text, match.end()) else round(low))
    high_scale = _SCALE[match["high_scale"]]
    if not match["low_scale"] and low * high_scale <= float(match["high"]) * high_scale:
        low *= high_scale
    return Span(round(low), round(float(match["high"]) * high_scale))
