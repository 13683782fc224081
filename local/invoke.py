"""`python -m local invoke FUNCTION [PAYLOAD]`: one function, once, by hand."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from local.at_hand import stack_at_hand
from local.console import Console
from local.functions import Functions
from local.processes import LocalError
from local.stack import DATA, ROOT
from local.template import Function, read_template
from local.workers import FunctionFailed


def invoke(
    function: Annotated[str, typer.Argument(help="recommend, or RecommendFunction")],
    payload: Annotated[str | None, typer.Argument(help="a JSON file, - for standard input; events/NAME.json")] = None,
    data: Annotated[Path, typer.Option(help="where the data and the logs are kept")] = DATA,
) -> None:
    """Runs one function by hand and prints what it returns; its log goes to standard error.

    Uses the stack that runs over the data; where none does, its services run for as long as this takes.
    """
    chosen = _chosen(read_template(ROOT / "template.yaml"), function)
    given = _payload(chosen, payload)
    console = Console(data / "log" / "local.log", sys.stderr)
    with stack_at_hand(data.resolve(), lambda text: console.say("local", text)) as environment:
        try:
            result = asyncio.run(_invoke(chosen, given, environment, console))
        except FunctionFailed as failed:
            print(json.dumps(failed.error, ensure_ascii=False, indent=2), file=sys.stderr)
            raise LocalError(f"{chosen.name} failed: {failed}") from failed
    print(json.dumps(result, ensure_ascii=False, indent=2))


async def _invoke(function: Function, payload: Any, environment: Mapping[str, str], console: Console) -> Any:
    functions = Functions({function.name: function}, environment, console.function_line)
    try:
        return await functions.invoke(function.name, payload)
    finally:
        await functions.close()


def _chosen(functions: Mapping[str, Function], name: str) -> Function:
    for function in functions.values():
        if name in (function.name, function.short_name):
            return function
    known = ", ".join(sorted(function.short_name for function in functions.values()))
    raise LocalError(f"The template has no function {name}: it has {known}.")


def _payload(function: Function, given: str | None) -> Any:
    """What the function gets: the file's JSON; {} for one that has no sample, as from a schedule without an Input."""
    sample = ROOT / "events" / f"{function.short_name}.json"
    if given is None and not sample.exists():
        return {}
    try:
        return json.loads(sys.stdin.read() if given == "-" else Path(given or sample).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LocalError(f"There is no file {given}.") from error
    except ValueError as error:
        raise LocalError(f"{given or sample.name} is not JSON: {error}.") from error
