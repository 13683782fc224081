"""Sites that are not read: written by machines, with numbers nobody measured (`catalog/curation/blocked_sites.csv`).

`host` blocks a host and those below it; `name` a blog or account of that name, wherever it is hosted.
"""

import re
from functools import cache
from urllib.parse import unquote, urlsplit

from shopevents.catalog.files import read_table

_NAME_PIECE = re.compile(r"[^0-9a-z가-힣-]+")


def is_blocked(link: str, author: str = "") -> bool:
    """Whether a page (its canonical link) or its author is on the list."""
    parts = urlsplit(link)
    host, path = (parts.hostname or "").lower(), unquote(parts.path).lower()
    if any(host == blocked or host.endswith(f".{blocked}") for blocked in _blocked("host")):
        return True
    owner = path.strip("/").split("/")[0]
    pieces = {*host.split("."), owner, *_NAME_PIECE.split(author.lower()), author.replace(" ", "").lower()}
    return not pieces.isdisjoint(_blocked("name"))


@cache
def _blocked(kind: str) -> frozenset[str]:
    return frozenset(row["value"] for row in read_table("curation/blocked_sites.csv") if row["kind"] == kind)
