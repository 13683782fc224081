"""A fake 서울 열린데이터광장: the key in the path, rows by number."""

from typing import Any, override

from tests.vendors.source_fake import SourceFake, SourceReply, SourceRequest

SERVICE = "VwsmTrdarSelngQq"


def result(code: str, message: str = "…") -> SourceReply:
    """A result without a table around it."""
    return SourceReply.of({"RESULT": {"CODE": code, "MESSAGE": message}})


def result_xml(code: str) -> SourceReply:
    """The same as XML."""
    return SourceReply(f"<RESULT><CODE>{code}</CODE><MESSAGE><![CDATA[…]]></MESSAGE></RESULT>", content_type="text/xml")


class SeoulFake(SourceFake):
    """Serves `rows` of one quarter, at most 1,000 a call."""

    def __init__(self, rows: list[dict[str, Any]], *, key: str) -> None:
        super().__init__()
        self._rows = rows
        self._key = key

    @override
    def answer(self, request: SourceRequest) -> SourceReply:
        _, key, kind, service, first, last, quarter = request.path.split("/")
        if key != self._key:
            return result_xml("INFO-100")
        if (kind, service) != ("json", SERVICE):
            return result("ERROR-310")
        if int(last) - int(first) >= 1000:
            return result("ERROR-336")
        rows = [row for row in self._rows if row["STDR_YYQU_CD"] == quarter]
        page = rows[int(first) - 1 : int(last)]
        if not page:
            return result("INFO-200")
        outcome = {"CODE": "INFO-000", "MESSAGE": "정상 처리되었습니다"}
        return SourceReply.of({SERVICE: {"list_total_count": len(rows), "RESULT": outcome, "row": page}})
