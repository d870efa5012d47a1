"""The command `needsmap`."""

from __future__ import annotations

import sys

import typer
from sqlalchemy.exc import OperationalError

from api.cli import data, demo, look, people, server
from api.cli.console import fail
from geo.errors import ClusterError, NeedsmapError

app = typer.Typer(
    name="needsmap",
    help="Needs mapping for social services.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for part in (server, demo, data, look, people):
    part.register(app)


def main() -> None:
    """Run a command; an error of ours is a sentence, not a stack."""
    try:
        try:
            app()
        except OperationalError as error:
            raise ClusterError(
                f"The database stopped answering: {_first_line(error)}",
                hint="Nothing of the step under way was written. Run `needsmap up` and repeat it.",
            ) from error
    except NeedsmapError as error:
        try:
            fail(error, as_json="--json" in sys.argv)
        except typer.Exit as stop:
            sys.exit(stop.exit_code)


def _first_line(error: OperationalError) -> str:
    return str(error.orig).strip().splitlines()[0]
