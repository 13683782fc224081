"""A statistics document becomes figures. Called for each by `curate_documents`."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shopevents.domain import kosis_rows, seoul_sales, store_register
from shopevents.domain.crawl_queries import StatisticsTable, statistics_tables
from shopevents.domain.documents import RawDocument
from shopevents.domain.errors import PoisonRecord
from shopevents.domain.statistics import SAMPLE_PREFIX
from shopevents.ports.statistics_store import StatisticsStore

STATISTICS_SOURCES = frozenset({kosis_rows.SOURCE, seoul_sales.SOURCE, store_register.SOURCE})


async def record_statistics(document: RawDocument, *, store: StatisticsStore) -> None:
    """Keeps every figure of the document; again, nothing changes. What a recorded reply says is kept under
    `sample:` and never told as a real figure. Raises PoisonRecord for a document that can't be read or is of
    no statistics source, Unavailable where the store is down."""
    reader = _READERS.get(document.source)
    if reader is None:
        raise PoisonRecord(f"{document.source} is no source of statistics")
    try:
        content = json.loads(document.body)
    except ValueError as error:
        raise PoisonRecord(f"{document.document_id} is not JSON") from error
    await reader(document, content, store)


def _marked(document: RawDocument, source: str) -> str:
    """The figures' source, marked where the reply was a recorded one."""
    return f"{SAMPLE_PREFIX}{source}" if document.manifest.get("recording") else source


def _query(document: RawDocument) -> Mapping[str, str]:
    query = document.manifest.get("query")
    if not isinstance(query, Mapping):
        raise PoisonRecord(f"{document.document_id} does not say what was asked")
    return query


def _table(document: RawDocument) -> StatisticsTable:
    wanted = _query(document).get("tblId")
    for table in statistics_tables():
        if table.table_id == wanted:
            return table
    raise PoisonRecord(f"KOSIS's table {wanted} is not configured")


async def _kosis(document: RawDocument, content: Any, store: StatisticsStore) -> None:
    if not isinstance(content, list):
        raise PoisonRecord(f"{document.document_id} is no list of rows")
    table, rows = _table(document), [row for row in content if isinstance(row, Mapping)]
    if "district" in table.axes:
        people = kosis_rows.population_figures(table, rows)
        await store.keep_profiles(
            [replace(figure, source=_marked(document, figure.source)) for figure in people], document.fetched_at
        )
        return
    figures = kosis_rows.industry_figures(table, rows)
    await store.keep_figures(
        [replace(figure, source=_marked(document, figure.source)) for figure in figures], document.fetched_at
    )


async def _semas(document: RawDocument, content: Any, store: StatisticsStore) -> None:
    page = store_register.store_page(_mapping(document, content), _query(document))
    if page is not None:
        await store.keep_stores(replace(page, source=_marked(document, page.source)))


async def _seoul(document: RawDocument, content: Any, store: StatisticsStore) -> None:
    page_number = int(document.manifest.get("page", 0))
    figures = seoul_sales.sales_figures(_mapping(document, content), _query(document), page_number)
    await store.keep_profiles(
        [replace(figure, source=_marked(document, figure.source)) for figure in figures], document.fetched_at
    )


def _mapping(document: RawDocument, content: Any) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise PoisonRecord(f"{document.document_id} is no object")
    return content


_READERS = {kosis_rows.SOURCE: _kosis, store_register.SOURCE: _semas, seoul_sales.SOURCE: _seoul}
