"""Every hour: learns from measured events, and puts the quality report's figures out as metrics."""

from collections.abc import Mapping
from typing import Any

from shopevents.bootstrap.shared_state import system_clock
from shopevents.bootstrap.workers import case_outliers, ledger, observed_results, quality_figures, state
from shopevents.domain.deadlines import Deadline
from shopevents.invocation import scheduled_function
from shopevents.observability import report_figures
from shopevents.use_cases.learn_from_results import learn_from_results
from shopevents.use_cases.report_quality import report_quality


@scheduled_function
async def handler(deadline: Deadline) -> Mapping[str, Any]:
    """The figures, as they went out."""
    learned = await learn_from_results(results=observed_results(), outliers=case_outliers(), cache=state().cache)
    report = await report_quality(figures=quality_figures(), cache=state().cache, clock=system_clock())
    return {"learned_from": learned} | report_figures(report, spent_usd=await ledger().spent_today())
