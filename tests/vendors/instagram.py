"""A fake Graph API for hashtags: the 30-tag window, `after` cursors that may repeat, coded errors."""

from typing import Any, override

from tests.vendors.source_fake import SourceFake, SourceReply, SourceRequest

TAGS_PER_WEEK = 30


def graph_error(code: int, subcode: int | None = None, status: int = 400, *, transient: bool = False) -> SourceReply:
    """An error body. The message is localised and worth nothing to a program."""
    error: dict[str, Any] = {"message": f"(#{code}) 오류", "type": "OAuthException", "code": code}
    if subcode is not None:
        error["error_subcode"] = subcode
    return SourceReply.of({"error": {**error, "is_transient": transient, "fbtrace_id": "AbC"}}, status)


def media(number: int, **fields: Any) -> dict[str, Any]:
    """A post as the API gives it: no author, no place."""
    return {
        "id": str(17900000000000000 + number),
        "caption": f"오픈 이벤트 {number} 팔로우하고 댓글 남기면 아메리카노 1잔 무료 #오픈이벤트",
        "media_type": "IMAGE",
        "permalink": f"https://www.instagram.com/p/T{number:06d}/",
        "timestamp": "2026-11-23T00:41:17+0000",
        "like_count": number,
        "comments_count": 3,
        **fields,
    }


class InstagramFake(SourceFake):
    """Knows `tags` (name → its posts); every first question for a tag takes one of the week's 30."""

    def __init__(
        self, tags: dict[str, list[dict[str, Any]]], *, token: str, page: int = 2, same_cursor: bool = False
    ) -> None:
        super().__init__()
        self.searched: list[str] = []
        self.usage: str | None = None
        self._tags = tags
        self._token = token
        self._page = page
        self._same_cursor = same_cursor

    def tag_id(self, name: str) -> str:
        """The global id of a tag."""
        return str(17840000000000000 + sorted(self._tags).index(name))

    @override
    def answer(self, request: SourceRequest) -> SourceReply:
        if request.params.get("access_token") != self._token:
            return graph_error(190, 463)
        _, version, *path = request.path.split("/")
        assert version.startswith("v")
        if path == ["ig_hashtag_search"]:
            return self._search(request.params["q"])
        if path[1] == "recently_searched_hashtags":
            return SourceReply.of({"data": [{"id": self.tag_id(name)} for name in self.searched]})
        return self._media(request, *path)

    def _search(self, name: str) -> SourceReply:
        if name not in self._tags:
            return graph_error(24, 2207024)
        if name not in self.searched:
            if len(self.searched) >= TAGS_PER_WEEK:
                return graph_error(18, 2207034)
            self.searched.append(name)
        return SourceReply.of({"data": [{"id": self.tag_id(name)}]})

    def _media(self, request: SourceRequest, tag_id: str, edge: str) -> SourceReply:
        if "username" in request.params["fields"]:
            return graph_error(100)
        posts = next(posts for name, posts in self._tags.items() if self.tag_id(name) == tag_id)
        start = 0 if "after" not in request.params or self._same_cursor else int(request.params["after"])
        content: dict[str, Any] = {"data": posts[start : start + self._page]}
        if start + self._page < len(posts):
            after = str(start + self._page)
            link = f"{self.url}/v25.0/{tag_id}/{edge}?access_token={self._token}&after={after}"
            content["paging"] = {"cursors": {"after": after}, "next": link}
        headers = {"X-App-Usage": self.usage} if self.usage else {}
        return SourceReply.of(content, headers=headers)
