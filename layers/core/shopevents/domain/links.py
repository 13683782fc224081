"""One spelling per web page, so that the same post found twice is known again."""

import hashlib
import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

LONGEST_LINK = 2_000
"""What the column of a case's link holds."""

_NAVER_HOSTS = frozenset({"blog.naver.com", "m.blog.naver.com"})
_NAVER_PATH = re.compile(r"/([A-Za-z0-9_-]{1,40})/(\d{5,20})/?")
_NAVER_OWNER = re.compile(r"/([A-Za-z0-9_-]{1,40})/?")
_NAVER_OWN_HOST = re.compile(r"([a-z0-9_-]{1,40})\.blog\.me")
_INSTAGRAM_HOSTS = frozenset({"instagram.com", "instagr.am"})
_INSTAGRAM_PATH = re.compile(r"/(?:[A-Za-z0-9_.]{1,40}/)?(p|reel|reels|tv)/([A-Za-z0-9_-]{3,60})/?.*")
_HOST = re.compile(r"(?=.{4,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_TRACKING = re.compile(r"utm_|fb|gclid|igsh|igshid|n_media|trackingcode|proxyreferer|from|referrer|ref$", re.IGNORECASE)


def canonical_link(link: str) -> str | None:
    """The page's one https address, or None for what is no web address.

    NAVER's blog forms (mobile, PostView, `?Redirect=Log&logNo=`, blog.me) become `blog.naver.com/{id}/{no}`, tistory's
    mobile form its plain one, Instagram's with or without the account `instagram.com/p/{code}/`. Elsewhere host and
    path stay; `www.`, `m.`, fragments and tracking parameters go.
    """
    try:
        parts = urlsplit(unescape(link.strip()))
        host, scheme = (parts.hostname or "").lower(), parts.scheme.lower()
    except ValueError:
        return None
    if scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return None
    asked = dict(parse_qsl(parts.query))
    known = _naver(host, parts.path, asked) or _instagram(host.removeprefix("www."), parts.path)
    canonical = known or _plain(host, parts.path, asked)
    return canonical if len(canonical) <= LONGEST_LINK else None


def case_id_of(source: str, link: str, place: int = 0) -> str:
    """The ASCII id of the case that the `place`-th event of a page becomes: the same whenever the page is met."""
    digest = hashlib.sha256(f"{link}#{place}".encode()).hexdigest()[:24]
    return f"{source.replace('_', '-')}-{digest}"


def _naver(host: str, path: str, asked: Mapping[str, str]) -> str | None:
    own = _NAVER_OWN_HOST.fullmatch(host)
    if own and (number := path.strip("/")).isdigit():
        return f"https://blog.naver.com/{own[1].lower()}/{number}"
    if host not in _NAVER_HOSTS:
        return None
    if found := _NAVER_PATH.fullmatch(path):
        return f"https://blog.naver.com/{found[1].lower()}/{found[2]}"
    owner, number = asked.get("blogId"), asked.get("logNo", "")
    if owner is None and (found := _NAVER_OWNER.fullmatch(path)):
        owner = found[1]
    return f"https://blog.naver.com/{owner.lower()}/{number}" if owner and number.isdigit() else None


def _instagram(host: str, path: str) -> str | None:
    found = _INSTAGRAM_PATH.fullmatch(path) if host in _INSTAGRAM_HOSTS else None
    return f"https://www.instagram.com/p/{found[2]}/" if found else None


def _plain(host: str, path: str, asked: Mapping[str, str]) -> str:
    host = host.removeprefix("www.").removeprefix("m.")
    if host.endswith(".tistory.com"):
        path, asked = re.sub(r"^/m(?=/)", "", path), {}
    kept = sorted((name, value) for name, value in asked.items() if not _TRACKING.match(name))
    query = f"?{urlencode(kept)}" if kept else ""
    return f"https://{host}{quote(unquote(path).rstrip('/'), safe='/-_.~!@:+,;=()')}{query}"
