"""OpenAPI 3.1 of the API, generated from the route table and the wire models."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shopevents.wire.api import ROUTES, ApiRoute, Parameter
from shopevents.wire.errors import ErrorResponse

_REF = "#/components/schemas/{model}"
_ALWAYS = {401: "신원을 알 수 없습니다.", 429: "요청이 너무 많습니다."}
_WITH_BODY = {
    400: "본문이 JSON이 아닙니다.",
    413: "본문이 너무 큽니다.",
    415: "Content-Type이 application/json이 아닙니다.",
    422: "입력한 내용이 올바르지 않습니다.",
}


def openapi() -> dict[str, Any]:
    """The whole document."""
    models = _models()
    schemas, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REF, by_alias=True
    )
    del schemas  # every model stands in the definitions under its own name
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "가게 이벤트 플래너",
            "version": "1.0.0",
            "description": "소상공인을 위한 이벤트 추천과 기록. 모든 본문은 UTF-8 JSON이고, 시각은 ISO 8601(시간대 포함)입니다.",
        },
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _models() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = [ErrorResponse]
    for route in ROUTES:
        found += [model for model in (route.request, route.response) if model is not None]
    return list(dict.fromkeys(found))


def _operation(route: ApiRoute) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": route.summary,
        "responses": _responses(route),
    }
    parameters = [*_path_parameters(route), *map(_parameter, route.parameters)]
    if parameters:
        operation["parameters"] = parameters
    if route.request is not None:
        operation["requestBody"] = {"required": True, "content": _content(route.request)}
    if route.access != "public":
        operation["security"] = [{"jwt": []}]
    return operation


def _responses(route: ApiRoute) -> dict[str, Any]:
    success: dict[str, Any] = {"description": route.summary}
    if route.response is not None:
        success["content"] = _content(route.response)
    if route.operation in _LINKS:
        success["links"] = _LINKS[route.operation]
    return {str(route.status): success} | {
        str(status): {"description": text, "content": _content(ErrorResponse)}
        for status, text in sorted(_errors(route).items())
    }


def _errors(route: ApiRoute) -> dict[int, str]:
    errors = dict(_ALWAYS)
    if route.request is not None:
        errors |= _WITH_BODY
    if route.parameters:
        errors[422] = "입력한 내용이 올바르지 않습니다."
    if "{" in route.path or route.path == "/stores/me":
        errors[404] = "찾을 수 없습니다."
    if route.may_conflict:
        errors[409] = "이미 처리된 요청과 내용이 다릅니다."
        errors[404] = "찾을 수 없습니다."
    if route.access == "operator":
        errors[403] = "운영자만 볼 수 있습니다."
    if not route.path.startswith("/lookups"):
        errors[503] = "저장소를 잠시 쓸 수 없습니다. Retry-After 뒤에 다시 시도해 주세요."
    return errors


def _path_parameters(route: ApiRoute) -> list[dict[str, Any]]:
    names = [part.strip("{}") for part in route.path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for name in names
    ]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": False,
        "description": parameter.description,
        "schema": _schema(parameter),
    }


def _schema(parameter: Parameter) -> dict[str, Any]:
    if parameter.most is not None:
        return {"type": "integer", "minimum": 1, "maximum": parameter.most}
    return {"type": "string", "maxLength": parameter.max_length}


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _link(operation: str, **parameters: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": parameters}


_EVENT = "$response.body#/data/eventId"
_FIRST_EVENT = "$response.body#/data/items/0/eventId"
_RECOMMENDATION = "$response.body#/data/recommendationId"
_FIRST_RECOMMENDATION = "$response.body#/data/items/0/recommendationId"
_CHOICE = {"recommendationId": _RECOMMENDATION, "option": "$response.body#/data/recommendations/0/id"}

# How one answer leads to the next request.
_LINKS: dict[str, dict[str, Any]] = {
    "recommend": {
        "reopen": _link("getRecommendation", recommendationId=_RECOMMENDATION),
        "choose": {"operationId": "createEvent", "requestBody": _CHOICE},
    },
    "listRecommendations": {"reopen": _link("getRecommendation", recommendationId=_FIRST_RECOMMENDATION)},
    "putStore": {"read": _link("getStore"), "export": _link("exportStore"), "erase": _link("deleteStore")},
    "createEvent": {
        "read": _link("getEvent", eventId=_EVENT),
        "change": _link("changeEvent", eventId=_EVENT),
        "report": _link("reportPerformance", eventId=_EVENT),
    },
    "listEvents": {"read": _link("getEvent", eventId=_FIRST_EVENT)},
    "reportPerformance": {"read": _link("getEvent", eventId=_EVENT)},
}
