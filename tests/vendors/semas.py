"""A fake 상가(상권)정보: pages of stores, and every way in which data.go.kr says no."""

from typing import Any, override

from tests.vendors.source_fake import SourceFake, SourceReply, SourceRequest

NAMES = {
    1: "APPLICATION_ERROR",
    2: "DB_ERROR",
    3: "NODATA_ERROR",
    4: "HTTP_ERROR",
    5: "SERVICETIMEOUT_ERROR",
    10: "INVALID_REQUEST_PARAMETER_ERROR",
    11: "NO_MANDATORY_REQUEST_PARAMETERS_ERROR",
    12: "NO_OPENAPI_SERVICE_ERROR",
    20: "SERVICE_ACCESS_DENIED_ERROR",
    21: "TEMPORARILY_DISABLE_THE_SERVICEKEY_ERROR",
    22: "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR",
    23: "LIMITED_NUMBER_OF_SERVICE_REQUESTS_PER_SECOND_EXCEEDS_ERROR",
    30: "SERVICE_KEY_IS_NOT_REGISTERED_ERROR",
    31: "DEADLINE_HAS_EXPIRED_ERROR",
    32: "UNREGISTERED_IP_ERROR",
    33: "UNSIGNED_CALL_ERROR",
    99: "UNKNOWN_ERROR",
}


def gateway_xml(code: int | str, status: int = 200, name: str | None = None) -> SourceReply:
    """The gateway's refusal: XML although JSON was asked."""
    text = name or NAMES[int(code)]
    body = (
        "<OpenAPI_ServiceResponse>\n<cmmMsgHeader>\n<errMsg>SERVICE ERROR</errMsg>\n"
        f"<returnAuthMsg>{text}</returnAuthMsg>\n<returnReasonCode>{code}</returnReasonCode>\n"
        "</cmmMsgHeader>\n</OpenAPI_ServiceResponse>"
    )
    return SourceReply(body, status, content_type="text/xml;charset=UTF-8")


def gateway_json(code: int | str, status: int = 403) -> SourceReply:
    """The same refusal as JSON, seen with 403."""
    header = {"errMsg": "SERVICE ERROR", "returnAuthMsg": NAMES[int(code)], "returnReasonCode": str(code)}
    return SourceReply.of({"OpenAPI_ServiceResponse": {"cmmMsgHeader": header}}, status)


def service_error(code: str) -> SourceReply:
    """The service's own refusal, HTTP 200."""
    return SourceReply.of({"header": {"resultCode": code, "resultMsg": NAMES[int(code)]}, "body": {"items": []}})


def store(number: int, **fields: Any) -> dict[str, Any]:
    """A store in the register's shape (the fields that matter of its 39)."""
    return {
        "bizesId": f"MA0101202601{number:08d}",
        "bizesNm": f"시험상점{number}",
        "brchNm": "",
        "indsLclsCd": "I2",
        "indsLclsNm": "음식",
        "indsMclsCd": "I212",
        "indsMclsNm": "비알코올 ",
        "indsSclsCd": "I21201",
        "indsSclsNm": "카페",
        "ksicCd": "I56221",
        "ctprvnCd": "11",
        "ctprvnNm": "서울특별시",
        "signguCd": "11440",
        "signguNm": "마포구",
        "lnoMnno": "",
        "lon": 126.92,
        **fields,
    }


class SemasFake(SourceFake):
    """Serves `stores` in pages; wants the key in its decoded form, as the real gateway does."""

    def __init__(self, stores: list[dict[str, Any]], *, key: str, snapshot: str = "202609") -> None:
        super().__init__()
        self.stores = stores
        self.snapshot = snapshot
        self._key = key

    @override
    def answer(self, request: SourceRequest) -> SourceReply:
        if request.params.get("serviceKey") != self._key:
            return gateway_xml(30)
        if request.path != "/storeListInDong":
            return gateway_json(30)  # an unknown path looks like a wrong key
        return self._page(int(request.params["pageNo"]), int(request.params["numOfRows"]))

    def _page(self, number: int, rows: int) -> SourceReply:
        items = self.stores[(number - 1) * rows : number * rows]
        header = {"description": "상가업소", "columns": [], "stdrYm": self.snapshot}
        if not items:
            header |= {"resultCode": "03", "resultMsg": "NODATA_ERROR"}
            return SourceReply.of({"header": header, "body": {"items": []}})
        header |= {"resultCode": "00", "resultMsg": "NORMAL SERVICE"}
        body = {"items": items, "numOfRows": rows, "pageNo": number, "totalCount": len(self.stores)}
        return SourceReply.of({"header": header, "body": body})
