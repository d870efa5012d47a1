"""Locate addresses: one, a file of them, a register; say what is at a position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import AsJson, emit, out, progress_bar, show_rows
from api.cli.context import database
from api.cli.places import show_place
from geo.db.caller import Caller
from geo.errors import InvalidInput

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from geo.geocode.index.gazetteer import Gazetteer
    from geo.locating.keys import Typed
    from geo.registers.locations.store import RegisterName
    from geo.settings import Settings

Country = Annotated[str, typer.Option(help="Two small letters: gr, pl, ro, bg, ...")]
SCOPES = ("pending", "everything")
PIPED = "-"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(locate)
    app.command()(reverse)
    app.command()(geocode)


def locate(
    text: Annotated[
        str | None,
        typer.Argument(
            help="An address as people type it; -: one a line from standard input, where neither"
            " the list of processes nor the shell's history keeps it."
        ),
    ] = None,
    batch: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="IN.csv OUT.csv",
            help="A file with id,address[,municipality][,postcode]; a run that was cut off goes on.",
        ),
    ] = None,
    country: Country = "gr",
    municipality: Annotated[str | None, typer.Option(help="As typed in its own field.")] = None,
    postcode: Annotated[str | None, typer.Option(help="As typed in its own field.")] = None,
    json: AsJson = False,
) -> None:
    """Where an address is, how surely, and why; nothing leaves this machine."""
    if (text is None) == (batch is None):
        raise InvalidInput("Give either one address or --batch IN.csv OUT.csv.")
    from geo.locating.serving import Gazetteers

    with database() as (settings, engine):
        gazetteer = Gazetteers(engine).get(country, Caller())
        if batch is not None:
            _batch(batch, gazetteer, country, as_json=json)
            return
        texts = list(_piped()) if text == PIPED else [text or ""]
        beside = (municipality or "", postcode or "")
        answers = _each(engine, settings, gazetteer, [(one, *beside) for one in texts])
    if json:
        emit(answers if text == PIPED else answers[0])
        return
    for one, answer in zip(texts, answers, strict=True):
        show_place(one, answer)


def reverse(
    lat: Annotated[float, typer.Argument(min=-85.06, max=85.06, help="EPSG:4326")],
    lon: Annotated[float, typer.Argument(min=-180, max=180, help="EPSG:4326")],
    accuracy: Annotated[
        float | None, typer.Option(min=0, help="Metres the position may be off.")
    ] = None,
    country: Country = "gr",
    json: AsJson = False,
) -> None:
    """What is at a position: the nearest house or street, the municipality."""
    from geo.locating.reversing import place_at
    from geo.locating.serving import Gazetteers
    from geo.registers.spots import store as spots

    with database() as (_, engine):
        gazetteer = Gazetteers(engine).get(country, Caller())
        with Caller().begin(engine) as connection:
            answer = place_at(gazetteer, spots.frame(connection), lat, lon, accuracy)
    _tell(f"{lat}, {lon}", answer, as_json=json)


def geocode(
    register_name: Annotated[str, typer.Argument(metavar="REGISTER", help="people or sites")],
    only: Annotated[
        str, typer.Option(help="pending: what waits; everything: also what was located before.")
    ] = "pending",
    country: Annotated[str | None, typer.Option(help="Where several countries are loaded.")] = None,
    json: AsJson = False,
) -> None:
    """Find places for the addresses of a register; a run that was cut off goes on. What a person
    decided or a file gave stays, and nothing leaves this machine."""
    from geo.locating import jobs
    from geo.locating.serving import Gazetteers
    from geo.registers.locations.store import TABLES

    if register_name not in TABLES:
        raise InvalidInput(
            f"There is no register {register_name!r} with addresses.", hint=", ".join(TABLES)
        )
    if only not in SCOPES:
        raise InvalidInput(f"--only: there is no {only!r}.", hint=", ".join(SCOPES))
    name: RegisterName = "people" if register_name == "people" else "sites"
    with database() as (settings, engine), progress_bar("Locating addresses") as progress:
        classes = jobs.locate_register(
            engine,
            settings,
            Gazetteers(engine),
            name,
            everything=only == "everything",
            country=country,
            progress=progress,
        )
    rows = [{"class": found, "addresses": count} for found, count in classes.items()]
    if rows or json:
        show_rows("Located", rows, as_json=json)
    else:
        out.print(f"No address of {name} waits for a place.")


def _unreadable(text: str) -> bool:
    """Whether an argument holds bytes that are no UTF-8."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _nothing(gazetteer: Gazetteer) -> dict[str, Any]:
    from geo.geocode.match.answers import nowhere
    from geo.geocode.reasons import say
    from geo.locating.finding import told

    return told(replace(nowhere(say("not_text")), gazetteer_version=gazetteer.version))


def _piped() -> Iterator[str]:
    """The lines of standard input; bytes that are no UTF-8 are kept as `_unreadable` sees them."""
    for line in typer.get_binary_stream("stdin"):
        yield line.decode("utf-8", errors="surrogateescape").lstrip("\ufeff").rstrip("\r\n")


def _each(
    engine: Engine, settings: Settings, gazetteer: Gazetteer, typed: list[Typed]
) -> list[dict[str, Any]]:
    """By what people decided, then the spots of teams, then the gazetteer; in their order."""
    from geo.locating.finding import Asked, Finder
    from geo.registers.locations import store
    from geo.registers.spots import store as spots

    asked = [Asked(one) for one in typed if not any(map(_unreadable, one))]
    found: Iterator[dict[str, Any]] = iter(())
    if asked:
        with Caller().begin(engine) as connection:
            finder = Finder(settings, gazetteer, spots.frame(connection))
            keys = finder.keys(asked)
            aliases = store.aliases(connection, ("people", "sites"), list(keys.values()))
        found = iter(finder.find(asked, keys, aliases))
    return [_nothing(gazetteer) if any(map(_unreadable, one)) else next(found) for one in typed]


def _batch(files: tuple[Path, Path], gazetteer: Gazetteer, country: str, *, as_json: bool) -> None:
    from geo.locating.batch import locate_file

    source, target = files
    with progress_bar("Locating addresses") as progress:
        done = locate_file(source, target, gazetteer, country, progress=progress)
    if as_json:
        emit(vars(done))
        return
    if done.taken_over:
        out.print(f"{done.taken_over:,} rows were done before the run was cut off.")
    if done.anew:
        out.print("What a run before left is not of this file or is damaged: begun anew.")
    rows = [{"class": name, "addresses": count} for name, count in done.by_class.items()]
    show_rows(f"{done.rows:,} addresses in {target.name}", rows, as_json=False)


def _tell(title: str, answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit(answer)
    else:
        show_place(title, answer)
