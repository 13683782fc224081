"""Runs cells side by side against one stack."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from local import seed
from local.stack import only_one, services
from shopevents.adapters.embedder.openai import OpenAIEmbedder
from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.catalog.files import read_table
from shopevents.domain.embedding_text import text_of_case
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.vector_index import CaseVector
from tests.faults.cells import Cell
from tests.faults.serving import Answered, Serving, ask
from tests.faults.steering import Place, SteeredClaude, SteeredOpenAI, SteeredPinecone
from tests.vendors.exchange import RecordedRequest

TOGETHER = 6
_WARMING_TURNS = 15
_SEEDED_CASES = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the client had of a cell, and what Claude was asked on the way."""

    answered: Answered
    asked: list[RecordedRequest]


@dataclass(frozen=True, slots=True)
class Vendors:
    """The three fakes, and the settings that make the product use them."""

    claude: SteeredClaude
    openai: SteeredOpenAI
    pinecone: SteeredPinecone

    @property
    def settings(self) -> dict[str, str]:
        return {
            "CLAUDE_API_KEY": "sk-fake",
            "CLAUDE_BASE_URL": self.claude.url,
            "OPENAI_API_KEY": "sk-fake",
            "OPENAI_BASE_URL": self.openai.base_url,
            "PINECONE_API_KEY": "pc-fake",
            "PINECONE_HOST": self.pinecone.url,
        }


def places_of(cells: Sequence[Cell]) -> dict[Place, Cell]:
    """A place of its own for each cell, so that neither caches nor single flight mix them."""
    places = ((row["city"], row["district"]) for row in read_table("regions.csv") if row["kind"] in {"자치구", "군"})
    found = dict(zip(places, cells, strict=False))
    assert len(found) == len(cells)
    return found


@contextmanager
def vendors(cells: dict[Place, Cell]) -> Iterator[Vendors]:
    """The fakes, each with its part of every cell's script."""
    with (
        SteeredClaude({place: cell.claude for place, cell in cells.items()}) as claude,
        SteeredOpenAI({place: cell.openai for place, cell in cells.items()}) as openai,
        SteeredPinecone({place: cell.pinecone for place, cell in cells.items()}, openai) as pinecone,
    ):
        yield Vendors(claude, openai, pinecone)


@contextmanager
def whole_stack(data: Path, settings: dict[str, str], *, workers: int) -> Iterator[Serving]:
    """PostgreSQL with its rows, Redis, and the functions behind the API: what `make run` starts."""
    with only_one(data), services(data, settings, lambda _: None) as environment:
        seed.prepare(environment, lambda _: None)
        queues = {"LOCAL_QUEUE_DATABASE_URL": environment["DATABASE_URL"]}
        with Serving({**queues, **environment}, workers=workers) as serving:
            yield serving


async def fill_pinecone(openai_url: str, pinecone_url: str) -> None:
    """Puts food cases into the index, as `embed_events` would."""
    cases = list(islice((case for case in packaged_cases() if case.industry is IndustryCategory.FOOD), _SEEDED_CASES))
    embedder = OpenAIEmbedder(api_key="sk-fake", base_url=openai_url)
    index = PineconeIndex(api_key="pc-fake", host=pinecone_url)
    vectors = await embedder.embed([text_of_case(case) for case in cases])
    items = [CaseVector(case, vector) for case, vector in zip(cases, vectors, strict=True)]
    await index.upsert(namespace_of(IndustryCategory.FOOD, embedder.name), items)
    await embedder.close()
    await index.close()


async def warm(serving: Serving, workers: int) -> None:
    """Has every worker import what it needs, which takes a busy machine seconds that are nobody's fault."""
    answers: list[Answered] = []
    towns = [(row["city"], row["district"]) for row in read_table("regions.csv") if row["kind"] == "시"]
    for town in towns[:_WARMING_TURNS]:
        # Different trades, since one flight would keep all workers but one from working.
        trades = ("고깃집", "치킨집", "카페", "분식집", "국밥집", "횟집", "빵집", "피자집")[:workers]
        answers = await asyncio.gather(*(ask(serving, *town, trade=trade) for trade in trades))
        if all(answer.status == 200 and answer.body["metadata"]["source"] == "claude" for answer in answers):
            return
    raise AssertionError(f"the workers don't get warm: {answers[-1:]}, {serving.complaints()}")


async def run_cells(cells: dict[Place, Cell], serving: Serving, fakes: Vendors) -> dict[str, Outcome]:
    """Every cell's outcome by its name; some at a time."""
    room = asyncio.Semaphore(TOGETHER)

    async def run(place: Place) -> Outcome:
        async with room:
            answered = await ask(serving, *place)
            return Outcome(answered, fakes.claude.cells.asked[place])

    outcomes = await asyncio.gather(*map(run, cells))
    return {cell.name: outcome for cell, outcome in zip(cells.values(), outcomes, strict=True)}
