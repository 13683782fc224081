"""Lists in pages, newest first, by opaque cursors that stay right while rows are added."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shopevents.domain.errors import InvalidInput, Problem

PAGE_DEFAULT = 20
PAGE_MAX = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the row of this time and id."""

    created_at: datetime
    row_id: str

    def cursor(self) -> str:
        """The place as an opaque text for a URL."""
        return base64.urlsafe_b64encode(f"{self.created_at.isoformat()} {self.row_id}".encode()).decode().rstrip("=")

    @classmethod
    def of(cls, cursor: str) -> Self:
        """Reads a cursor. Raises InvalidInput for one that we did not make."""
        try:
            text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode()
            moment, _, row_id = text.partition(" ")
            created_at = datetime.fromisoformat(moment)
        except (ValueError, binascii.Error) as error:
            raise _unknown() from error
        if created_at.tzinfo is None or not row_id or "\0" in row_id:
            raise _unknown()
        return cls(created_at=created_at, row_id=row_id)


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some of a list, and the cursor of what follows, null at the end."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def _unknown() -> InvalidInput:
    return InvalidInput((Problem("cursor", "목록 위치(cursor)가 올바르지 않습니다. 처음부터 다시 불러와 주세요."),))
