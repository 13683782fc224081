"""Who turns texts into vectors."""

from collections.abc import Sequence
from typing import Protocol

type Vector = Sequence[float]


class Embedder(Protocol):
    """Embeds texts. Vectors of embedders with different `name`s are never compared."""

    @property
    def name(self) -> str:
        """ASCII, part of a vector namespace: "openai-3-large-3072"."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of every vector."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One unit-length vector per text, in order. Raises DependencyError, and ValueError for an
        empty text or more than the vendor takes at once."""
        ...
