"""The owner's page, the API's documentation and its schema, and a shallow health check. All of it is public."""

from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from shopevents.domain.errors import NotFound
from shopevents.invocation import Invocation, http_function
from shopevents.wire.http import json_response, text_response

_HERE = Path(__file__).parent
# Swagger UI comes with Powertools, which is in the layer anyway: no second copy, and nothing from a CDN.
_SWAGGER = "aws_lambda_powertools.event_handler.openapi.swagger_ui"


def _own(name: str) -> Callable[[], str]:
    return lambda: (_HERE / name).read_text(encoding="utf-8")


def _swagger(name: str) -> Callable[[], str]:
    return lambda: resources.files(_SWAGGER).joinpath(name).read_text(encoding="utf-8")


_PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "/": ("text/html", _own("page.html")),
    "/console.css": ("text/css", _own("console.css")),
    "/console.js": ("text/javascript", _own("console.js")),
    "/docs": ("text/html", _own("docs.html")),
    "/docs/start.js": ("text/javascript", _own("docs.js")),
    "/docs/swagger-ui.css": ("text/css", _swagger("swagger-ui.min.css")),
    "/docs/swagger-ui.js": ("text/javascript", _swagger("swagger-ui-bundle.min.js")),
    "/openapi.json": ("application/json", _own("openapi.json")),
}


@cache
def _page(path: str) -> tuple[str, str]:
    """Media type and text of a page. Raises NotFound."""
    if path not in _PAGES:
        raise NotFound
    media_type, read = _PAGES[path]
    return media_type, read()


@http_function
async def handler(invocation: Invocation) -> dict[str, Any]:
    """Answers by path."""
    path = invocation.request.path
    if path == "/health":
        return json_response(200, {"status": "ok"})
    media_type, text = _page(path)
    return text_response(media_type, text)
