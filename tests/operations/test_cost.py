"""The cost page says what the script computes, from prices that say where they are from."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from local.template import read_document
from operations.bill import (
    ALARMED_METRICS,
    DASHBOARDS,
    LIFETIMES,
    LOADS,
    READING_USD,
    REQUEST_GB,
    SEARCHES,
    SECRET_SECONDS,
    SECRETS,
    SIZES,
    bill,
    claude_usd,
    month_of,
    options,
)
from operations.cost import early_plan_usd, page
from operations.hit_rates import hit_rate
from operations.price_table import Known, Table, price, table
from shopevents.domain.briefs import Usage
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.domain.prices import price_of
from shopevents.settings.aws_secrets import LIFETIME_SECONDS
from shopevents.use_cases.find_similar_cases import find_similar_cases
from tests.unit.libraries import QUESTION, filled_with

ROOT = Path(__file__).resolve().parents[2]
SMALL, MIDDLE, LARGE = LOADS
SHORT, LONG = LIFETIMES


def usd_of(name: str, load: int, fresh_seconds: float = SHORT) -> float:
    """A line of the bill by the beginning of its name."""
    (usd,) = (part.usd for part in bill(load, fresh_seconds) if part.name.startswith(name))
    return usd


def total(load: int, fresh_seconds: float = SHORT) -> float:
    return sum(part.usd for part in bill(load, fresh_seconds))


def price_file() -> dict[str, Any]:
    return tomllib.loads((ROOT / "operations" / "prices.toml").read_text(encoding="utf-8"))


def default_of(parameter: str) -> Any:
    return read_document(ROOT / "template.yaml")["Parameters"][parameter]["Default"]


def resources(kind: str) -> int:
    """How many of a kind template.yaml has."""
    declared = read_document(ROOT / "template.yaml")["Resources"].values()
    return sum(resource["Type"] == kind for resource in declared)


# --- the page


def test_the_page_is_what_the_script_prints() -> None:
    assert (ROOT / "docs" / "cost.md").read_text(encoding="utf-8") == page()


def test_the_page_has_every_table_and_names_every_price_and_source() -> None:
    text = page()
    assert "{{" not in text
    assert all(f"| `{name}` |" in text for name in table().prices)
    assert all(f"| {name} |" in text for name in table().sources)


def test_the_early_plans_arithmetic_is_put_right() -> None:
    assert early_plan_usd() == pytest.approx(46.80)
    assert "It said $46,800" in page()
    assert "**$46.80**" in page()


# --- the prices


def test_every_price_says_where_it_is_from_and_how_it_is_known() -> None:
    for name, row in price_file()["prices"].items():
        assert row["sources"], name
        assert row["date"], name
        assert row["verified"] in ("page", "derived", "remembered"), name
        assert row["read"], name


def test_a_price_has_the_date_of_the_source_that_gives_it() -> None:
    sources = table().sources
    for name, row in table().prices.items():
        assert row.date == sources[row.sources[0]].date, name


def test_every_source_is_there_with_its_address_and_used() -> None:
    used = {source for row in table().prices.values() for source in row.sources}
    assert used == set(table().sources)


def test_a_price_of_another_region_is_not_passed_off_as_read_for_seoul() -> None:
    elsewhere = {name: row.region for name, row in table().prices.items() if row.region != "ap-northeast-2"}
    assert set(elsewhere.values()) <= {"everywhere", "us-east-1"}
    assert {name for name, region in elsewhere.items() if region == "us-east-1"} == {
        "pinecone_million_read_units",
        "pinecone_million_write_units",
        "pinecone_gb_month",
    }  # where template.yaml puts the index


def test_the_page_says_so_when_a_price_is_remembered() -> None:
    remembered = [name for name, row in table().prices.items() if row.verified is Known.REMEMBERED]
    assert ("**Each was read**" in page()) is (not remembered)


@pytest.mark.parametrize("missing", ["usd", "unit", "read", "sources", "region", "date", "verified"])
def test_a_price_without_its_particulars_is_refused(missing: str) -> None:
    changed = copy.deepcopy(price_file())
    del changed["prices"]["nat_hour"][missing]
    with pytest.raises(ValidationError, match=missing):
        Table.model_validate(changed)


@pytest.mark.parametrize(("field", "value"), [("verified", "sure"), ("usd", 0), ("sources", []), ("source", "a page")])
def test_a_price_with_particulars_that_say_nothing_is_refused(field: str, value: object) -> None:
    changed = copy.deepcopy(price_file())
    changed["prices"]["nat_hour"][field] = value
    with pytest.raises(ValidationError, match=field):
        Table.model_validate(changed)


def test_the_product_counts_embeddings_by_the_same_price() -> None:
    million = Usage(input_tokens=1_000_000, output_tokens=0)
    assert price_of("text-embedding-3-large").usd(million) == pytest.approx(price("embedding_million_tokens"))


# --- the load


@pytest.mark.parametrize(
    ("fresh_seconds", "percent"), [(SHORT, (0.04, 1, 30)), (LONG, (3, 29, 89))], ids=["15 min", "24 h"]
)
def test_the_load_bounds_the_hit_rate(fresh_seconds: int, percent: tuple[float, ...]) -> None:
    rates = [100 * hit_rate(load, fresh_seconds) for load in LOADS]
    assert rates == [pytest.approx(rate, rel=0.2) for rate in percent]


def test_at_the_smallest_load_the_fixed_parts_dwarf_claude() -> None:
    claude = claude_usd(month_of(SMALL, SHORT).misses)
    assert sum(part.usd for part in bill(SMALL, SHORT) if part.fixed) > 50 * claude
    assert claude / SMALL * 1000 <= 0.60


def test_a_longer_lifetime_never_costs_more() -> None:
    assert all(total(load, LONG) <= total(load, SHORT) for load in LOADS)
    assert total(LARGE, LONG) < 0.5 * total(LARGE, SHORT)


def test_claude_is_a_sixth_to_a_half_of_the_largest_bill() -> None:
    shares = [claude_usd(month_of(LARGE, seconds).misses) / total(LARGE, seconds) for seconds in LIFETIMES]
    assert shares == [pytest.approx(1 / 2, abs=0.03), pytest.approx(1 / 6, abs=0.03)]


# --- the parts


def test_pinecones_use_counts_towards_the_least_of_its_plan() -> None:
    for load in (MIDDLE, LARGE):
        use, rest = usd_of("Pinecone, use", load), usd_of("Pinecone, the rest", load)
        assert use + rest == pytest.approx(max(50.0, use))
    assert usd_of("Pinecone, use", SMALL) + usd_of("Pinecone, the rest", SMALL) == 0  # the free plan


def test_the_proxy_is_billed_for_eight_units_at_least() -> None:
    assert usd_of("RDS Proxy", LARGE) == pytest.approx(max(8, SIZES[LARGE].acus) * 730 * 0.025)
    assert usd_of("RDS Proxy", MIDDLE) == 0
    assert "146 USD" in page()
    assert 8 * 730 * price("proxy_acu_hour") == pytest.approx(146)


def test_what_a_stack_asks_for_by_parameter_is_told_and_in_no_sum() -> None:
    endpoints, owners = options(LARGE)
    assert endpoints.usd == pytest.approx(37.96)
    assert owners.usd == pytest.approx(990_000 * 0.0055)
    assert options(MIDDLE)[1].usd == 0
    assert not {endpoints.name, owners.name} & {part.name for part in bill(LARGE, SHORT)}


def test_every_part_costs_something_at_the_largest_load_but_the_rest_of_a_plan_used_up() -> None:
    free = [part.name for part in bill(LARGE, SHORT) if part.usd <= 0]
    assert free == ["Pinecone, the rest of the plan's least"]


# --- the model against the stack


def test_the_bill_counts_what_the_template_makes() -> None:
    assert resources("AWS::CloudWatch::Alarm") == ALARMED_METRICS
    assert resources("AWS::CloudWatch::Dashboard") == DASHBOARDS
    assert resources("AWS::SecretsManager::Secret") + 1 == SECRETS  # RDS makes the database's own


def test_the_model_has_the_stacks_memory_daily_limit_and_lifetime_of_secrets() -> None:
    recommend = read_document(ROOT / "template.yaml")["Resources"]["RecommendFunction"]["Properties"]
    assert recommend["MemorySize"] / 1024 == REQUEST_GB
    assert recommend["VersionDeletionPolicy"] == "Delete"  # so that one version's snapshot is paid for
    assert default_of("CurateDailyUsd") * 30 == READING_USD
    assert LIFETIME_SECONDS == SECRET_SECONDS


def test_the_sizes_are_those_of_samconfig() -> None:
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    for load, environment in ((SMALL, "default"), (MIDDLE, "prod")):
        given = dict(item.split("=") for item in settings[environment]["deploy"]["parameters"]["parameter_overrides"])
        size, instances = SIZES[load], 1 + (given.get("DatabaseReader") == "true")
        assert size.acus == float(given["DatabaseMinCapacity"]) * instances
        assert size.nats == {"one-nat": 1, "nat-per-zone": 2}[given["Network"]]
        assert size.has_proxy is (given.get("DatabaseProxy") == "true")
        assert size.log_days == int(given["LogDays"])
        assert size.backup_days == int(given["DatabaseBackupDays"])
        assert size.traces is (given.get("Tracing") == "Active")


def test_the_database_of_no_stage_may_sleep() -> None:
    capacity = read_document(ROOT / "template.yaml")["Parameters"]["DatabaseMinCapacity"]
    assert capacity["MinValue"] == 0.5
    assert "takes no less" in page()


async def test_a_miss_searches_as_often_as_is_billed() -> None:
    food = [case for case in packaged_cases() if case.industry is QUESTION.trade.category]
    library, index = await filled_with(food)
    await find_similar_cases(QUESTION, library=library)
    assert len(index.searches) == SEARCHES
