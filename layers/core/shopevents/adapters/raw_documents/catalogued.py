"""Documents in an object store, with their table of contents in the database."""

from typing import Any, Protocol

from psycopg.types.json import Jsonb
from pydantic_core import to_json

from shopevents.adapters.database.connection import Database
from shopevents.domain.documents import RawDocument
from shopevents.domain.errors import NotFound


class Objects(Protocol):
    """Bytes by key: a bucket, or a folder."""

    async def put(self, key: str, content: bytes) -> None:
        """Stores or replaces. Raises Unavailable, Rejected."""
        ...

    async def get(self, key: str) -> bytes:
        """The content. Raises NotFound, Unavailable, Rejected."""
        ...


class CataloguedDocuments:
    """A document and its manifest are two objects, written before the row in `raw_documents` that makes them known. A
    crash between leaves objects that nobody knows of, and that the next try replaces."""

    def __init__(self, objects: Objects, database: Database) -> None:
        self._objects = objects
        self._database = database

    async def keep(self, document: RawDocument) -> bool:
        known = await self._database.fetch(
            "SELECT id FROM raw_documents WHERE source = %s AND crawl_day = %s AND content_hash = %s",
            (document.source, document.crawl_day, document.content_hash),
        )
        if known and known[0]["id"] != document.document_id:
            return False
        await self._put(document)  # the same page again, too: its objects may be what was lost
        if known:
            return False
        await self._database.execute(_KEEP, _row_of(document))
        return True

    async def _put(self, document: RawDocument) -> None:
        manifest = document.model_dump(mode="json", exclude={"body"}) | {"content_hash": document.content_hash}
        await self._objects.put(document.object_key, document.body.encode())
        await self._objects.put(f"{document.object_key.removesuffix('.json')}.manifest.json", to_json(manifest))

    async def read(self, document_id: str) -> RawDocument | None:
        rows = await self._database.fetch("SELECT * FROM raw_documents WHERE id = %s", (document_id,))
        if not rows:
            return None
        try:
            body = await self._objects.get(rows[0]["object_key"])
        except NotFound:
            return None  # the bucket lets documents expire
        return RawDocument(
            document_id=document_id,
            source=rows[0]["source"],
            body=body.decode(),
            fetched_at=rows[0]["fetched_at"],
            crawl_day=rows[0]["crawl_day"],
            manifest=rows[0]["manifest"],
        )


# The same page of the same day, fetched again with other content, replaces what it was and is curated anew.
_KEEP = """
    INSERT INTO raw_documents (id, source, object_key, content_hash, fetched_at, crawl_day, manifest)
    VALUES (%(id)s, %(source)s, %(object_key)s, %(content_hash)s, %(fetched_at)s, %(crawl_day)s, %(manifest)s)
    ON CONFLICT (id) DO UPDATE SET content_hash = excluded.content_hash, fetched_at = excluded.fetched_at,
        manifest = excluded.manifest, curated_at = NULL
"""


def _row_of(document: RawDocument) -> dict[str, Any]:
    return {
        "id": document.document_id,
        "source": document.source,
        "object_key": document.object_key,
        "content_hash": document.content_hash,
        "fetched_at": document.fetched_at,
        "crawl_day": document.crawl_day,
        "manifest": Jsonb(document.manifest),
    }
