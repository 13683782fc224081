"""Where raw documents are kept: the bucket, and its table of contents."""

from typing import Protocol

from shopevents.domain.documents import RawDocument


class RawDocuments(Protocol):
    """Keeps replies as they came, so that they can be read again by a better reader."""

    async def keep(self, document: RawDocument) -> bool:
        """Stores the document under its key, with its manifest. False, with no effect, where the source
        already gave the same content on the same day. Raises Unavailable."""
        ...

    async def read(self, document_id: str) -> RawDocument | None:
        """The document, or None. Raises Unavailable."""
        ...
