"""`python -m local curate`: documents in, cases and what was set aside out; no database."""

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local.__main__ import app
from local.curate import curated_lines
from shopevents.catalog.files import read_lines
from shopevents.domain.cases import Case
from shopevents.domain.packaged_cases import packaged_cases


async def _curated(*documents: Any) -> tuple[list[dict[str, Any]], Counter[str]]:
    counts: Counter[str] = Counter()
    lines = BytesIO(b"".join(json.dumps(document, ensure_ascii=False).encode() + b"\n" for document in documents))
    return [shaped async for shaped in curated_lines(lines, counts)], counts


def _posts(count: int) -> list[dict[str, Any]]:
    return [dict(row) for row in read_lines("replay/blog_posts.jsonl")[:count]]


async def test_no_packaged_case_is_lost_and_none_is_changed() -> None:
    rows = [case.model_dump(mode="json") for case in packaged_cases()]
    outcome, counts = await _curated({"source": "catalog", "reply": {"cases": rows}})
    assert [Case.model_validate(one["case"]) for one in outcome] == list(packaged_cases())
    assert counts["cases"] == len(packaged_cases())


async def test_every_post_ends_as_a_case_or_with_a_reason() -> None:
    posts = _posts(100)
    outcome, counts = await _curated(*({"source": "naver_blog", "reply": {"items": [post]}} for post in posts))
    assert len(outcome) == len(posts)
    assert counts["lines"] == len(posts)
    for one in outcome:
        assert set(one) in ({"case"}, {"quarantined", "reason"})
    assert counts["cases"] > 50
    assert counts["duplicate"] > 0
    assert counts["near_duplicate"] > 0
    assert counts["blocked_site"] == 1


async def test_a_case_has_its_link_and_only_numbers_that_were_stated() -> None:
    outcome, _ = await _curated({"source": "naver_blog", "reply": {"items": _posts(100)}})
    cases = [one["case"] for one in outcome if "case" in one]
    assert all(case["url"].startswith("https://") and case["provenance"] == "published" for case in cases)
    assert all(case["roi"] is None for case in cases)
    assert sum(case["cost"] is not None for case in cases) <= 3


async def test_a_reply_may_come_as_text() -> None:
    reply = json.dumps({"items": _posts(1)}, ensure_ascii=False)
    outcome, _ = await _curated({"source": "naver_blog", "reply": reply})
    assert "case" in outcome[0]


async def test_statistics_become_no_cases_and_are_no_failures() -> None:
    store = {"header": {"resultCode": "00"}, "body": {"items": [], "totalCount": 0}}
    nothing = {"header": {"resultCode": "03", "resultMsg": "NODATA_ERROR"}, "body": {"items": []}}
    kosis = [{"TBL_ID": "DT_1KC2020", "DT": "121.4"}]
    seoul = {"VwsmTrdarSelngQq": {"list_total_count": 0, "row": []}}
    outcome, counts = await _curated(
        {"source": "semas_stores", "reply": store},
        {"source": "semas", "reply": nothing},
        {"source": "kosis", "reply": kosis},
        {"source": "seoul_sales", "reply": seoul},
        {"source": "semas", "reply": {"header": {"resultCode": "30"}}},
    )
    assert [one["reason"] for one in outcome] == ["error_reply"]
    assert counts["lines"] == 5


def test_the_command_prints_json_lines_and_tells_its_progress_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "documents.jsonl"
    file.write_text(json.dumps({"source": "naver_blog", "reply": {"items": _posts(3)}}) + "\n\nnot json\n")
    result = CliRunner().invoke(app, ["curate", str(file)])
    assert result.exit_code == 0
    assert len([json.loads(line) for line in result.stdout.splitlines()]) == 4
    assert "2 lines" in result.stderr
    assert "not_json" in result.stderr


def test_the_command_reads_standard_input() -> None:
    document = json.dumps({"source": "naver_blog", "reply": {"items": _posts(1)}})
    result = CliRunner().invoke(app, ["curate", "-"], input=document)
    assert json.loads(result.stdout)["case"]["prize"]


@pytest.mark.parametrize("content", ["", "\n\n", "   \n"])
def test_an_empty_file_is_no_error(content: str, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text(content)
    result = CliRunner().invoke(app, ["curate", str(file)])
    assert (result.exit_code, result.stdout) == (0, "")
