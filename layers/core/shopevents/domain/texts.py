"""Cleaning of Korean text that people or web pages wrote: what is kept, what is dropped, where it is cut."""

import html
import re
import unicodedata

_PASSES = 8
"""How often markup and entities are unwrapped; text nested deeper than that is hostile, not written."""

_HIDDEN_BLOCKS = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad"  # controls (line breaks become spaces), soft hyphen
    "\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff"  # zero width, bidi
    "\ud800-\udfff\ue000-\uf8ff"  # lone surrogates, private use
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff"  # tag characters, further variation selectors, private use
)
_HIDDEN = re.compile(f"[{_HIDDEN_BLOCKS}]")
_BLANK = re.compile("[\u115f\u1160\u2028\u2029\u2800\u3164\uffa0]")
"""Characters that are letters or symbols to Unicode and empty to the eye (Hangul fillers, blank Braille)."""

_EMOJI = re.compile(
    "[\u20e3\u2300-\u23ff\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001f0ff\U0001f1e6-\U0001faff]"
)
_BLOCK = re.compile(r"<(script|style)\b[^>]{0,500}>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_NESTED_AMPERSAND = re.compile(r"&(?:amp;|#0*38;|#[xX]0*26;)+")
_BREAKING_TAG = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?td|/?h[1-6])\b[^<>]{0,2000}>", re.IGNORECASE)

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """One line of plain text: no markup, entities decoded, NFC, nothing invisible, no emoji, single spaces.

    Markup goes before entities are decoded, so that `&lt;2026&gt;` stays readable. Idempotent: cleaned text
    cleans to itself. Never raises, whatever the text holds.
    """
    for _ in range(_PASSES):
        cleaned = _clean_once(text)
        if cleaned == text:
            return cleaned
        text = cleaned
    return " ".join(text.replace("&", " ").replace("<", " ").split())


def cut_text(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut between words where there is a word to cut at."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    if not text[limit].isspace():
        head, _, _ = head.rpartition(" ") if " " in head.strip() else (head, "", "")
    return head.rstrip(" ,.·-–—/(&+~:;") or text[:limit].strip()


def has_control_characters(text: str) -> bool:
    """Whether `text` holds control characters (other than tab and line breaks), bidi controls or lone surrogates."""
    return bool(_CONTROL.search(text) or _BIDI.search(text))


def fold_width(text: str) -> str:
    """Full-width and compatibility forms as their plain ones: `３０만원` → `30만원`, `㎏` → `kg`."""
    return unicodedata.normalize("NFKC", text)


def _clean_once(text: str) -> str:
    if "<" in text:
        text = _TAG.sub("", _BREAKING_TAG.sub(" ", _BLOCK.sub(" ", text)))
    if "&" in text:
        text = _ENTITY.sub(_decode_entity, _NESTED_AMPERSAND.sub("&amp;", text))
    text = _EMOJI.sub(" ", _BLANK.sub(" ", _HIDDEN.sub("", text)))
    return " ".join(unicodedata.normalize("NFC", text).split())


def _decode_entity(match: re.Match[str]) -> str:
    return html.unescape(match[0])
