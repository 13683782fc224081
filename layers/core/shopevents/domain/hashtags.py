"""Planning hashtags: an Instagram account may ask for 30 different ones in any 7 days.

Asking again for a tag within its 7 days is free and does not begin them anew (Graph API, IG Hashtag Search).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

TAGS_PER_WINDOW = 30
WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AskedTag:
    """When a tag's current 7 days began, when it was last asked for, and its id: None while it is not known
    (the call failed, or was never made), "" where no such tag exists."""

    first_asked_at: datetime
    last_asked_at: datetime
    hashtag_id: str | None = None

    def holds_slot(self, now: datetime) -> bool:
        """Whether the tag still counts among the 30."""
        return now - self.first_asked_at < WINDOW

    def asked_again(self, now: datetime) -> "AskedTag":
        """The entry after asking now: the window begins anew only when the last one has ended."""
        first = self.first_asked_at if self.holds_slot(now) else now
        return replace(self, first_asked_at=first, last_asked_at=now)


def choose_tags(
    daily: Sequence[str],
    rotating: Sequence[str],
    ledger: Mapping[str, AskedTag],
    now: datetime,
    *,
    foreign_slots: int = 0,
) -> tuple[str, ...]:
    """The tags to ask for now, in order: those that hold a slot anyway, then as many as slots are free.

    `daily` tags come first (recent posts are only shown for 24 hours), then `rotating` ones, the longest
    unasked first. `foreign_slots` are taken by other programs of the account. A tag that was found not to
    exist is left alone while it holds its slot.
    """
    wanted = [*dict.fromkeys(daily), *sorted(set(rotating) - set(daily), key=lambda tag: _last_asked(ledger, tag))]
    held = {tag for tag, asked in ledger.items() if asked.holds_slot(now)}
    free = max(0, TAGS_PER_WINDOW - len(held) - foreign_slots)
    new = set([tag for tag in wanted if tag not in held][:free])
    return tuple(tag for tag in wanted if tag in new or (tag in held and ledger[tag].hashtag_id != ""))


def _last_asked(ledger: Mapping[str, AskedTag], tag: str) -> tuple[float, str]:
    asked = ledger.get(tag)
    return (asked.last_asked_at.timestamp() if asked else 0.0, tag)
