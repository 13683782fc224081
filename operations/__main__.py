"""`python -m operations …`: what an operator does to a running stack, the local one or (`--stack NAME`) a deployed one."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from local.stack import DATA
from operations import cases, documents
from operations.redriving import QueueName
from operations.redriving import redrive as move_back
from operations.target import OperationError, Target, deployed_target, local_target
from shopevents.adapters.database.connection import Database
from shopevents.bootstrap.knowledge import message_queue
from shopevents.bootstrap.shared_state import shared_state
from shopevents.bootstrap.workers import worker_settings
from shopevents.domain.errors import ShopEventsError
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.settings import aws_secrets

# An operator's statement may walk over all cases.
_STATEMENT_SECONDS = 60.0

app = typer.Typer(
    help="Operates a running stack.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
DryRun = Annotated[bool, typer.Option("--dry-run", help="say what would be done, and do nothing")]


class Switch(StrEnum):
    """Of a switch that is thrown."""

    ON = "on"
    OFF = "off"


@app.callback()
def _operations(
    context: typer.Context,
    stack: Annotated[str | None, typer.Option(help="a deployed CloudFormation stack")] = None,
    data: Annotated[Path, typer.Option(help="where the local stack keeps its data")] = DATA,
) -> None:
    """Finds the stack that a command works on."""
    context.obj = lambda: deployed_target(stack) if stack else local_target(data.resolve())


@app.command()
def redrive(context: typer.Context, queue: QueueName, dry_run: DryRun = False) -> None:
    """Gives the dead letters of a queue another try."""
    _run(context, lambda target: move_back(queue, target, dry_run=dry_run))


@app.command()
def requeue_quarantine(
    context: typer.Context,
    reason: Annotated[list[str] | None, typer.Option(help="only these reasons; may be given several times")] = None,
    limit: Annotated[int, typer.Option(help="documents at most")] = 1000,
    dry_run: DryRun = False,
) -> None:
    """Reads quarantined documents again, by today's reader."""

    async def work(_: Target) -> str:
        queue = message_queue(worker_settings().queues)
        return await _with_rows(
            lambda rows: documents.requeue_quarantine(reason or [], limit, rows, queue, dry_run=dry_run)
        )

    _run(context, work)


@app.command()
def recrawl(
    context: typer.Context,
    crawler: documents.Crawler,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="what was asked since that day; else today")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Has a crawler ask again what it asked today, or since a day."""
    day = since.date() if since else None
    _run(
        context, lambda target: _with_rows(lambda rows: documents.recrawl(crawler, day, target, rows, dry_run=dry_run))
    )


@app.command()
def take_down(context: typer.Context, case_id: str, dry_run: DryRun = False) -> None:
    """Takes a collected case out of the product, for good."""
    _run(context, lambda _: _with_rows(lambda rows: cases.take_down(case_id, rows, dry_run=dry_run)))


@app.command()
def re_embed(
    context: typer.Context,
    industry: Annotated[IndustryCategory | None, typer.Option(help="only this one")] = None,
    dry_run: DryRun = False,
) -> None:
    """Embeds all cases anew: after a change of embedder, or when the index was lost."""
    _run(context, lambda _: _with_rows(lambda rows: cases.re_embed(industry, rows, dry_run=dry_run)))


@app.command()
def promote_prompt(
    context: typer.Context, variant: Annotated[str, typer.Argument(help="its name; - goes back to the settings' own")]
) -> None:
    """Makes a prompt variant the one in use, within two seconds and without a deployment."""

    async def work(_: Target) -> str:
        chosen = None if variant == "-" else variant
        await shared_state(worker_settings().redis).controls.promote_prompt(chosen)
        return f"prompts are written by {chosen or 'the settings'}"

    _run(context, work)


@app.command()
def kill_switch(context: typer.Context, position: Switch) -> None:
    """on: nothing calls Claude for recommendations, the catalog answers. off: as usual."""

    async def work(_: Target) -> str:
        await shared_state(worker_settings().redis).controls.force_catalog(on=position is Switch.ON)
        return "the catalog answers" if position is Switch.ON else "Claude answers"

    _run(context, work)


def _run(context: typer.Context, work: Callable[[Target], Awaitable[str]]) -> None:
    find: Callable[[], Target] = context.obj
    target = find()
    target.enter()
    aws_secrets.SECRETS = aws_secrets.Secrets(os.environ)
    asyncio.run(_say(work(target)))


async def _say(work: Awaitable[str]) -> None:
    print(await work)


async def _with_rows(work: Callable[[Database], Awaitable[str]]) -> str:
    database = Database(worker_settings().database.needed_url, statement_seconds=_STATEMENT_SECONDS)
    try:
        return await work(database)
    finally:
        await database.close()


def main() -> int:
    """Runs a command; whatever it could foresee ends in one sentence and exit status 1."""
    try:
        app()
    except (OperationError, ShopEventsError) as error:
        print(f"operations: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
