"""Reads a prompt the way the fake Claude needs it: what was asked, for whom, from which cases."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.vendors.claude_rules import text_blocks

SLOTS = ("low-online", "low-offline", "medium-online", "medium-offline", "high-online", "high-offline")
_SLOT = re.compile("|".join(SLOTS))
_PURPOSES = ("신규고객유치", "재방문유도", "매출증대", "인지도향상")
_SEASONS = ("봄", "여름", "가을", "겨울")
_MONTH = re.compile(r"(1[0-2]|[1-9])월")
_RECORD = re.compile(r"<(?:post|document|item|글|문서)\b[^>]*?\b(?:id|no)=\"([^\"]+)\"[^>]*>(.*?)</", re.DOTALL)
_CASE_ID = re.compile(r"\"(?:id|caseId|case_id|no|번호)\"\s*:\s*\"?([\w.:-]+)\"?")


@dataclass(frozen=True, slots=True)
class ReadPrompt:
    """What the fake understood. `slots` are in the order asked; `records` are (id, text) of documents."""

    text: str
    asked: str
    trade: str
    place: str
    purpose: str
    month: int
    season: str
    slots: tuple[str, ...]
    case_ids: tuple[str, ...]
    records: tuple[tuple[str, str], ...]

    @property
    def seed(self) -> int:
        """The same for the same prompt only."""
        return int.from_bytes(hashlib.sha256(self.text.encode()).digest()[:4])


def read_prompt(body: Mapping[str, Any]) -> ReadPrompt:
    """Reads the request: facts from its last user message, everything from the whole text."""
    whole = "\n".join(block["text"] for block in text_blocks(body))
    content = body["messages"][-1]["content"]
    asked = content if isinstance(content, str) else "\n".join(block.get("text", "") for block in content)
    month = int(_first(_MONTH.findall(asked), _labelled(asked, ("month", "월")) or "11") or 11)
    return ReadPrompt(
        text=whole,
        asked=asked,
        trade=_labelled(asked, ("businessType", "trade", "업종", "업태", "industry")) or "가게",
        place=_labelled(asked, ("district", "시군구", "지역", "place", "location", "city")) or "우리 동네",
        purpose=_first((word for word in _PURPOSES if word in asked), "매출증대"),
        month=month,
        season=_labelled(asked, ("season", "계절")) or _SEASONS[(month % 12) // 3 - 1],
        slots=tuple(dict.fromkeys(_SLOT.findall(asked))) or SLOTS,
        case_ids=tuple(dict.fromkeys(_CASE_ID.findall(asked))),
        records=tuple(_RECORD.findall(asked)),
    )


def _labelled(text: str, labels: Iterable[str]) -> str | None:
    """The value behind the first label found: `label: value`, `"label": "value"` or `<label>value<`."""
    for label in labels:
        found = re.search(rf"[\"'<]?\b{label}\b[\"'>]?\s*[:=：]?\s*[\"']?([^\"'\n,}}<>]{{1,40}})", text)
        if found and found[1].strip():
            return found[1].strip()
    return None


def _first(words: Iterable[str], otherwise: str) -> str:
    return next(iter(words), otherwise)
