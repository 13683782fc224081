"""Embeds every case anew: into an empty index, or after a change of embedder."""

from dataclasses import dataclass, field

from shopevents.use_cases.embed_events import Indexer, index_cases

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many cases are in the index now, and which are not, each with its reason."""

    indexed: int = 0
    failed: dict[str, str] = field(default_factory=dict)


async def rebuild_index(*, indexer: Indexer, at_once: int = _AT_ONCE) -> Rebuilt:
    """Goes through all cases in the order of their ids. May be stopped and begun again, and run beside everything
    else; vectors of another embedder are left in their own namespaces. Raises Unavailable."""
    total, failed, last = 0, dict[str, str](), None
    while page := await indexer.cases.page(last, at_once):
        failed |= await index_cases({state.case.case_id: state.case.industry for state in page}, indexer=indexer)
        total += len(page)
        last = page[-1].case.case_id
    return Rebuilt(total - len(failed), failed)
