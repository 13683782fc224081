"""A fake NAVER blog search: one server that is either host, and both hosts' error bodies."""

from typing import Any, override

from tests.vendors.source_fake import SourceFake, SourceReply, SourceRequest


def flat_error(status: int, code: str, message: str = "") -> SourceReply:
    """The old host's body."""
    return SourceReply.of({"errorMessage": message, "errorCode": code}, status)


def nested_error(status: int, code: str, message: str = "") -> SourceReply:
    """API HUB's body, written by NAVER Cloud's gateway."""
    return SourceReply.of({"error": {"errorCode": code, "message": message, "details": "…"}}, status)


def post(number: int, **fields: Any) -> dict[str, Any]:
    """A found post."""
    return {
        "title": f"<b>카페</b> 이벤트 &quot;{number}&quot;",
        "link": f"https://blog.naver.com/tester/{224000000000 + number}",
        "description": "이번 달 <b>이벤트</b> &amp; 쿠폰...",
        "bloggername": "시험 블로그",
        "bloggerlink": "blog.naver.com/tester",
        "postdate": "20261121",
        **fields,
    }


class NaverFake(SourceFake):
    """Finds `total` posts for any words, and `quota` calls a day."""

    def __init__(self, *, hub: bool, client_id: str, client_secret: str, total: int = 250, quota: int = 1000) -> None:
        super().__init__()
        self.total = total
        self.quota = quota
        self._hub = hub
        self._keys = (client_id, client_secret)

    @override
    def answer(self, request: SourceRequest) -> SourceReply:
        wanted = "/search/v1/blog" if self._hub else "/v1/search/blog.json"
        if request.path != wanted:
            return nested_error(404, "300") if self._hub else flat_error(404, "SE05")
        names = (
            ("x-ncp-apigw-api-key-id", "x-ncp-apigw-api-key")
            if self._hub
            else ("x-naver-client-id", "x-naver-client-secret")
        )
        if tuple(request.headers.get(name) for name in names) != self._keys:
            return nested_error(401, "200", "Authentication Failed") if self._hub else flat_error(401, "024")
        if len(self.requests) > self.quota:
            return nested_error(429, "400", "Quota Exceeded") if self._hub else flat_error(429, "010")
        return self._page(int(request.params["start"]), int(request.params["display"]))

    def _page(self, start: int, display: int) -> SourceReply:
        if not 1 <= start <= 1000:
            return flat_error(400, "SE03", "Invalid start value")
        if not 1 <= display <= 100:
            return flat_error(400, "SE02", "Invalid display value")
        items = [post(number) for number in range(start, min(start + display, self.total + 1))]
        minutes, seconds = divmod(len(self.requests), 60)
        asked_at = f"Mon, 23 Nov 2026 10:{minutes:02}:{seconds:02} +0900"
        content = {"lastBuildDate": asked_at, "total": self.total, "start": start}
        return SourceReply.of({**content, "display": len(items), "items": items}, content_type="text/plain")
