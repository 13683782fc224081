"""One reply of a source becomes cases: read, extracted, compared, admitted."""

from dataclasses import dataclass

from shopevents.domain.announcements import case_changed
from shopevents.domain.cases import Case
from shopevents.domain.curation import Comparable, Reading, case_in, packaged
from shopevents.domain.posts import Reason, SetAside
from shopevents.ports.case_intake import Candidate, CaseIntake, Verdict
from shopevents.ports.clock import Clock
from shopevents.ports.event_extractor import EventExtractor


@dataclass(frozen=True, slots=True)
class Curated:
    """`cases` came in (or were there, unchanged); `aside` did not, each with its reason."""

    cases: tuple[Case, ...]
    aside: tuple[SetAside, ...]


async def curate_reading(
    reading: Reading,
    *,
    extractor: EventExtractor,
    intake: CaseIntake,
    clock: Clock,
    correlation_id: str,
    again: bool = False,
) -> Curated:
    """Every post and case of the reading ends as a case or as something set aside; none is lost. `again`: the
    reply was curated before, and what better rules make of it replaces what was kept. Raises DependencyError."""
    events = await extractor.extract(reading.posts) if reading.posts else []
    judged = [case_in(post, event) for post, event in zip(reading.posts, events, strict=True)]
    found = [(one, again) for one in judged if isinstance(one, Comparable)]
    found += [(packaged(case), True) for case in reading.cases]
    candidates = [_candidate(one, clock, correlation_id, replaces=replaces) for one, replaces in found]
    admissions = await intake.admit(candidates) if candidates else []
    cases: list[Case] = []
    aside = [*reading.aside, *(one for one in judged if isinstance(one, SetAside))]
    for (one, _), admission in zip(found, admissions, strict=True):
        if admission.verdict in {Verdict.KEPT, Verdict.UNCHANGED}:
            cases.append(one.case)
        else:
            record = {"case_id": one.case.case_id, "link": one.case.url or ""}
            aside.append(SetAside(Reason(admission.verdict.value), record, f"of {admission.of}"))
    return Curated(tuple(cases), tuple(aside))


def _candidate(one: Comparable, clock: Clock, correlation_id: str, *, replaces: bool) -> Candidate:
    announcement = case_changed(one.case.case_id, one.case.industry, correlation_id=correlation_id, now=clock.now())
    return Candidate(one.case, announcement, one.letters, one.facts, replaces)
