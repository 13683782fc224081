"""What alarms count on is sent, by the names and dimensions that they look for."""

import json
from datetime import date

import pytest

from shopevents.observability import flush_metrics, metrics, report_spending, report_token


def _sent(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    (line,) = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    sent: dict[str, object] = json.loads(line)
    return sent


@pytest.fixture(autouse=True)
def _in_a_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "crawl_hashtags")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "ShopEvents/prod")
    metrics.cache_clear()


def test_each_stage_has_a_namespace_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    report_spending(4.2)
    flush_metrics()
    sent = _sent(capsys)
    assert sent["ai.claude.spent_today_usd"] == [4.2]
    assert sent["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "ShopEvents/prod"  # type: ignore[index]  # EMF


def test_a_tokens_last_days_are_counted_by_function_alone(capsys: pytest.CaptureFixture[str]) -> None:
    report_token(date(2026, 12, 3), date(2026, 11, 23))
    sent = _sent(capsys)
    assert sent["crawl.token_days_left"] == [10.0]
    assert sent["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]  # type: ignore[index]  # EMF


def test_a_token_without_a_known_end_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    report_token(None, date(2026, 11, 23))
    assert capsys.readouterr().out == ""
