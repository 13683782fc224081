"""`python -m local …`: the commands of the local stack. Each has a module of its own and is listed here."""

import sys

import typer

from local.curate import curate
from local.invoke import invoke
from local.normalise import normalise
from local.processes import LocalError, explain
from local.requeue import requeue
from local.serve import serve
from local.status import status

app = typer.Typer(
    help="The same template on one machine, without Docker.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _local() -> None:
    """Makes every command be called by its name, also while there is only one."""


app.command()(serve)
app.command()(invoke)
app.command()(status)
app.command()(normalise)
app.command()(curate)
app.command()(requeue)


def main() -> int:
    """Runs a command; whatever it could foresee ends in one sentence and exit status 1."""
    try:
        app()
    except LocalError as error:
        print(f"local: {error}", file=sys.stderr)
    except OSError as error:
        print(f"local: {explain(error, 'The local stack')}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
