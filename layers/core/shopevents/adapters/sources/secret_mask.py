"""Keeps keys and tokens out of logs, exceptions and stored pages."""

import json
import logging
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote

from shopevents.domain.errors import MisconfiguredError

MASK = "***"
_SHORTEST_SECRET = 4  # shorter texts would mask half of every page
# Parameters whose value is a secret even when it is not ours (Instagram's `paging.next` carries the token).
_SECRET_PARAMETER = re.compile(
    r"(?i)\b(serviceKey|apiKey|access_token|client_secret|certKey)(=|%3D|\"\s*:\s*\")[^&\"'\s\\<>]+"
)


class SecretMask:
    """Replaces secrets by `***` in any text: as they are, percent-encoded or escaped in JSON."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= _SHORTEST_SECRET for form in _forms(secret)}
        self._forms = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return _SECRET_PARAMETER.sub(rf"\1\2{MASK}", text)


class MaskingFilter(logging.Filter):
    """Masks what a third-party logger says; httpx2 logs the whole URL of every request."""

    def __init__(self, mask: SecretMask) -> None:
        super().__init__()
        self._mask = mask

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass, masked."""
        record.msg, record.args = self._mask(record.getMessage()), None
        return True


def clean_secret(variable: str, value: str) -> str:
    """The value without surrounding white space.

    Raises MisconfiguredError, which names the variable and never the value, when it is empty or holds
    what no key holds: an HTTP library would put it into its exception.
    """
    value = value.strip()
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise MisconfiguredError(variable, "is empty or holds characters that no key has")
    return value


def _forms(secret: str) -> set[str]:
    plain = {secret, unquote(secret)}
    encoded = {encode(text) for text in plain for encode in (quote, quote_plus, _quote_all)}
    lowered = {re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), text) for text in encoded}
    escaped = {json.dumps(text)[1:-1] for text in plain} | {text.replace("/", r"\/") for text in plain}
    return plain | encoded | lowered | escaped


def _quote_all(text: str) -> str:
    return quote(text, safe="")
