"""Every hour: the quality report's figures of today as metrics."""

from collections.abc import Mapping
from typing import Any

from shopevents.bootstrap.shared_state import system_clock
from shopevents.bootstrap.workers import ledger, quality_figures
from shopevents.domain.deadlines import Deadline
from shopevents.invocation import scheduled_function
from shopevents.observability import report_figures
from shopevents.use_cases.report_quality import report_quality


@scheduled_function
async def handler(deadline: Deadline) -> Mapping[str, Any]:
    """The figures, as they went out."""
    report = await report_quality(figures=quality_figures(), clock=system_clock())
    return report_figures(report, spent_usd=await ledger().spent_today())
