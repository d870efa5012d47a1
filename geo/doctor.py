"""Is this installation well? A list of small checks, each with a title and what to do."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from geo.db.cluster import find_binaries, private_cluster
from geo.db.engine import app_url, make_engine, owner_url, transaction
from geo.db.schema import is_current
from geo.errors import NeedsmapError
from geo.releases import store as releases
from geo.releases.release import TIERS
from geo.settings import Settings
from geo.snapshots import store as snapshots
from geo.sources.source import all_sources, load

Verdict = Literal["ok", "warning", "failed", "skipped"]
LEAST_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """What one check found and, where it is not well, what to do."""

    title: str
    verdict: Verdict
    found: str
    hint: str = ""


@dataclass(frozen=True)
class Patient:
    """What the checks look at; the engine is None while the database does not answer."""

    settings: Settings
    engine: Engine | None


Answer = tuple[Verdict, str, str]
Check = Callable[[Patient], Answer]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Put a check on the list; its docstring is its title."""
    CHECKS.append(function)
    return function


def examine(settings: Settings) -> Iterator[Finding]:
    """Run every check; one that needs the database is skipped while there is none."""
    engine = _reach(settings)
    patient = Patient(settings, engine)
    try:
        for one in CHECKS:
            title = (one.__doc__ or one.__name__).strip().rstrip(".")
            try:
                yield Finding(title, *one(patient))
            except NeedsmapError as error:
                yield Finding(title, "failed", error.message, error.hint)
    finally:
        if engine is not None:
            engine.dispose()


@check
def postgresql_installed(patient: Patient) -> Answer:
    """PostgreSQL with PostGIS is installed."""
    if patient.settings.database_url:
        return "ok", "another server is used (NEEDSMAP_DATABASE_URL)", ""
    return "ok", str(find_binaries()), ""


@check
def cluster_runs(patient: Patient) -> Answer:
    """The database answers."""
    if patient.engine is None:
        return "failed", "no answer", "Run `needsmap up`."
    with patient.engine.connect() as connection:
        version = connection.scalar(sa.text("SELECT postgis_version()"))
    return "ok", f"PostGIS {version}", ""


@check
def schema_current(patient: Patient) -> Answer:
    """The schema is the newest."""
    with _connected(patient) as connection:
        if is_current(connection):
            return "ok", "up to date", ""
    return "failed", "behind the code", "Run `needsmap db upgrade`."


@check
def rows_protected(patient: Patient) -> Answer:
    """Every register and field table has forced row-level security."""
    with _connected(patient) as connection:
        open_tables = connection.scalars(
            sa.text(
                "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE nspname IN ('registry', 'field') AND relkind = 'r'"
                " AND NOT (relrowsecurity AND relforcerowsecurity)"
            )
        ).all()
    if open_tables:
        return "failed", f"open: {', '.join(open_tables)}", "Run `needsmap db upgrade`."
    return "ok", "all of them", ""


@check
def service_account(patient: Patient) -> Answer:
    """The service's account has no rights but those of the roles it takes."""
    if patient.engine is None:
        return "skipped", "no database", ""
    if patient.settings.database_url:
        return "warning", "another server: its account is yours to limit", "See docs/operations.md."
    engine = make_engine(app_url(patient.settings))
    try:
        with engine.connect() as connection:
            strong = connection.scalar(
                sa.text(
                    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
                )
            )
    finally:
        engine.dispose()
    return ("failed", "it is a superuser", "") if strong else ("ok", "needsmap_app", "")


@check
def packages_installed(patient: Patient) -> Answer:
    """Registry packages with open data are installed."""
    named = [load(name) for name in all_sources()]
    for source in (source for source in named if source.package):
        source.package_file(patient.settings.packages)
    return "ok", ", ".join(source.id for source in named if source.package), ""


@check
def client_built(patient: Patient) -> Answer:
    """The web client is built."""
    if (patient.settings.web_dist / "index.html").exists():
        return "ok", "web/dist", ""
    return "failed", "web/dist is missing", "Run `make setup`."


@check
def pdf_works(patient: Patient) -> Answer:
    """Reports can be written as PDF."""
    if importlib.util.find_spec("weasyprint") is None:
        return "failed", "weasyprint is missing", "Run `make setup`."
    try:
        from weasyprint import HTML

        pdf = HTML(string="<p>Αβγ</p>").write_pdf()
    except OSError as error:
        return "failed", f"a system library is missing: {error}", "Run `make setup`."
    return "ok", f"{len(pdf or b'')} bytes for one line", ""


@check
def something_published(patient: Patient) -> Answer:
    """Each tier has a release."""
    if patient.engine is None:
        return "skipped", "no database", ""
    missing = []
    for tier in TIERS:
        with transaction(patient.engine, "job") as connection:
            if not releases.listed(connection, tier):
                missing.append(tier)
    if missing:
        return "warning", f"none for {', '.join(missing)}", "Run `needsmap demo`."
    return "ok", "planner, committee and public", ""


@check
def snapshots_intact(patient: Patient) -> Answer:
    """The newest snapshot still has the checksums its manifest states."""
    with _connected(patient) as connection:
        kept = snapshots.listed(connection)
        if not kept:
            return "warning", "there is none", "Run `needsmap demo`."
        verdicts = snapshots.verify(connection, kept[0].id)
    wrong = [name for name, same in verdicts.items() if not same]
    if wrong:
        return "failed", f"{kept[0].id}: {', '.join(wrong)} changed", "Restore from a backup."
    return "ok", kept[0].id, ""


@check
def space_left(patient: Patient) -> Answer:
    """There is room on the disk."""
    folder = patient.settings.var if patient.settings.var.exists() else patient.settings.var.parent
    free = shutil.disk_usage(folder).free
    text = f"{free / 1024**3:.1f} GiB free"
    if free < LEAST_FREE_BYTES:
        return "warning", text, f"Make room beside {folder}."
    return "ok", text, ""


@check
def var_is_ours(patient: Patient) -> Answer:
    """The folder for data can be written."""
    folder = patient.settings.var
    folder.mkdir(parents=True, exist_ok=True)
    if os.access(folder, os.W_OK):
        return "ok", folder.name, ""
    return "failed", "not writable", f"Give yourself the right to write to {folder}."


def _reach(settings: Settings) -> Engine | None:
    if not settings.database_url:
        try:
            if not private_cluster(settings.var).is_running():
                return None
        except NeedsmapError:
            return None
    engine = make_engine(owner_url(settings))
    try:
        with engine.connect():
            return engine
    except sa.exc.OperationalError:
        engine.dispose()
        return None


def _connected(patient: Patient) -> Connection:
    if patient.engine is None:
        raise NeedsmapError("The database does not answer.", hint="Run `needsmap up`.")
    return patient.engine.connect()
