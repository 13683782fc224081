"""What an owner is told about an answer that is less than it could be."""

import pytest

from shopevents.domain.degradations import LIMITS, Degradation, message_for
from shopevents.domain.vocabulary import AnswerSource


def test_a_whole_answer_says_nothing() -> None:
    assert message_for(AnswerSource.CLAUDE, frozenset()) is None


@pytest.mark.parametrize("source", [AnswerSource.CATALOG, AnswerSource.STALE, AnswerSource.MIXED])
def test_every_other_source_is_told(source: AnswerSource) -> None:
    assert message_for(source, frozenset())


@pytest.mark.parametrize("limit", sorted(LIMITS))
def test_a_limit_is_told_as_one(limit: Degradation) -> None:
    message = message_for(AnswerSource.CATALOG, frozenset({limit}))
    assert message is not None
    assert "일시적으로 기본 추천을 제공합니다" in message


def test_claudes_plans_without_their_grounding_say_so() -> None:
    assert message_for(AnswerSource.CLAUDE, frozenset({Degradation.GROUNDING_UNAVAILABLE}))
