"""Takes out of a text what must never reach a log: keys, business numbers, phone numbers, addresses."""

import re

MASK = "***"

_PATTERNS = (
    # Vendors' keys and tokens, and anything sent as a bearer (a local identity is no secret).
    re.compile(r"\b(?:sk|pcsk|pc)[-_][A-Za-z0-9_-]{8,}"),
    re.compile(r"(?i)(?<=bearer )(?!local:)[A-Za-z0-9._~+/=-]+"),
    # Secrets in a query string or in a connection URL.
    re.compile(r"(?i)(?<=servicekey=)[^&\s\"']+|(?<=apikey=)[^&\s\"']+|(?<=access_token=)[^&\s\"']+"),
    re.compile(r"(?<=://)[^/\s:@\"']*:[^/\s@\"']+(?=@)"),
    # 사업자등록번호 (3-2-5 digits) and phone numbers.
    re.compile(r"(?<!\d)\d{3}-\d{2}-\d{5}(?!\d)"),
    re.compile(r"(?<!\d)0\d{1,2}-?\d{3,4}-?\d{4}(?!\d)"),
    # A road or lot address: "…로 12", "…길 12-3", "…동 123-4".
    re.compile(r"[가-힣0-9]+(?:로|길|동|읍|면|리|가)\s?\d+(?:-\d+)?(?:번지|호)?(?![\d.]*[%원명개월일시년초])"),
)


def redact(text: str) -> str:
    """`text` with everything that looks like one of these replaced by ***."""
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    return text
