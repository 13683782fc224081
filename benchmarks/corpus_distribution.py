"""Print how the packaged cases are distributed: `python -m benchmarks.corpus_distribution` (a Markdown table)."""

from collections import Counter
from collections.abc import Iterable, Iterator

from shopevents.catalog.files import read_lines
from shopevents.domain.cases import Case

_METROPOLITAN = ("부산", "대구", "인천")

# Shares in % that the corpus is composed to reach (design, section 7).
TARGETS: dict[str, dict[str, int]] = {
    "industry": {"음식점": 40, "소매점": 25, "서비스": 20, "숙박": 10, "기타": 5},
    "budget": {"low": 40, "medium": 35, "high": 25},
    "region": {"서울": 30, "경기": 25, "부산·대구·인천": 20, "others": 25},
}


def packaged_cases() -> tuple[Case, ...]:
    """Every packaged case, published ones first."""
    files = ("cases/published.jsonl", "cases/illustrative.jsonl")
    return tuple(Case.model_validate(dict(row)) for name in files for row in read_lines(name))


def region_group(city: str) -> str:
    """The group that a 시도 counts to on the region axis."""
    if city in _METROPOLITAN:
        return "부산·대구·인천"
    return city if city in ("서울", "경기") else "others"


def shares(cases: Iterable[Case]) -> dict[str, Counter[str]]:
    """How many cases fall in each group of each axis, over the cases that state the field."""
    counted: dict[str, Counter[str]] = {axis: Counter() for axis in TARGETS}
    for case in cases:
        counted["industry"][case.industry] += 1
        if case.budget is not None:
            counted["budget"][case.budget] += 1
        if case.city is not None:
            counted["region"][region_group(case.city)] += 1
    return counted


def table(cases: Iterable[Case]) -> Iterator[str]:
    """The lines of the Markdown table: axis, group, target, share and count."""
    yield "| axis | group | target % | share % | cases |"
    yield "|---|---|---|---|---|"
    for axis, counter in shares(cases).items():
        for group, target in TARGETS[axis].items():
            share = 100 * counter[group] / counter.total()
            yield f"| {axis} | {group} | {target} | {share:.1f} | {counter[group]} of {counter.total()} |"


if __name__ == "__main__":
    cases = packaged_cases()
    print(*table(cases), sep="\n")
    print(dict(Counter(str(case.provenance) for case in cases)))
