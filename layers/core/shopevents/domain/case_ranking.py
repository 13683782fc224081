"""Which of the cases that read alike ground a plan best: those that happened, here, in this trade, with numbers."""

from shopevents.domain.answers import Question
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.vocabulary import Provenance

# Added to a similarity of 0 to 1. Judged on the packaged corpus: texts of the same trade differ by 0.05 to 0.2 through
# their length alone, which must not decide over what is known of the case.
OBSERVED_BONUS = 0.20
PUBLISHED_BONUS = 0.05
SAME_TRADE_BONUS = 0.10
SAME_DISTRICT_BONUS = 0.05
SAME_CITY_BONUS = 0.02
SAME_SEASON_BONUS = 0.02
SAME_PURPOSE_BONUS = 0.03
KNOWN_NUMBERS_BONUS = 0.03


def usefulness(found: ScoredCase, question: Question) -> float:
    """The similarity and what speaks for the case beside it; only for comparing cases of one search."""
    case = found.case
    return found.score + sum(bonus for bonus, applies in _bonuses(case, question) if applies)


def _bonuses(case: Case, question: Question) -> tuple[tuple[float, bool], ...]:
    region = question.region
    same_city = case.city == region.city
    return (
        (OBSERVED_BONUS, case.provenance is Provenance.OBSERVED),
        (PUBLISHED_BONUS, case.provenance is Provenance.PUBLISHED),
        (SAME_TRADE_BONUS, case.business_type == question.trade.word),
        (SAME_CITY_BONUS, same_city),
        (SAME_DISTRICT_BONUS, same_city and case.district is not None and case.district == region.district),
        (SAME_SEASON_BONUS, case.season is question.season),
        (SAME_PURPOSE_BONUS, question.purpose in case.purposes),
        (KNOWN_NUMBERS_BONUS, case.cost is not None or case.participants is not None),
    )
