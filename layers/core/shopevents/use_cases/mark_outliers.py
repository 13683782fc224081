"""Marks the cases of industries whose ROI stands apart from the others'."""

from collections.abc import Iterable

from shopevents.domain.outliers import outliers_among
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.case_outliers import CaseOutliers


async def mark_outliers(industries: Iterable[IndustryCategory], *, outliers: CaseOutliers) -> int:
    """Returns how many marks changed; running it again changes none. Raises Unavailable."""
    changed = 0
    for industry in set(industries):
        changed += await outliers.mark(industry, outliers_among(await outliers.rois(industry)))
    return changed
