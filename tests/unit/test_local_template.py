"""What the local stack reads out of a template."""

from pathlib import Path

import pytest

from local.processes import LocalError
from local.template import Function, Route, read_template

TEMPLATE = Path(__file__).parent.parent / "system" / "stack" / "template.yaml"


@pytest.fixture
def obey() -> Function:
    return read_template(TEMPLATE)["ObeyFunction"]


def test_a_function_has_its_own_values_over_the_globals(obey: Function) -> None:
    assert (obey.timeout, obey.memory, obey.handler) == (1, 256, "handler.handler")
    assert read_template(TEMPLATE)["OverrunFunction"].timeout == 10
    assert obey.folder == TEMPLATE.parent / "functions" / "obey"
    assert obey.short_name == "obey"


def test_variables_that_only_a_deployed_stack_knows_are_left_out(obey: Function) -> None:
    assert obey.environment == {
        "STAGE": "local",
        "GREETING": "hello local, ${literally} ap-northeast-2",
        "SIZE": "3",
        "DOMAIN": "a.local",
    }


def test_parameters_decide_conditions() -> None:
    functions = read_template(TEMPLATE, {"Stage": "prod"})
    assert functions["ObeyFunction"].environment["SIZE"] == "10"
    assert functions["ObeyFunction"].environment["UNSET"] == "x"
    assert "ProductionFunction" in functions
    assert "ProductionFunction" not in read_template(TEMPLATE)


def test_routes_and_the_other_triggers_are_read(obey: Function) -> None:
    assert obey.routes == (
        Route("POST", "/orders", public=False),
        Route("GET", "/orders/{orderId}", public=False),
        Route("GET", "/orders/newest", public=True),
        Route("ANY", "/files/{name+}", public=False),
    )
    assert obey.triggers["Work"]["Properties"]["BatchSize"] == 3


def test_a_broken_template_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Resources: [")
    with pytest.raises(LocalError, match=r"template\.yaml can't be read"):
        read_template(tmp_path / "template.yaml")
