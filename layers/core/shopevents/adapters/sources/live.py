"""The sources with their keys: each with a mask of its own secrets and the configured manners.

Raises MisconfiguredError, which names the variable, for a key that no key can be.
"""

from shopevents.adapters.sources import instagram, kosis, naver, semas, seoul
from shopevents.adapters.sources.http_client import HttpClient, Manners
from shopevents.adapters.sources.secret_mask import SecretMask, clean_secret
from shopevents.domain.crawl_queries import source_limits
from shopevents.ports.document_sources import DocumentSource, HashtagSource


def live_stores(service_key: str, base_url: str | None = None) -> DocumentSource:
    """The store register (`SEMAS_SERVICE_KEY`, in its Encoding or Decoding form)."""
    key = clean_secret("SEMAS_SERVICE_KEY", service_key)
    return semas.SemasStores(_client(semas.NAME, key), service_key=key, base_url=base_url or semas.DEFAULT_BASE_URL)


def live_statistics(api_key: str, base_url: str | None = None) -> DocumentSource:
    """KOSIS (`KOSIS_API_KEY`)."""
    key = clean_secret("KOSIS_API_KEY", api_key)
    return kosis.KosisStatistics(_client(kosis.NAME, key), api_key=key, base_url=base_url or kosis.DEFAULT_BASE_URL)


def live_seoul(api_key: str, base_url: str | None = None) -> DocumentSource:
    """Seoul's sales (`SEOUL_API_KEY`)."""
    key = clean_secret("SEOUL_API_KEY", api_key)
    return seoul.SeoulSales(_client(seoul.NAME, key), api_key=key, base_url=base_url or seoul.DEFAULT_BASE_URL)


def live_blogs(client_id: str, client_secret: str, api: naver.NaverApi, base_url: str | None = None) -> DocumentSource:
    """NAVER blog search (`NAVER_CLIENT_ID`, `NAVER_CLIENT_SECRET`, `NAVER_API`)."""
    who, secret = clean_secret("NAVER_CLIENT_ID", client_id), clean_secret("NAVER_CLIENT_SECRET", client_secret)
    return naver.NaverBlogs(
        _client(naver.NAME, who, secret), client_id=who, client_secret=secret, api=api, base_url=base_url
    )


def live_hashtags(
    access_token: str, user_id: str, base_url: str | None = None, version: str | None = None
) -> HashtagSource:
    """Instagram's hashtags (`INSTAGRAM_ACCESS_TOKEN`, `INSTAGRAM_USER_ID`, `INSTAGRAM_API_VERSION`)."""
    token = clean_secret("INSTAGRAM_ACCESS_TOKEN", access_token)
    return instagram.InstagramHashtags(
        _client(instagram.NAME, token),
        access_token=token,
        user_id=clean_secret("INSTAGRAM_USER_ID", user_id),
        base_url=base_url or instagram.DEFAULT_BASE_URL,
        version=version or instagram.DEFAULT_VERSION,
    )


def _client(source: str, *secrets: str) -> HttpClient:
    limits = source_limits(source)
    manners = Manners(limits.interval_seconds, limits.reply_seconds, limits.max_bytes)
    return HttpClient(source, mask=SecretMask(secrets), manners=manners)
