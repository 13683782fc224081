"""The plan writer that needs no vendor: playbooks, trade profiles and packaged cases."""

from collections.abc import AsyncGenerator, Sequence

from shopevents.domain.briefs import PlanBrief, Usage, Writing
from shopevents.domain.cases import Case
from shopevents.domain.planning.catalog_plans import plan_from_catalog
from shopevents.domain.trends import compose_trends

CATALOG_MODEL = "catalog"


class CatalogPlanWriter:
    """Serves `PlanWriter` from the catalog, in one snapshot, in milliseconds and at no cost."""

    def __init__(self, cases: Sequence[Case] | None = None) -> None:
        """`cases` stand in for the packaged ones."""
        self._cases = cases

    async def write(self, brief: PlanBrief) -> AsyncGenerator[Writing]:
        yield Writing(
            drafts=plan_from_catalog(brief, self._cases),
            trends=brief.known_trends or compose_trends(brief),
            usage=Usage(model=CATALOG_MODEL),
            finished=True,
        )
