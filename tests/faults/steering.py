"""Fake vendors that many cells share: each cell plans for a place of its own, and so its requests are told apart."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, override

from tests.vendors.behaviours import Behaviour
from tests.vendors.claude import ClaudeFake
from tests.vendors.exchange import RecordedRequest
from tests.vendors.fake_vendor import FakeVendor
from tests.vendors.openai import OpenAIFake, embed
from tests.vendors.pinecone import PineconeFake

type Place = tuple[str, str]
"""A 시도 and a 시군구."""


class ByPlace:
    """What happens to the requests about each place: one behaviour after another, the last one for ever."""

    def __init__(self, scripts: Mapping[Place, Sequence[Behaviour]]) -> None:
        self.asked: dict[Place, list[RecordedRequest]] = defaultdict(list)
        self._scripts = scripts

    def next(self, place: Place | None, request: RecordedRequest) -> Behaviour | None:
        """What to do with `request`, None where no cell plans for `place`."""
        if place is None or place not in self._scripts:
            return None
        turn = len(self.asked[place])
        self.asked[place].append(request)
        script = self._scripts[place]
        return script[min(turn, len(script) - 1)]

    def place_in(self, text: str, form: str) -> Place | None:
        """The place that `text` names in the given form."""
        return next((place for place in self._scripts if form.format(*place) in text), None)


class SteeredClaude(ClaudeFake):
    """Knows the place from the prompt."""

    def __init__(self, scripts: Mapping[Place, Sequence[Behaviour]]) -> None:
        super().__init__()
        self.cells = ByPlace(scripts)

    @override
    def behaviour_for(self, request: RecordedRequest) -> Behaviour:
        asked = request.json["messages"][-1]["content"]
        place = self.cells.place_in(str(asked), '"city":"{}","district":"{}"')
        return self.cells.next(place, request) or super().behaviour_for(request)


class SteeredOpenAI(OpenAIFake):
    """Knows the place from the text to embed, and remembers whose vectors it gave."""

    def __init__(self, scripts: Mapping[Place, Sequence[Behaviour]]) -> None:
        super().__init__()
        self.cells = ByPlace(scripts)
        self.places: dict[frozenset[int], Place] = {}

    @override
    def behaviour_for(self, request: RecordedRequest) -> Behaviour:
        text = request.json["input"][0]
        place = self.cells.place_in(text, "지역: {} {}\n")
        if place is not None:
            self.places[_mark_of(embed(text, 3072))] = place
        return self.cells.next(place, request) or super().behaviour_for(request)


class SteeredPinecone(PineconeFake):
    """Knows the place from the vector that is searched with."""

    def __init__(self, scripts: Mapping[Place, Sequence[Behaviour]], openai: SteeredOpenAI) -> None:
        super().__init__()
        self.cells = ByPlace(scripts)
        self._openai = openai

    @override
    def behaviour_for(self, request: RecordedRequest) -> Behaviour:
        vector = _vector_in(request)
        place = self._openai.places.get(_mark_of(vector)) if vector else None
        return self.cells.next(place, request) or super().behaviour_for(request)


def _vector_in(request: RecordedRequest) -> Sequence[float] | None:
    body: Any = request.json if request.path == "/query" else {}
    vector: Sequence[float] | None = body.get("vector")
    return vector


def _mark_of(vector: Sequence[float]) -> frozenset[int]:
    """Which dimensions are used at all: as good as the text itself."""
    return frozenset(number for number, value in enumerate(vector) if value)


def requests_about(vendor: FakeVendor, place: Place) -> list[RecordedRequest]:
    """What was asked about a place, control requests left out."""
    return [request for request in vendor.requests if f'"district":"{place[1]}"'.encode() in request.body]
