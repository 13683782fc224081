"""Playbooks: how each mechanic is run (catalog/mechanics.toml), and which of them fit a trade, slot and purpose."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from shopevents.catalog.files import read_toml
from shopevents.domain.trade_profiles import Reward, TradeProfile
from shopevents.domain.vocabulary import Mechanic, Purpose, Slot

_TABLE = "mechanics.toml"

# How much better a playbook made for the purpose is than one that merely serves it.
FIT, OK = 3.0, 1.0


@dataclass(frozen=True, slots=True)
class Playbook:
    """One way to run a mechanic. The file's header says what each field means."""

    id: str
    mechanic: Mechanic
    slots: frozenset[Slot]
    fit: frozenset[Purpose]
    ok: frozenset[Purpose]
    to: str
    share: float
    extra: str
    titles: tuple[str, ...]
    prize: tuple[str, ...]
    steps: tuple[str, ...]
    reward: str = ""
    own: Reward | None = None
    unit: str = "명"
    who: str = "customers"
    crowd: float = 1.0
    most: int = 10**9
    needs: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()
    min_ticket: int = 0
    max_ticket: int = 10**9
    min_visitors: int = 0
    sector: str = "general"

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> Self:
        """Raises TypeError or ValueError for a table that misses or misspells something."""
        return cls(**{name: _typed(name, value) for name, value in table.items()})

    @property
    def drawn(self) -> bool:
        """Whether winners are drawn from those who take part; else everybody who takes part gets the reward."""
        return self.to == "draw"

    def serves(self, purpose: Purpose) -> float:
        """How well it serves the purpose: 3 made for it, 1 acceptable, 0 not at all."""
        if purpose in self.fit:
            return FIT
        return OK if purpose in self.ok else 0.0

    def suits(self, profile: TradeProfile) -> bool:
        """Whether the trade has what the playbook talks of, and nothing speaks against it."""
        return (
            self.sector == profile.sector
            and self.mechanic not in profile.never
            and self.id not in profile.skip
            and all(getattr(profile, need) for need in self.needs)
            and (not self.tags or bool(self.tags & profile.tags))
            and not self.not_tags & profile.tags
            and self.min_ticket <= profile.ticket <= self.max_ticket
            and self.min_visitors <= profile.visitors
        )


def _typed(name: str, value: Any) -> Any:
    match name:
        case "mechanic":
            return Mechanic(value)
        case "slots":
            return frozenset(Slot(slot) for slot in value)
        case "fit" | "ok":
            return frozenset(Purpose(purpose) for purpose in value)
        case "own":
            return Reward(*value)
        case "tags" | "not_tags":
            return frozenset(value)
        case _:
            return tuple(value) if isinstance(value, list) else value


@cache
def playbooks() -> tuple[Playbook, ...]:
    """Every playbook, in the order of the file."""
    return tuple(Playbook.from_table(table) for table in read_toml(_TABLE)["playbook"])


@cache
def channel_words(sns: str) -> dict[str, str]:
    """How a channel is spoken of: follow, follow_word, post, dm, ad. Raises KeyError for an unknown channel."""
    words: dict[str, str] = read_toml(_TABLE)["channel"][sns]
    return words


def fitting_playbooks(slot: Slot, purpose: Purpose, profile: TradeProfile) -> tuple[Playbook, ...]:
    """Playbooks that may fill the slot for this trade and serve the purpose; where too few do, any that suit."""
    suiting = [playbook for playbook in playbooks() if slot in playbook.slots and playbook.suits(profile)]
    serving = tuple(playbook for playbook in suiting if playbook.serves(purpose))
    return serving or tuple(suiting)
