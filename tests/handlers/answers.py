"""The contract of POST /recommendations (design, section 4), checked without the product's own rules."""

from typing import Any

SLOTS = ["low-online", "low-offline", "medium-online", "medium-offline", "high-online", "high-offline"]
BANDS = {"low": (250_000, 300_000), "medium": (1_500_000, 1_800_000), "high": (5_000_000, 6_000_000)}
SOURCES = {"claude", "stale", "catalog"}


def check_answer(body: dict[str, Any]) -> None:
    """Fails with the first thing that breaks the contract."""
    assert body["success"] is True
    data, metadata = body["data"], body["metadata"]
    assert data["recommendationId"]
    assert all(30 <= len(data["trends"][name]) <= 180 for name in ("industry", "location", "season"))
    plans = data["recommendations"]
    assert [plan["id"] for plan in plans] == SLOTS
    for plan in plans:
        _check_plan(plan)
    assert len({plan["title"] for plan in plans}) == len(plans)
    _check_returns(plans)
    _check_metadata(metadata, {plan["source"] for plan in plans})


def _check_plan(plan: dict[str, Any]) -> None:
    assert plan["id"] == f"{plan['budget']}-{plan['type']}"
    assert 0 < len(plan["title"]) <= 30
    assert 0 < len(plan["prize"]) <= 20
    assert 0 < len(plan["participation"]) <= 200
    low, high = BANDS[plan["budget"]]
    assert low <= plan["cost"] <= high
    assert plan["expectedParticipants"] > 0
    assert isinstance(plan["roi"], int)
    assert plan["source"] in SOURCES
    assert plan["numbers"] in {"assumed", "observed"}
    for name in ("participantsRange", "roiRange"):
        assert plan[name] is None or plan[name][0] <= plan[name][1]
    assert plan["lossChance"] is None or 0 <= plan["lossChance"] <= 1
    for case in plan["basis"]:
        assert case["provenance"] in {"planned", "observed", "published", "illustrative"}
        assert case["provenance"] != "published" or case["url"].startswith("http")


def _check_returns(plans: list[dict[str, Any]]) -> None:
    returns = {budget: [plan["roi"] for plan in plans if plan["budget"] == budget] for budget in BANDS}
    assert min(returns["low"]) >= max(returns["medium"])
    assert min(returns["medium"]) >= max(returns["high"])


def _check_metadata(metadata: dict[str, Any], sources: set[str]) -> None:
    assert metadata["source"] == (sources.pop() if len(sources) == 1 else "mixed")
    assert (metadata["message"] is None) == (metadata["source"] == "claude")
    assert 0 <= metadata["processingTime"] < 10
    assert metadata["modelUsage"].keys() == {"inputTokens", "outputTokens"}
    for name in ("cacheHit", "model", "costUsd", "promptVariant", "rateLimited"):
        assert name in metadata
