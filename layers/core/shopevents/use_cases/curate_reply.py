"""One reply of a source becomes cases: read, extracted, compared, admitted."""

from collections.abc import Sequence
from dataclasses import dataclass

from shopevents.domain.announcements import case_changed
from shopevents.domain.cases import Case
from shopevents.domain.curation import Comparable, Reading, case_in, illustrative, packaged
from shopevents.domain.posts import Reason, SetAside
from shopevents.ports.case_intake import Admission, Candidate, CaseIntake, Verdict
from shopevents.ports.clock import Clock
from shopevents.ports.event_extractor import EventExtractor


@dataclass(frozen=True, slots=True)
class Curated:
    """`cases` came in, of which `changed` are new or different; `aside` did not, each with its reason."""

    cases: tuple[Case, ...] = ()
    changed: int = 0
    aside: tuple[SetAside, ...] = ()


async def curate_reading(
    reading: Reading,
    *,
    extractor: EventExtractor,
    intake: CaseIntake,
    clock: Clock,
    correlation_id: str,
    again: bool = False,
    recorded: bool = False,
) -> Curated:
    """Every post and case of the reading ends as a case or as something set aside; none is lost. `again`: the
    reply was curated before, and what better rules make of it replaces what was kept. Cases that came as cases
    always replace what was kept of them. `recorded`: the reply is a sample, so its posts tell of nothing that happened
    and become illustrative cases. Raises DependencyError."""
    events = await extractor.extract(reading.posts) if reading.posts else []
    judged = [case_in(post, event) for post, event in zip(reading.posts, events, strict=True)]
    if recorded:
        judged = [illustrative(one) if isinstance(one, Comparable) else one for one in judged]
    candidates = [
        *(_candidate(one, clock, correlation_id, replaces=again) for one in judged if isinstance(one, Comparable)),
        *(_candidate(packaged(case), clock, correlation_id, replaces=True) for case in reading.cases),
    ]
    admissions = await intake.admit(candidates) if candidates else []
    curated = _concluded(candidates, admissions)
    aside = (*reading.aside, *(one for one in judged if isinstance(one, SetAside)), *curated.aside)
    return Curated(curated.cases, curated.changed, aside)


def _candidate(one: Comparable, clock: Clock, correlation_id: str, *, replaces: bool) -> Candidate:
    announcement = case_changed(one.case.case_id, one.case.industry, correlation_id=correlation_id, now=clock.now())
    return Candidate(one.case, announcement, one.letters, one.facts, replaces)


def _concluded(candidates: Sequence[Candidate], admissions: Sequence[Admission]) -> Curated:
    decided = list(zip(candidates, admissions, strict=True))
    came_in = {Verdict.KEPT, Verdict.UNCHANGED}
    return Curated(
        cases=tuple(candidate.case for candidate, admission in decided if admission.verdict in came_in),
        changed=sum(admission.verdict is Verdict.KEPT for admission in admissions),
        aside=tuple(
            SetAside(
                Reason(admission.verdict.value),
                {"case_id": candidate.case.case_id, "link": candidate.case.url or ""},
                f"of {admission.of}",
            )
            for candidate, admission in decided
            if admission.verdict not in came_in
        ),
    )
