"""Outliers among the ROIs of an industry, by Tukey's fences: 1.5 interquartile ranges beyond the quartiles."""

import statistics
from collections.abc import Mapping

ENOUGH = 20
"""Observations of an industry from which fences are drawn: with fewer the quartiles rest on four values or less each."""

_FENCE = 1.5


def outliers_among(rois: Mapping[str, float]) -> frozenset[str]:
    """The cases whose ROI (%, by case id) lies beyond the fences; none while there are fewer than 20."""
    if len(rois) < ENOUGH:
        return frozenset()
    lower, _, upper = statistics.quantiles(rois.values(), n=4, method="inclusive")
    reach = _FENCE * (upper - lower)
    return frozenset(case_id for case_id, roi in rois.items() if not lower - reach <= roi <= upper + reach)
