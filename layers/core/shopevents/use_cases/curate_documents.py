"""Raw documents that landed become cases, or figures."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from shopevents.domain.announcements import read_body
from shopevents.domain.curation import Reading, parse_body, read_reply
from shopevents.domain.documents import RawDocument
from shopevents.domain.errors import DependencyError, PoisonRecord
from shopevents.domain.messages import Message
from shopevents.domain.posts import Reason, SetAside
from shopevents.ports.case_intake import CaseIntake
from shopevents.ports.case_outliers import CaseOutliers
from shopevents.ports.clock import Clock
from shopevents.ports.event_extractor import EventExtractor
from shopevents.ports.quarantine import Quarantine
from shopevents.ports.raw_documents import RawDocuments
from shopevents.ports.statistics_store import StatisticsStore
from shopevents.use_cases.curate_reply import Curated, curate_reading
from shopevents.use_cases.mark_outliers import mark_outliers
from shopevents.use_cases.record_statistics import STATISTICS_SOURCES, record_statistics

_log = logging.getLogger(__name__)


class DocumentLanded(BaseModel):
    """The body of a message of the queue. `again`: curate anew what was curated before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    document_id: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Curation:
    """What curation works with."""

    documents: RawDocuments
    extractor: EventExtractor
    intake: CaseIntake
    quarantine: Quarantine
    outliers: CaseOutliers
    statistics: StatisticsStore
    clock: Clock


async def curate_documents(messages: Sequence[Message], *, curation: Curation) -> Mapping[str, str]:
    """Curates the documents that the messages name; returns the ids of messages that failed, with the reason.

    A message that comes twice changes nothing. What a document holds never fails a message: what can't be used of it
    is quarantined. A document that is gone from the bucket is past curation. Raises nothing but programming errors:
    where a dependency fails, its message comes again.
    """
    failed: dict[str, str] = {}
    for message in messages:
        try:
            await _curate(message, curation)
        except (DependencyError, PoisonRecord) as error:
            failed[message.message_id] = str(error)
    return failed


async def _curate(message: Message, curation: Curation) -> None:
    landed = read_body(message, DocumentLanded)
    document = await curation.documents.read(landed.document_id)
    if document is None:
        _log.warning("document is gone", extra={"document_id": landed.document_id})
        return
    if document.source in STATISTICS_SOURCES:
        aside = await _record(document, curation)
    else:
        aside = (await _curate_posts(document, message.correlation_id, landed, curation)).aside
    await curation.quarantine.keep(document.document_id, document.source, aside)


async def _record(document: RawDocument, curation: Curation) -> tuple[SetAside, ...]:
    try:
        await record_statistics(document, store=curation.statistics)
    except PoisonRecord as error:
        return (SetAside(Reason.UNKNOWN_SHAPE, {"source": document.source}, str(error)),)
    return ()


async def _curate_posts(
    document: RawDocument, correlation_id: str, landed: DocumentLanded, curation: Curation
) -> Curated:
    reply = parse_body(document.source, document.body)
    reading = Reading(aside=(reply,)) if isinstance(reply, SetAside) else read_reply(document.source, reply)
    curated = await curate_reading(
        reading,
        extractor=curation.extractor,
        intake=curation.intake,
        clock=curation.clock,
        correlation_id=correlation_id,
        again=landed.again,
        recorded=bool(document.manifest.get("recording")),
    )
    await mark_outliers((case.industry for case in curated.cases if case.roi is not None), outliers=curation.outliers)
    return curated
