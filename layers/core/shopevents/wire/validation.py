"""Checks a JSON object against a wire model and says in Korean what is wrong, field by field."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotated_types import GroupedMetadata
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from shopevents.domain.errors import InvalidInput, Problem

# Unicode categories that no owner types on purpose: control, format (bidi, zero width), surrogate, private, unassigned.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Pictographs; the shapes that Korean signboards do use are let through.
_EMOJI_FROM = 0x1F000
_SYMBOLS = range(0x2600, 0x27C0)
_SIGNBOARD_SHAPES = frozenset("★☆♡♥♤♠♧♣♪♬")


class WireModel(BaseModel):
    """A model of the wire: camelCase names, immutable."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


def _visible(text: str) -> str:
    if any(unicodedata.category(character) in _HIDDEN_CATEGORIES for character in text):
        raise PydanticCustomError("hidden_character", "hidden character")
    return unicodedata.normalize("NFC", text)


def _without_emoji(text: str) -> str:
    for character in text:
        code = ord(character)
        if code >= _EMOJI_FROM or (code in _SYMBOLS and character not in _SIGNBOARD_SHAPES):
            raise PydanticCustomError("emoji", "emoji")
    return text


@dataclass(frozen=True, slots=True)
class Line(GroupedMetadata):
    """One line of visible text, 1 to `max_length` characters: `Annotated[str, Line(50)]`.

    Hidden characters are refused. Emoji are too, but in an owner's own wording (`emoji=True`), where only a
    joined one, such as a family, has to go, since it holds a hidden character.
    """

    max_length: int
    emoji: bool = False

    def __iter__(self) -> Iterator[object]:
        yield StringConstraints(strip_whitespace=True, min_length=1, max_length=self.max_length)
        yield AfterValidator(_visible)
        if not self.emoji:
            yield AfterValidator(_without_emoji)


_SENTENCES = {
    "missing": "필수 항목입니다.",
    "string_type": "글자로 적어 주세요.",
    "string_too_short": "비워 둘 수 없습니다.",
    "string_too_long": "{max_length}자 이하로 적어 주세요.",
    "hidden_character": "보이지 않는 제어 문자는 쓸 수 없습니다.",
    "emoji": "이모지는 빼고 적어 주세요.",
    "model_type": "객체로 적어 주세요.",
    "model_attributes_type": "객체로 적어 주세요.",
    "dict_type": "객체로 적어 주세요.",
    "enum": "다음 중 하나여야 합니다: {expected}",
    "literal_error": "다음 중 하나여야 합니다: {expected}",
    "int_type": "숫자로 적어 주세요.",
    "int_parsing": "숫자로 적어 주세요.",
    "int_from_float": "소수점 없이 적어 주세요.",
    "float_type": "숫자로 적어 주세요.",
    "bool_type": "true나 false로 적어 주세요.",
    "date_parsing": "날짜는 2026-12-01처럼 적어 주세요.",
    "greater_than_equal": "{ge} 이상이어야 합니다.",
    "less_than_equal": "{le} 이하여야 합니다.",
    "list_type": "목록으로 적어 주세요.",
    "too_long": "{max_length}개 이하로 적어 주세요.",
    "date_from_datetime_parsing": "날짜는 2026-12-01처럼 적어 주세요.",
    "date_type": "날짜는 2026-12-01처럼 적어 주세요.",
    "extra_forbidden": "알 수 없는 항목입니다.",
}
_OTHERWISE = "값이 올바르지 않습니다."


def validate[Model: BaseModel](model: type[Model], content: Mapping[str, Any]) -> Model:
    """`content` as `model`. Raises InvalidInput with every problem; the input itself is never repeated."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InvalidInput(problems_of(error)) from None


def problems_of(error: ValidationError) -> tuple[Problem, ...]:
    """Pydantic's findings as Korean problems, by dotted wire path."""
    found = error.errors(include_input=False, include_url=False)
    return tuple(Problem(".".join(str(part) for part in item["loc"]), _sentence(item)) for item in found)


def _sentence(item: ErrorDetails) -> str:
    if item["type"] == "value_error" and "ctx" in item:
        return str(item["ctx"]["error"])
    template = _SENTENCES.get(item["type"], _OTHERWISE)
    details = {name: str(value).replace(" or ", ", ") for name, value in item.get("ctx", {}).items()}
    return template.format(**details)
