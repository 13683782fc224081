"""The cases that come with the product."""

from functools import cache

from shopevents.catalog.files import read_lines
from shopevents.domain.cases import Case

_FILES = ("cases/published.jsonl", "cases/illustrative.jsonl")


@cache
def packaged_cases() -> tuple[Case, ...]:
    """All packaged cases, the published ones first."""
    return tuple(Case.model_validate(dict(line)) for name in _FILES for line in read_lines(name))


def packaged_case(case_id: str) -> Case | None:
    """The packaged case of that id, or null."""
    return _by_id().get(case_id)


@cache
def _by_id() -> dict[str, Case]:
    return {case.case_id: case for case in packaged_cases()}
