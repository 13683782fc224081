import json
from pathlib import Path

from shopevents.wire.api import ROUTES
from shopevents.wire.openapi import openapi

ROOT = Path(__file__).resolve().parents[2]


def test_the_served_schema_is_the_one_of_the_code() -> None:
    served = json.loads((ROOT / "functions" / "serve_console" / "openapi.json").read_text(encoding="utf-8"))
    assert served == json.loads(json.dumps(openapi())), "run `make openapi`"


def test_every_route_documents_its_success_and_its_errors() -> None:
    document = openapi()
    for route in ROUTES:
        responses = document["paths"][route.path][route.method.lower()]["responses"]
        assert str(route.status) in responses
        assert {"401", "429"} <= responses.keys()
        assert (route.request is None) or {"400", "413", "415", "422"} <= responses.keys()


def test_operation_ids_are_unique_and_every_reference_resolves() -> None:
    document = openapi()
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(set(ids)) == len(ids)
    schemas = document["components"]["schemas"]
    references = set(json.dumps(document).split('"$ref": "#/components/schemas/')[1:])
    assert all(reference.split('"')[0] in schemas for reference in references)
