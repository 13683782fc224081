"""The catalog writer keeps the promises of the port that Claude keeps, without a vendor."""

from shopevents.adapters.plan_writer.catalog import CatalogPlanWriter
from shopevents.domain.briefs import Writing
from shopevents.domain.plans import Trends
from shopevents.domain.vocabulary import Slot
from shopevents.ports.plan_writer import PlanWriter
from tests.unit.planning_briefs import brief_of


async def snapshots(writer: PlanWriter) -> list[Writing]:
    return [writing async for writing in writer.write(brief_of())]


async def test_the_last_snapshot_is_finished_and_whole() -> None:
    last = (await snapshots(CatalogPlanWriter()))[-1]
    assert last.finished
    assert {draft.slot for draft in last.drafts} == set(Slot)
    assert last.trends is not None


async def test_it_costs_nothing() -> None:
    usage = (await snapshots(CatalogPlanWriter()))[-1].usage
    assert (usage.input_tokens, usage.output_tokens) == (0, 0)


async def test_known_trends_are_not_written_again() -> None:
    known = Trends(industry="업종", location="지역", season="계절")
    brief = brief_of().model_copy(update={"known_trends": known})
    assert [writing.trends async for writing in CatalogPlanWriter().write(brief)] == [known]


async def test_without_cases_it_still_plans() -> None:
    assert len((await snapshots(CatalogPlanWriter(cases=())))[-1].drafts) == len(Slot)
