"""Takes out of a text what must never reach a log: keys, business numbers, phone numbers, addresses."""

import re
from dataclasses import dataclass

MASK = "***"


@dataclass(frozen=True, slots=True)
class _Secret:
    """What one kind of secret looks like. A text without any of the `signs` (in lower case) holds none of it: most
    lines hold no sign at all, and to look for one takes a hundredth of the time."""

    pattern: re.Pattern[str]
    signs: tuple[str, ...]


_SECRETS = (
    # Vendors' keys and tokens, and anything sent as a bearer (a local identity is no secret).
    _Secret(re.compile(r"\b(?:sk|pcsk|pc)[-_][A-Za-z0-9_-]{8,}"), ("sk-", "sk_", "pc-", "pc_")),
    _Secret(re.compile(r"(?i)(?<=bearer )(?!local:)[A-Za-z0-9._~+/=-]+"), ("bearer ",)),
    # Secrets in a query string or in a connection URL.
    _Secret(
        re.compile(r"(?i)(?<=servicekey=)[^&\s\"']+|(?<=apikey=)[^&\s\"']+|(?<=access_token=)[^&\s\"']+"),
        ("servicekey=", "apikey=", "access_token="),
    ),
    _Secret(re.compile(r"(?<=://)[^/\s:@\"']*:[^/\s@\"']+(?=@)"), ("://",)),
    # 사업자등록번호 (3-2-5 digits).
    _Secret(re.compile(r"(?<!\d)\d{3}-\d{2}-\d{5}(?!\d)"), ("-",)),
    # Phone numbers; not the decimals of a number (0.0123456789).
    _Secret(re.compile(r"(?<!\d)(?<!\d\.)0\d{1,2}-?\d{3,4}-?\d{4}(?!\d)"), tuple(f"0{digit}" for digit in range(10))),
    # A road or lot address: "…로 12", "…길 12-3", "…동 123-4".
    _Secret(
        re.compile(r"[가-힣0-9]+(?:로|길|동|읍|면|리|가)\s?\d+(?:-\d+)?(?:번지|호)?(?![\d.]*[%원명개월일시년초])"),
        ("로", "길", "동", "읍", "면", "리", "가"),
    ),
)


def redact(text: str) -> str:
    """`text` with everything that looks like one of these replaced by ***."""
    lowered = text.lower()
    for secret in _SECRETS:
        if any(sign in lowered for sign in secret.signs):
            text = secret.pattern.sub(MASK, text)
    return text
