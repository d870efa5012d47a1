"""The command `needsmap`."""

from __future__ import annotations

import sys

import typer
from sqlalchemy.exc import DBAPIError, OperationalError

from api.cli import (
    audit,
    data,
    demo,
    hsds,
    imports,
    locate,
    look,
    people,
    scenario,
    server,
    snapshots,
)
from api.cli.console import fail
from geo.errors import ClusterError, NeedsmapError

app = typer.Typer(
    name="needsmap",
    help="Needs mapping for social services.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for part in (
    server,
    demo,
    data,
    snapshots,
    scenario,
    locate,
    imports,
    hsds,
    look,
    people,
    audit,
):
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
        except DBAPIError as error:
            raise ClusterError(
                f"The database refused a step: {_first_line(error)}",
                hint="Nothing of it was written. Is another load running? Then repeat this one.",
            ) from error
        except OSError as error:
            raise NeedsmapError(
                f"{error.filename or 'A file'}: {error.strerror or error}.",
                hint="Check the path, the rights and the space on the disk (NEEDSMAP_VAR).",
            ) from error
    except NeedsmapError as error:
        try:
            fail(error, as_json="--json" in sys.argv)
        except typer.Exit as stop:
            sys.exit(stop.exit_code)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
