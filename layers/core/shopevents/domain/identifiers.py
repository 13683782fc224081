"""Ids: opaque ASCII strings."""

import re
import secrets

_SHAPE = re.compile(r"[!-~]{1,100}")


def new_event_id() -> str:
    """An id that nobody can guess."""
    return f"ev_{secrets.token_hex(16)}"


def is_id(text: str) -> bool:
    """Whether `text` could be one of our ids. What could not be one is answered like an unknown one."""
    return _SHAPE.fullmatch(text) is not None
