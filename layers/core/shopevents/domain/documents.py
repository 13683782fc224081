"""Raw documents: replies of public sources as they were received, less secrets, before anything is made of them."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shopevents.domain.messages import Message

CURATE_QUEUE = "curate_documents"
DOCUMENT_LANDED = "document_landed"
_LONGEST_QUERY_NAME = 200


class RawDocument(BaseModel):
    """One reply. `document_id` is the same whenever the same page of the same query is fetched on the same
    day; `manifest` holds what the reply does not say of itself: query, page number, records."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    source: str
    body: str
    fetched_at: AwareDatetime
    crawl_day: date
    manifest: dict[str, Any] = {}

    @property
    def object_key(self) -> str:
        """Where it lies in the bucket or folder: by source and day, and nothing that was asked."""
        return f"raw/{self.source}/{self.crawl_day:%Y/%m/%d}/{self.document_id}.json"

    @property
    def content_hash(self) -> str:
        """SHA-256 of the body, in hex."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    def landed(self, at: datetime) -> Message:
        """The message that makes `curate_documents` read it. Sent again, it is the same message."""
        return Message(
            message_id=f"landed-{self.document_id}",
            kind=DOCUMENT_LANDED,
            correlation_id=f"crawl-{self.source}-{self.crawl_day:%Y%m%d}",
            sent_at=at,
            body={"document_id": self.document_id, "source": self.source, "object_key": self.object_key},
        )


def query_name(query: Mapping[str, str]) -> str:
    """A readable, stable name of a query, at most 200 characters ("query=카페 이벤트&sort=date")."""
    name = "&".join(f"{key}={query[key]}" for key in sorted(query))
    if len(name) <= _LONGEST_QUERY_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: _LONGEST_QUERY_NAME - 17]}#{digest}"


def page_id(source: str, day: date, query: Mapping[str, str], page_number: int) -> str:
    """The ASCII id of a page's document: one per source, day, query and page."""
    asked = "&".join(f"{key}={query[key]}" for key in sorted(query))
    digest = hashlib.sha256(f"{source}|{day}|{asked}|{page_number}".encode()).hexdigest()[:32]
    return f"{source}-{day:%Y%m%d}-{digest}"
