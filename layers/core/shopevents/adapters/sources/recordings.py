"""What recorded sources answer, in the real shapes, from the packaged samples (`catalog/replay/`).

The samples are invented: shops, people and figures. Each function takes a request's path and parameters.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from shopevents.catalog.files import read_lines, read_table

type Params = Mapping[str, str]
type Recorded = Callable[[str, Params], Any]

_TAG_BASE = 17840000000000000
_MEDIA_PER_PAGE = 4
_NAVER_NOISE = re.compile(r"</?b>|&\w+;")


def blog_posts(_path: str, params: Params) -> Any:
    """Posts that hold every word of the query ("소상공인 이벤트" and the like, which name no trade: all)."""
    start, display = int(params["start"]), int(params["display"])
    found = [dict(post) for post in read_lines("replay/blog_posts.jsonl") if _matches(post, params["query"])]
    page = found[start - 1 : start - 1 + display]
    head = {"lastBuildDate": "Mon, 23 Nov 2026 02:00:03 +0900", "total": len(found), "start": start}
    return {**head, "display": len(page), "items": page}


def hashtag_posts(path: str, params: Params) -> Any:
    """A tag's id, the tags that were asked for, or a page of a tag's posts."""
    last = path.rsplit("/", 1)[-1]
    if last == "ig_hashtag_search":
        return _tag(params["q"])
    if last == "recently_searched_hashtags":
        return {"data": []}
    names = _tag_names()
    name = names[int(path.split("/")[-2]) - _TAG_BASE]
    posts = [line["post"] for line in read_lines("replay/hashtag_posts.jsonl") if name in line["tags"]]
    start = int(params.get("after", "0"))
    content: dict[str, Any] = {"data": posts[start : start + _MEDIA_PER_PAGE]}
    if start + _MEDIA_PER_PAGE < len(posts):
        after = str(start + _MEDIA_PER_PAGE)
        link = f"https://graph.facebook.com{path}?access_token={params['access_token']}&after={after}"
        content["paging"] = {"cursors": {"after": after}, "next": link}
    return content


def stores(snapshot: str) -> Recorded:
    """The register as it was in `snapshot` ("202609")."""

    def answer(_path: str, params: Params) -> Any:
        page, rows = int(params["pageNo"]), int(params["numOfRows"])
        found = [
            _store(row)
            for row in read_table("replay/stores.csv")
            if row["first"] <= snapshot <= row["last"]
            and row["district"] == params["key"]
            and row["trade"].startswith(params.get("indsLclsCd", ""))
        ]
        items = found[(page - 1) * rows : page * rows]
        code, message = ("00", "NORMAL SERVICE") if items else ("03", "NODATA_ERROR")
        header = {"description": "상가업소 조회", "stdrYm": snapshot, "resultCode": code, "resultMsg": message}
        return {
            "header": header,
            "body": {"items": items, "numOfRows": rows, "pageNo": page, "totalCount": len(found)},
        }

    return answer


def statistics_rows(_path: str, params: Params) -> Any:
    """Rows of a KOSIS table for the codes and periods that are asked for."""
    rows = [
        _kosis_row(row)
        for row in read_table("replay/kosis.csv")
        if row["table"] == params["tblId"]
        and row["kind"] == params["prdSe"]
        and row["item"] in params["itmId"].split("+")
        and _asked(row["c1"], params.get("objL1", "ALL"))
        and _asked(row["c2"], params.get("objL2", "ALL"))
        and params["startPrdDe"] <= row["period"] <= params["endPrdDe"]
    ]
    return rows or {"err": "30", "errMsg": "데이터가 존재하지 않습니다."}


def seoul_sales(path: str, _params: Params) -> Any:
    """Rows of a quarter, by number."""
    service, first, last, quarter = path.split("/")[-4:]
    held = [row for row in read_table("replay/seoul_sales.csv") if row["STDR_YYQU_CD"] == quarter]
    page = [_numbers(row) for row in held[int(first) - 1 : int(last)]]
    if not page:
        return {"RESULT": {"CODE": "INFO-200", "MESSAGE": "해당하는 데이터가 없습니다."}}
    done = {"CODE": "INFO-000", "MESSAGE": "정상 처리되었습니다"}
    return {service: {"list_total_count": len(held), "RESULT": done, "row": page}}


def _matches(post: Mapping[str, Any], query: str) -> bool:
    text = _NAVER_NOISE.sub("", f"{post['title']} {post['description']}")
    words = [word for word in query.split() if word not in _EVERYWHERE]
    return all(word in text for word in words)


# Words of our own queries that a search engine does not take literally.
_EVERYWHERE = frozenset({"소상공인", "매장", "가게", "동네", "이벤트", "프로모션", "행사", "사장님"})


def _tag(name: str) -> Any:
    names = _tag_names()
    if name not in names:
        error = {"message": "The requested resource does not exist", "type": "OAuthException", "code": 24}
        return {"error": {**error, "error_subcode": 2207024, "is_transient": False, "fbtrace_id": "ASampleTrace"}}
    return {"data": [{"id": str(_TAG_BASE + names.index(name))}]}


@cache
def _tag_names() -> tuple[str, ...]:
    tags: Iterable[str] = (tag for line in read_lines("replay/hashtag_posts.jsonl") for tag in line["tags"])
    return tuple(sorted(set(tags)))


def _store(row: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the register's 39 that say something here."""
    large, middle, small = _trade_names()[row["trade"]]
    city, district = _district_names()[row["district"]]
    code = row["trade"]
    return {
        "bizesId": row["id"],
        "bizesNm": row["name"],
        "brchNm": row["branch"],
        "indsLclsCd": code[:2],
        "indsLclsNm": large,
        "indsMclsCd": code[:4],
        "indsMclsNm": f"{middle} ",
        "indsSclsCd": code,
        "indsSclsNm": small,
        "ksicCd": row["ksic"],
        "ctprvnCd": row["district"][:2],
        "ctprvnNm": city,
        "signguCd": row["district"],
        "signguNm": district,
        "lnoMnno": "",
        "lnoSlno": "",
        "bldMnno": "",
        "bldSlno": "",
        "flrNo": "",
        "hoNo": "",
    }


@cache
def _trade_names() -> Mapping[str, tuple[str, str, str]]:
    rows = read_table("replay/store_trades.csv")
    return {row["code"]: (row["large_name"], row["middle_name"], row["small_name"]) for row in rows}


@cache
def _district_names() -> Mapping[str, tuple[str, str]]:
    return {row["code"]: (row["city"], row["district"]) for row in read_table("statistics/districts.csv")}


def _asked(code: str, codes: str) -> bool:
    return codes == "ALL" or code in codes.split("+")


def _kosis_row(row: Mapping[str, str]) -> dict[str, str]:
    second = {"C2": row["c2"], "C2_NM": row["c2_name"]} if row["c2"] else {}
    return {
        "ORG_ID": "101",
        "TBL_ID": row["table"],
        "C1": row["c1"],
        "C1_NM": row["c1_name"],
        **second,
        "ITM_ID": row["item"],
        "ITM_NM": row["item_name"],
        "UNIT_NM": row["unit"],
        "PRD_SE": row["kind"],
        "PRD_DE": row["period"],
        "DT": row["value"],
        "LST_CHN_DE": "2026-10-30",
    }


def _numbers(row: Mapping[str, str]) -> dict[str, Any]:
    return {name: int(value) if name.endswith("_AMT") else value for name, value in row.items()}
