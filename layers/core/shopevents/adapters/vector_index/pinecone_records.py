"""Cases as Pinecone's records, and filters in its language."""

from collections.abc import Mapping
from typing import Any

from shopevents.domain.vocabulary import Provenance
from shopevents.ports.vector_index import CaseFilter, CaseVector

# float32 holds 7 significant digits; more of them would only make the request three times as long.
_DIGITS = ".7g"


def record_of(item: CaseVector) -> dict[str, Any]:
    """A record: Pinecone takes no null in metadata, so that what is unknown or empty is left out."""
    fields = item.case.model_dump(mode="json", exclude_none=True, exclude={"case_id"})
    case = {name: value for name, value in fields.items() if value != []}
    budget = {"budget": item.case.budget.value} if item.case.budget else {}
    return {
        "id": item.case.case_id,
        "values": [float(format(value, _DIGITS)) for value in item.vector],
        "metadata": {**case, **budget, "version": item.version},
    }


def found_record(case_id: str, metadata: Mapping[str, Any], score: float) -> dict[str, Any]:
    """A record that a search found, in the form of a ScoredCase."""
    return {"case": {"case_id": case_id, **metadata}, "score": max(0.0, min(1.0, score))}


def version_of(metadata: Mapping[str, Any]) -> int:
    """The version that a record was stored with; 0 for one without."""
    return int(metadata.get("version", 0))


def filter_for(wanted: CaseFilter) -> dict[str, Any]:
    """The filter: a known cost inside the band, and planned cases only of the owner."""
    visible: dict[str, Any] = {"provenance": {"$ne": Provenance.PLANNED.value}}
    if wanted.owner_id is not None:
        visible = {"$or": [visible, {"owner_id": {"$eq": wanted.owner_id}}]}
    if wanted.cost is None:
        return visible
    inside = {"cost": {"$gte": wanted.cost.low, "$lte": wanted.cost.high}}
    return {"$and": [visible, {"$or": [{"cost": {"$exists": False}}, inside]}]}
