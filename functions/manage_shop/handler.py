"""The owner's routes beside POST /recommendations: past answers, the shop, shop events, lookups, the report."""

from collections.abc import Awaitable, Callable
from typing import Any

from shopevents.bootstrap.manage_shop import ShopDesk, shop_desk
from shopevents.domain.errors import NotAllowed, NotFound
from shopevents.invocation import Invocation, http_function
from shopevents.use_cases.change_shop_event import change_shop_event
from shopevents.use_cases.create_shop_event import create_shop_event
from shopevents.use_cases.follow_shop_events import find_shop_event, list_shop_events
from shopevents.use_cases.keep_store import erase_owner, export_owner, get_store, put_store
from shopevents.use_cases.look_up import look_up_industries, look_up_regions
from shopevents.use_cases.reopen_recommendations import list_recommendations, reopen_recommendation
from shopevents.use_cases.report_performance import report_performance
from shopevents.use_cases.report_quality import latest_report
from shopevents.wire.http import HttpRequest, Identity, empty_response, json_response
from shopevents.wire.lookups import IndustryLookupResponse, RegionLookupResponse
from shopevents.wire.parameters import cursor_of, limit_of, once_key_of, path_parameter, query_of
from shopevents.wire.recommendations import RecommendationListResponse, RecommendationResponse
from shopevents.wire.reports import QualityReportResponse
from shopevents.wire.shop_events import (
    EventCreate,
    EventListResponse,
    EventPatch,
    EventResponse,
    PerformancePost,
    PerformanceResponse,
)
from shopevents.wire.stores import ExportResponse, StorePut, StoreResponse
from shopevents.wire.validation import validate

type Answered = Awaitable[dict[str, Any]]
type Route = Callable[[HttpRequest, Identity, ShopDesk], Answered]


async def _list_recommendations(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    page = await list_recommendations(owner.owner_id, cursor_of(request), limit_of(request), archive=desk.archive)
    return json_response(200, RecommendationListResponse.of(page))


async def _get_recommendation(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    recommendation_id = path_parameter(request, "recommendationId")
    answer = await reopen_recommendation(recommendation_id, owner.owner_id, archive=desk.archive)
    return json_response(200, RecommendationResponse.of(answer))


async def _put_store(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    words = validate(StorePut, request.json_object()).words()
    shop = await put_store(
        owner.owner_id, words, shops=desk.shops, clock=desk.clock, business_number_key=desk.business_number_key
    )
    return json_response(200, StoreResponse.of(shop))


async def _get_store(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    return json_response(200, StoreResponse.of(await get_store(owner.owner_id, shops=desk.shops)))


async def _delete_store(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    await erase_owner(
        owner.owner_id,
        shops=desk.shops,
        answers=desk.answers,
        publisher=desk.events.publisher,
        clock=desk.clock,
        correlation_id=request.request_id,
    )
    return empty_response(204)


async def _export_store(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    return json_response(200, ExportResponse.of(await export_owner(owner.owner_id, shops=desk.shops, clock=desk.clock)))


async def _create_event(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    body = validate(EventCreate, request.json_object())
    tracked = await create_shop_event(
        owner.owner_id,
        body.wish(),
        choice=body.choice(),
        once=once_key_of(request, owner.owner_id, "createEvent"),
        correlation_id=request.request_id,
        desk=desk.events,
    )
    return json_response(201, EventResponse.of(tracked))


async def _list_events(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    page = await list_shop_events(
        owner.owner_id,
        cursor_of(request),
        limit_of(request),
        shop_events=desk.events.shop_events,
        clock=desk.clock,
    )
    return json_response(200, EventListResponse.of(page))


async def _get_event(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    event_id = path_parameter(request, "eventId")
    tracked = await find_shop_event(event_id, owner.owner_id, shop_events=desk.events.shop_events, clock=desk.clock)
    return json_response(200, EventResponse.of(tracked))


async def _change_event(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    body = validate(EventPatch, request.json_object())
    tracked = await change_shop_event(
        path_parameter(request, "eventId"),
        owner.owner_id,
        body.wish(),
        withdraw=bool(body.withdrawn),
        correlation_id=request.request_id,
        desk=desk.events,
    )
    return json_response(200, EventResponse.of(tracked))


async def _report_performance(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    body = validate(PerformancePost, request.json_object())
    accepted = await report_performance(
        path_parameter(request, "eventId"),
        owner.owner_id,
        body.counted(),
        once=once_key_of(request, owner.owner_id, "reportPerformance"),
        correlation_id=request.request_id,
        desk=desk.events,
        performances=desk.performances,
    )
    return json_response(202, PerformanceResponse.of(accepted))


async def _look_up_regions(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    return json_response(200, RegionLookupResponse.of(look_up_regions(query_of(request))))


async def _look_up_industries(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    return json_response(200, IndustryLookupResponse.of(look_up_industries(query_of(request))))


async def _get_quality_report(request: HttpRequest, owner: Identity, desk: ShopDesk) -> dict[str, Any]:
    if not owner.is_operator:
        raise NotAllowed
    report = await latest_report(figures=desk.quality_figures, cache=desk.cache, clock=desk.clock)
    return json_response(200, QualityReportResponse.of(report))


_ROUTES: dict[str, Route] = {
    "GET /recommendations": _list_recommendations,
    "GET /recommendations/{recommendationId}": _get_recommendation,
    "PUT /stores/me": _put_store,
    "GET /stores/me": _get_store,
    "DELETE /stores/me": _delete_store,
    "GET /stores/me/export": _export_store,
    "POST /events": _create_event,
    "GET /events": _list_events,
    "GET /events/{eventId}": _get_event,
    "PATCH /events/{eventId}": _change_event,
    "POST /events/{eventId}/performance": _report_performance,
    "GET /lookups/regions": _look_up_regions,
    "GET /lookups/industries": _look_up_industries,
    "GET /reports/quality": _get_quality_report,
}


@http_function
async def handler(invocation: Invocation) -> dict[str, Any]:
    """Serves the route that API Gateway has chosen."""
    request, desk = invocation.request, shop_desk()
    route = _ROUTES.get(request.route_key)
    if route is None:
        raise NotFound
    owner = request.identity(is_local=desk.is_local)
    await desk.admit(owner.owner_id)
    return await route(request, owner, desk)
