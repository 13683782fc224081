"""An embedder that counts, and that refuses what it is told to."""

from collections.abc import Sequence
from zlib import crc32

from shopevents.domain.errors import Rejected, Unavailable
from shopevents.ports.embedder import Vector

_DIMENSIONS = 3072


class CountingEmbedder:
    """One axis per text, so that only the same text is near. `calls` holds the size of every request; texts that
    contain `refused` make their whole request fail, as a vendor does."""

    name = "counting-3072"
    dimensions = _DIMENSIONS

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.refused: str | None = None
        self.is_down = False

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.calls.append(len(texts))
        if self.is_down:
            raise Unavailable("openai", "down")
        if self.refused and any(self.refused in text for text in texts):
            raise Rejected("openai", "400")
        return [_axis(text) for text in texts]


def _axis(text: str) -> list[float]:
    vector = [0.0] * _DIMENSIONS
    vector[crc32(text.encode()) % _DIMENSIONS] = 1.0
    return vector
