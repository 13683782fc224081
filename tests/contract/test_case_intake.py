"""What comes in and what stays out, in memory and in PostgreSQL."""

import asyncio
from collections.abc import Iterable

import pytest

from shopevents.adapters.case_intake.memory import MemoryCaseIntake
from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.database.connection import Database
from shopevents.domain.announcements import case_changed
from shopevents.domain.cases import Case
from shopevents.domain.near_duplicates import comparable, facts_of
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, Provenance
from shopevents.ports.case_intake import Admission, Candidate, CaseIntake, Verdict
from tests.adapters.clock import HandClock

CLOCK = HandClock()
TEXT = "마포구 연남동 카페 모퉁이에서 11월 한 달 동안 텀블러를 가져오면 아메리카노를 20% 할인해 드려요. 사진도 찍어 가세요!"
EDITED = "마포구 연남동 카페 모퉁이에서 11월 한달동안 텀블러 가져오면 아메리카노 20% 할인해드려요~ 사진도 찍어가세요 ☕"
OTHER_MONTH = TEXT.replace("11월", "12월")
OTHER = "부산 서면 네일샵에서 리뷰를 남기면 큐티클 오일을 드립니다. 예약은 네이버로 받고 있고 주말에도 합니다."


def _candidate(case_id: str, text: str, *, title: str = "카페 할인 행사", replaces: bool = False) -> Candidate:
    case = Case(
        case_id=case_id,
        title=title,
        participation="물건을 챙겨 와요",
        mechanic=Mechanic.DISCOUNT,
        industry=IndustryCategory.FOOD,
        provenance=Provenance.PUBLISHED,
        url=f"https://blog.naver.com/{case_id}/220000001",
    )
    message = case_changed(case_id, case.industry, correlation_id="test", now=CLOCK.now())
    return Candidate(case, message, comparable(text), facts_of(text, case), replaces)


def _verdicts(admissions: Iterable[Admission]) -> list[str]:
    return [admission.verdict.value for admission in admissions]


@pytest.fixture(params=["memory", "postgres"])
def intake(request: pytest.FixtureRequest) -> CaseIntake:
    if request.param == "memory":
        return MemoryCaseIntake()
    database: Database = request.getfixturevalue("database")
    return PostgresCaseIntake(database)


async def test_what_is_new_is_kept(intake: CaseIntake) -> None:
    assert _verdicts(await intake.admit([_candidate("a", TEXT), _candidate("b", OTHER)])) == ["kept", "kept"]


async def test_the_same_link_again_is_a_duplicate_whatever_its_text(intake: CaseIntake) -> None:
    await intake.admit([_candidate("a", TEXT)])
    assert await intake.admit([_candidate("a", OTHER)]) == [Admission(Verdict.DUPLICATE, "a")]


async def test_the_same_content_elsewhere_is_a_duplicate(intake: CaseIntake) -> None:
    await intake.admit([_candidate("a", TEXT)])
    spaced = TEXT.replace(" ", "  ").replace(".", " !")
    assert await intake.admit([_candidate("b", spaced)]) == [Admission(Verdict.DUPLICATE, "a")]


async def test_an_edited_copy_is_a_near_duplicate(intake: CaseIntake) -> None:
    await intake.admit([_candidate("a", TEXT), _candidate("c", OTHER)])
    assert await intake.admit([_candidate("b", EDITED)]) == [Admission(Verdict.NEAR_DUPLICATE, "a")]


async def test_duplicates_within_one_call_are_found(intake: CaseIntake) -> None:
    admissions = await intake.admit([_candidate("a", TEXT), _candidate("b", EDITED), _candidate("c", TEXT)])
    assert _verdicts(admissions) == ["kept", "near_duplicate", "duplicate"]


async def test_the_same_format_in_another_month_is_another_event(intake: CaseIntake) -> None:
    assert _verdicts(await intake.admit([_candidate("a", TEXT), _candidate("b", OTHER_MONTH)])) == ["kept", "kept"]


async def test_a_text_too_short_to_compare_is_kept(intake: CaseIntake) -> None:
    assert _verdicts(await intake.admit([_candidate("a", "카페 1+1"), _candidate("b", "카페 2+1")])) == ["kept", "kept"]


async def test_what_replaces_a_case_is_kept_under_its_id(intake: CaseIntake) -> None:
    await intake.admit([_candidate("a", TEXT)])
    again = _candidate("a", TEXT, replaces=True)
    better = _candidate("a", EDITED, title="카페 텀블러 할인", replaces=True)
    assert _verdicts(await intake.admit([again])) == ["unchanged"]
    assert _verdicts(await intake.admit([better])) == ["kept"]
    assert _verdicts(await intake.admit([better])) == ["unchanged"]
    assert _verdicts(await intake.admit([_candidate("b", EDITED)])) == ["duplicate"]


async def test_nothing_is_asked_of_an_empty_call(intake: CaseIntake) -> None:
    assert await intake.admit([]) == []


async def test_a_kept_case_is_announced_once(database: Database) -> None:
    intake = PostgresCaseIntake(database)
    for _ in range(3):
        await intake.admit([_candidate("a", TEXT), _candidate("b", EDITED)])
    rows = await database.fetch("SELECT message ->> 'kind' AS kind FROM outbox")
    assert [row["kind"] for row in rows] == ["case_changed"]
    (state,) = await PostgresCases(database).load(["a", "b"])
    assert state.case == _candidate("a", TEXT).case


async def test_two_at_once_do_not_both_keep_an_edited_copy(database: Database) -> None:
    intakes = [PostgresCaseIntake(database), PostgresCaseIntake(database)]
    admissions = await asyncio.gather(
        intakes[0].admit([_candidate("a", TEXT)]), intakes[1].admit([_candidate("b", EDITED)])
    )
    assert sorted(one.verdict for (one,) in admissions) == [Verdict.KEPT, Verdict.NEAR_DUPLICATE]


async def test_a_crowded_bucket_does_not_make_intake_compare_with_all(database: Database) -> None:
    """300 events of one format: all are kept, because their facts differ, and a copy of the last is found."""
    intake = PostgresCaseIntake(database)
    crowd = [_candidate(f"c{number}", TEXT.replace("20%", f"{number % 90 + 5}%").replace("11월", f"{number % 12 + 1}월"))
             for number in range(180)]  # fmt: skip
    assert _verdicts(await intake.admit(crowd)) == ["kept"] * 180
