"""The packaged cases enter through curation, and survive the database unchanged."""

from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.database.connection import Database
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.use_cases.load_catalog import load_catalog
from tests.adapters.clock import HandClock


async def _load(database: Database) -> int:
    return await load_catalog(
        packaged_cases(), extractor=RuleExtractor(), intake=PostgresCaseIntake(database), clock=HandClock()
    )


async def test_loading_them_again_changes_nothing(database: Database) -> None:
    await _load(database)
    assert await _load(database) == 0
    (row,) = await database.fetch("SELECT count(*) AS messages FROM outbox")
    assert row["messages"] == len(packaged_cases())


async def test_every_packaged_case_is_kept_as_it_is(database: Database) -> None:
    cases = PostgresCases(database)
    assert await _load(database) == len(packaged_cases())
    kept = await cases.load([case.case_id for case in packaged_cases()])
    assert {state.case.case_id: state.case for state in kept} == {case.case_id: case for case in packaged_cases()}


async def test_pages_give_every_case_once(database: Database) -> None:
    cases = PostgresCases(database)
    await _load(database)
    seen: list[str] = []
    while page := await cases.page(seen[-1] if seen else None, 37):
        seen += [state.case.case_id for state in page]
    assert sorted(seen) == sorted(case.case_id for case in packaged_cases())
