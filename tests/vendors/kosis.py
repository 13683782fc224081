"""A fake KOSIS: counts the cells that are asked for, and refuses as KOSIS does."""

from typing import override

from tests.vendors.source_fake import SourceFake, SourceReply, SourceRequest

MESSAGES = {
    "10": "인증키가 누락되었습니다.",
    "11": "유효하지 않은 인증KEY입니다.",
    "20": "필수요청변수값이 누락되었습니다.",
    "21": "잘못된 요청변수입니다.",
    "30": "데이터가 존재하지 않습니다.",
    "31": "조회결과가 초과되었습니다.",
    "40": "호출가능 건수를 초과하였습니다.",
    "41": "호출가능 ROW수를 초과하였습니다.",
    "42": "사용자별 이용이 제한되었습니다.",
    "50": "서버오류가 발생하였습니다.",
}


def error_json(code: str) -> SourceReply:
    """An object instead of an array, HTTP 200."""
    return SourceReply.of({"err": code, "errMsg": MESSAGES[code]})


def error_number(code: str) -> SourceReply:
    """The code as a number."""
    return SourceReply.of({"err": int(code), "errMsg": MESSAGES[code]})


def error_xml(code: str) -> SourceReply:
    """XML in spite of `format=json`."""
    return SourceReply(f"<error><err>{code}</err><errMsg>{MESSAGES[code]}</errMsg></error>", content_type="text/xml")


def error_unquoted(code: str) -> SourceReply:
    """Keys without quotes: no JSON."""
    return SourceReply(f'{{err:"{code}",errMsg:"{MESSAGES[code]}"}}')


def months(first: str, last: str) -> list[str]:
    """Every month from first to last, both included."""
    start, end = (int(text[:4]) * 12 + int(text[4:]) - 1 for text in (first, last))
    return [f"{number // 12:04d}{number % 12 + 1:02d}" for number in range(start, end + 1)]


class KosisFake(SourceFake):
    """A monthly table with one axis. More than `max_cells` cells a call is err 31."""

    def __init__(self, *, key: str, max_cells: int = 40_000) -> None:
        super().__init__()
        self._key = key
        self._max_cells = max_cells

    @override
    def answer(self, request: SourceRequest) -> SourceReply:
        asked = request.params
        if asked.get("apiKey") != self._key:
            return error_json("11")
        if not {"orgId", "tblId", "itmId", "objL1", "prdSe"} <= asked.keys():
            return error_json("20")
        codes = [code for code in asked["objL1"].split("+") if code]
        periods = months(asked["startPrdDe"], asked["endPrdDe"])
        if len(codes) * len(periods) > self._max_cells:
            return error_json("31")
        rows = [_row(code, period) for period in periods for code in codes]
        if asked.get("jsonVD") != "Y":
            return SourceReply("[" + ",".join(f'{{PRD_DE:"{row["PRD_DE"]}"}}' for row in rows) + "]")
        return SourceReply.of(rows) if rows else error_json("30")


def _row(code: str, period: str) -> dict[str, str]:
    return {
        "ORG_ID": "101",
        "TBL_ID": "DT_1KC2020",
        "TBL_NM": "산업별 서비스업생산지수(2020=100.0)",
        "C1": code,
        "C1_OBJ_NM": "산업별",
        "C1_NM": "  음식점 및 주점업",
        "ITM_ID": "T1",
        "ITM_NM": "경상지수",
        "UNIT_NM": "2020=100",
        "PRD_SE": "M",
        "PRD_DE": period,
        "DT": "118.2",
        "LST_CHN_DE": "2026-10-30",
    }
