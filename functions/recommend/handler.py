"""POST /recommendations: six plans within ten seconds."""

from typing import Any

from shopevents.bootstrap.recommendations import recommend_settings, recommendation_desk, shop_reader
from shopevents.bootstrap.shared_state import system_clock
from shopevents.bootstrap.snapshots import keep_in_snapshot
from shopevents.invocation import Invocation, http_function, on_loop
from shopevents.observability import report_recommendation
from shopevents.use_cases.ask_question import ask_question
from shopevents.use_cases.recommend_events import recommend_events
from shopevents.wire.http import json_response
from shopevents.wire.recommendations import RecommendationRequest, RecommendationResponse
from shopevents.wire.validation import validate


@http_function
async def handler(invocation: Invocation) -> dict[str, Any]:
    """Parses the request, asks for plans, answers."""
    settings = recommend_settings()
    owner = invocation.request.identity(is_local=settings.stage.is_local)
    request = validate(RecommendationRequest, invocation.request.json_object())
    question = await ask_question(request.asked_by(owner.owner_id), shops=shop_reader(), asked_at=system_clock().now())
    recommended = await recommend_events(
        question,
        desk=recommendation_desk(),
        deadline=invocation.deadline(settings.limits.request_seconds),
        watch=invocation.watch,
        correlation_id=invocation.request.request_id,
    )
    report_recommendation(recommended.answer, recommended.failures)
    return json_response(200, RecommendationResponse.of(recommended.answer))


keep_in_snapshot(on_loop)
