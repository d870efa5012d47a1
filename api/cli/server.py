"""Start, stop, examine and serve."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from api.cli.console import AsJson, emit, out, show
from api.cli.context import ensure_database, say_started, start_database
from geo.db.cluster import private_cluster
from geo.db.engine import owner_url
from geo.settings import read_settings

MARKS = {"ok": "ok", "warning": "warning", "failed": "FAILED", "skipped": "skipped"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(up)
    app.command()(down)
    app.command()(doctor)
    app.command()(serve)
    group = typer.Typer(help="The database.", no_args_is_help=True)
    group.command("upgrade")(upgrade)
    group.command("psql")(psql)
    group.command("backup")(backup)
    group.command("restore")(restore)
    app.add_typer(group, name="db")


def up(json: AsJson = False) -> None:
    """Start the database; make it and bring it up to date if needed."""
    started = start_database(read_settings())
    if json:
        emit({"started": started})
    else:
        out.print("The database runs." if started else "The database was running already.")


def down(json: AsJson = False) -> None:
    """Stop the private database."""
    settings = read_settings()
    stopped = not settings.database_url and private_cluster(settings.var).down()
    if json:
        emit({"stopped": stopped})
    else:
        out.print("The database is stopped." if stopped else "The database was not running.")


def doctor(json: AsJson = False) -> None:
    """Check this installation; exit code 1 when something has failed."""
    from geo.doctor import examine

    found = list(examine(read_settings()))
    if json:
        emit([asdict(one) for one in found])
    else:
        rows = [(MARKS[one.verdict], one.title, one.found, one.hint) for one in found]
        show("needsmap doctor", ("", "check", "found", "what to do"), rows)
    if any(one.verdict == "failed" for one in found):
        raise typer.Exit(1)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 0,
) -> None:
    """Serve the map, the forms and the interface until stopped."""
    import uvicorn

    from api.app import create_app

    settings = read_settings()
    ensure_database(settings)
    host, port = host or settings.host, port or settings.port
    out.print(f"Serving on http://{host}:{port}/ - stop with Ctrl-C.", highlight=False)
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        # Without a trusted proxy, uvicorn would believe the header from this machine.
        proxy_headers=bool(settings.trusted_proxy),
        forwarded_allow_ips=settings.trusted_proxy or None,
        server_header=False,
    )


def upgrade(json: AsJson = False) -> None:
    """Bring the database to the newest schema and make its access rules anew."""
    from geo.db.schema import upgrade as upgrade_schema

    settings = read_settings()
    ensure_database(settings)
    upgrade_schema(owner_url(settings), again=True)
    if json:
        emit({"current": True})
    else:
        out.print("The database is up to date.")


def psql() -> None:
    """Open psql on the database as its owner."""
    settings = read_settings()
    ensure_database(settings)
    url = make_url(owner_url(settings)).set(drivername="postgresql")
    os.execvp("psql", ["psql", url.render_as_string(hide_password=False)])  # noqa: S606, S607


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    json: AsJson = False,
) -> None:
    """Write the whole database to one file, readable by this account only."""
    from geo.db.backup import back_up

    settings = read_settings()
    ensure_database(settings)
    made = back_up(owner_url(settings), file)
    if json:
        emit(asdict(made) | {"file": str(made.file)})
        return
    out.print(f"{made.file}: {made.bytes:,} bytes", highlight=False, markup=False)
    out.print(
        "Head of its audit log, to be kept elsewhere (audit verify --head):"
        f" {made.audit_place}:{made.audit_hash}"
        if made.audit_place
        else "Its audit log is empty.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A file made by `needsmap db backup`.")],
    json: AsJson = False,
) -> None:
    """Restore a backup in place of the database; who was erased since is erased again."""
    from geo.db.backup import restore as restore_backup

    settings = read_settings()
    if not settings.database_url and private_cluster(settings.var).up():
        say_started()
    done = restore_backup(owner_url(settings), file)
    if json:
        emit(asdict(done))
        return
    out.print(f"Restored {file}; {done.erased_again} erasures done again.", markup=False)
    if done.kept_as:
        out.print(f"The database before is kept as {done.kept_as}.", highlight=False)
