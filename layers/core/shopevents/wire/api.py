"""The HTTP API as a table: what `template.yaml` routes, what functions serve, and what OpenAPI documents."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from shopevents.domain.paging import PAGE_DEFAULT, PAGE_MAX
from shopevents.wire.lookups import IndustryLookupResponse, RegionLookupResponse
from shopevents.wire.recommendations import RecommendationListResponse, RecommendationRequest, RecommendationResponse
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

type Access = Literal["public", "owner", "operator"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query or header parameter, always optional: text, or a number from 1 to `most`."""

    name: str
    place: Literal["query", "header"]
    description: str
    max_length: int = 200
    most: int | None = None


CURSOR = Parameter("cursor", "query", "이전 목록의 nextCursor")
LIMIT = Parameter("limit", "query", f"한 번에 받을 개수, 1~{PAGE_MAX} (기본 {PAGE_DEFAULT})", most=PAGE_MAX)
QUERY = Parameter("q", "query", "찾을 말", max_length=50)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key", "header", "같은 요청을 다시 보내도 한 번만 처리되게 하는 값", max_length=100
)


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """One route: `operation` is its OpenAPI operationId and the name of the function that serves it in code."""

    method: str
    path: str
    operation: str
    summary: str
    status: int
    response: type[BaseModel] | None
    function: str = "manage_shop"
    request: type[BaseModel] | None = None
    parameters: tuple[Parameter, ...] = ()
    access: Access = "owner"
    may_conflict: bool = False

    @property
    def key(self) -> str:
        """API Gateway's route key: "GET /events/{eventId}"."""
        return f"{self.method} {self.path}"


ROUTES: tuple[ApiRoute, ...] = (
    ApiRoute(
        "POST",
        "/recommendations",
        "recommend",
        "이벤트 여섯 가지를 추천받습니다.",
        200,
        RecommendationResponse,
        function="recommend",
        request=RecommendationRequest,
    ),
    ApiRoute(
        "GET",
        "/recommendations",
        "listRecommendations",
        "지난 추천을 봅니다.",
        200,
        RecommendationListResponse,
        parameters=(CURSOR, LIMIT),
    ),
    ApiRoute(
        "GET",
        "/recommendations/{recommendationId}",
        "getRecommendation",
        "지난 추천 하나를 다시 엽니다.",
        200,
        RecommendationResponse,
    ),
    ApiRoute("PUT", "/stores/me", "putStore", "내 가게를 저장합니다.", 200, StoreResponse, request=StorePut),
    ApiRoute("GET", "/stores/me", "getStore", "내 가게를 봅니다.", 200, StoreResponse),
    ApiRoute("DELETE", "/stores/me", "deleteStore", "내 가게와 모든 기록을 지웁니다.", 204, None),
    ApiRoute("GET", "/stores/me/export", "exportStore", "내 기록을 모두 내려받습니다.", 200, ExportResponse),
    ApiRoute(
        "POST",
        "/events",
        "createEvent",
        "이벤트를 시작합니다.",
        201,
        EventResponse,
        request=EventCreate,
        parameters=(IDEMPOTENCY_KEY,),
        may_conflict=True,
    ),
    ApiRoute("GET", "/events", "listEvents", "내 이벤트를 봅니다.", 200, EventListResponse, parameters=(CURSOR, LIMIT)),
    ApiRoute("GET", "/events/{eventId}", "getEvent", "이벤트 하나를 예상과 결과로 봅니다.", 200, EventResponse),
    ApiRoute(
        "PATCH",
        "/events/{eventId}",
        "changeEvent",
        "이벤트를 고치거나 취소합니다.",
        200,
        EventResponse,
        request=EventPatch,
        may_conflict=True,
    ),
    ApiRoute(
        "POST",
        "/events/{eventId}/performance",
        "reportPerformance",
        "이벤트 결과를 적습니다.",
        202,
        PerformanceResponse,
        request=PerformancePost,
        parameters=(IDEMPOTENCY_KEY,),
        may_conflict=True,
    ),
    ApiRoute(
        "GET",
        "/lookups/regions",
        "lookUpRegions",
        "지역을 찾습니다.",
        200,
        RegionLookupResponse,
        parameters=(QUERY,),
    ),
    ApiRoute(
        "GET",
        "/lookups/industries",
        "lookUpIndustries",
        "업종을 찾습니다.",
        200,
        IndustryLookupResponse,
        parameters=(QUERY,),
    ),
    ApiRoute(
        "GET",
        "/reports/quality",
        "getQualityReport",
        "추천의 품질을 봅니다(운영자).",
        200,
        QualityReportResponse,
        access="operator",
    ),
)

# What `serve_console` answers to anybody; none of it is part of the JSON API.
PAGES: tuple[str, ...] = (
    "GET /",
    "GET /console.css",
    "GET /console.js",
    "GET /docs",
    "GET /docs/{file}",
    "GET /openapi.json",
    "GET /health",
)
