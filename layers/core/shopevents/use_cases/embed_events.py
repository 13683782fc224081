"""Brings the vector index to what the database says of changed cases."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shopevents.domain.announcements import CaseChanged, read_body
from shopevents.domain.embedding_text import text_of_case
from shopevents.domain.errors import BadReply, DependencyError, PoisonRecord, Rejected, Unavailable
from shopevents.domain.messages import Message
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.cases import Cases, CaseState
from shopevents.ports.embedder import Embedder
from shopevents.ports.vector_index import CaseVector, VectorIndex

# OpenAI's limits for one embeddings request. A token is at least one byte, so bytes never count too few.
INPUTS_PER_CALL = 2_048
TOKENS_PER_INPUT = 8_192
TOKENS_PER_CALL = 300_000

CHANGED_MEANWHILE = "changed while it was embedded"


@dataclass(frozen=True, slots=True)
class Indexer:
    """What brings a case into the index."""

    cases: Cases
    embedder: Embedder
    index: VectorIndex


async def embed_events(messages: Sequence[Message], *, indexer: Indexer) -> dict[str, str]:
    """Embeds the cases that the messages name, and forgets those that are gone. The messages' order and number do not
    matter. Returns the ids of the messages that failed, with the reason; the others are done."""
    failed: dict[str, str] = {}
    wanted: dict[str, CaseChanged] = {}
    for message in messages:
        try:
            wanted[message.message_id] = read_body(message, CaseChanged)
        except PoisonRecord as poison:
            failed[message.message_id] = str(poison)
    reasons = await index_cases({changed.case_id: changed.industry for changed in wanted.values()}, indexer=indexer)
    return failed | {
        message_id: reasons[changed.case_id] for message_id, changed in wanted.items() if changed.case_id in reasons
    }


async def index_cases(cases: Mapping[str, IndustryCategory], *, indexer: Indexer) -> dict[str, str]:
    """The same for cases by id. Returns the ids of the cases that failed, with the reason.

    A case that changes between reading and storing is looked at again afterwards: whoever stored the older state
    notices, so that no order of two workers leaves it in the index.
    """
    try:
        states = {state.case.case_id: state for state in await indexer.cases.load(cases)}
        failed: dict[str, str] = {}
        for chunk in _chunks(list(states.values())):
            failed |= await _store(chunk, indexer)
        now = await indexer.cases.versions(cases)
        await _forget({case_id: industry for case_id, industry in cases.items() if case_id not in now}, indexer)
    except DependencyError as error:
        return dict.fromkeys(cases, str(error))
    stale = {case_id for case_id, state in states.items() if now.get(case_id, state.version) != state.version}
    return dict.fromkeys(stale, CHANGED_MEANWHILE) | failed


def _chunks(states: Sequence[CaseState]) -> Iterator[list[CaseState]]:
    """As many as one embeddings request takes."""
    chunk: list[CaseState] = []
    size = 0
    for state in states:
        tokens = min(_tokens(state), TOKENS_PER_INPUT)
        if chunk and (len(chunk) == INPUTS_PER_CALL or size + tokens > TOKENS_PER_CALL):
            yield chunk
            chunk, size = [], 0
        chunk.append(state)
        size += tokens
    if chunk:
        yield chunk


def _tokens(state: CaseState) -> int:
    return len(text_of_case(state.case).encode())


async def _store(states: Sequence[CaseState], indexer: Indexer) -> dict[str, str]:
    """Embeds and stores; a refused chunk is halved until the case that is at fault stands alone."""
    try:
        vectors = await indexer.embedder.embed([text_of_case(state.case) for state in states])
        by_industry: dict[IndustryCategory, list[CaseVector]] = defaultdict(list)
        for state, vector in zip(states, vectors, strict=True):
            by_industry[state.case.industry].append(CaseVector(state.case, vector, state.version))
        for industry, items in by_industry.items():
            await indexer.index.upsert(namespace_of(industry, indexer.embedder.name), items)
    except Unavailable as error:
        return {state.case.case_id: str(error) for state in states}
    except (Rejected, BadReply, ValueError) as error:
        if len(states) == 1:
            return {states[0].case.case_id: str(error)}
        middle = len(states) // 2
        return await _store(states[:middle], indexer) | await _store(states[middle:], indexer)
    return {}


async def _forget(cases: Mapping[str, IndustryCategory], indexer: Indexer) -> None:
    by_industry: dict[IndustryCategory, list[str]] = defaultdict(list)
    for case_id, industry in cases.items():
        by_industry[industry].append(case_id)
    for industry, case_ids in by_industry.items():
        await indexer.index.delete(namespace_of(industry, indexer.embedder.name), _as_ids(case_ids))


def _as_ids(case_ids: Collection[str]) -> list[str]:
    return sorted(case_ids)
