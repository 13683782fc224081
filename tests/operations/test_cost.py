"""The cost page says what the script computes."""

from pathlib import Path

import pytest

from operations.cost import LOADS, bill, early_plan_usd, hit_rate, page, table

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_script_prints() -> None:
    assert (ROOT / "docs" / "cost.md").read_text(encoding="utf-8") == page()


def test_the_early_plans_arithmetic_is_put_right() -> None:
    assert early_plan_usd() == pytest.approx(46.80)


@pytest.mark.parametrize(
    ("fresh_seconds", "percent"), [(15 * 60, (0.04, 1, 30)), (24 * 3600, (3, 29, 89))], ids=["15 min", "24 h"]
)
def test_the_load_bounds_the_hit_rate(fresh_seconds: int, percent: tuple[float, ...]) -> None:
    rates = [100 * hit_rate(load, fresh_seconds) for load in LOADS]
    assert rates == [pytest.approx(rate, rel=0.2) for rate in percent]


def test_at_the_smallest_load_the_fixed_parts_dwarf_claude() -> None:
    parts = bill(LOADS[0], 15 * 60)
    claude = next(part.usd for part in parts if part.name == "Claude")
    assert sum(part.usd for part in parts if part.fixed) > 50 * claude
    assert claude / LOADS[0] * 1000 <= 0.60


def test_every_price_says_where_it_is_from_and_how_it_is_known() -> None:
    for name, row in table().items():
        assert row["source"], name
        assert row["date"], name
        assert row["unit"], name
        assert row["verified"] in ("page", "remembered"), name
