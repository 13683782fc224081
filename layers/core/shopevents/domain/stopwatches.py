"""Measures the stages of a request."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """Seconds since the request was taken, in total and per named stage."""

    def __init__(self, *, already_spent: float = 0.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._started = monotonic() - already_spent
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Adds the time spent inside to the stage of that name."""
        begun = self._monotonic()
        try:
            yield
        finally:
            self._stages[name] = self._stages.get(name, 0.0) + self._monotonic() - begun

    @property
    def seconds(self) -> float:
        """Seconds in total so far."""
        return self._monotonic() - self._started

    @property
    def stages(self) -> dict[str, float]:
        """Seconds per stage so far, rounded to 0.1 ms."""
        return {name: round(seconds, 4) for name, seconds in self._stages.items()}
