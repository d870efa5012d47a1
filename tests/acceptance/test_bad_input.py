"""Broken files given to the command as a person would: named trouble, exit code 1, nothing loaded."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import sqlalchemy as sa
from shapely.geometry import Polygon, box, mapping
from sqlalchemy.engine import Engine

from api.cli import main
from geo.db.cluster import Cluster
from geo.db.tables import metadata

HEADER = "elstat_municipality_code,municipality_name,pop_total_2021,pop_men_2021,pop_women_2021"
GOOD = ["4501,ΑΘΗΝΑΙΩΝ,643452,300000,343452", "4502,ΒΥΡΩΝΟΣ,60144,28000,32144"]
SQUARES = {"4501": box(23.6, 37.9, 23.7, 38.0), "4502": box(23.7, 37.9, 23.8, 38.0)}
BOW_TIE = Polygon([(23.8, 37.9), (23.9, 38.0), (23.9, 37.9), (23.8, 38.0)])


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said, without line breaks (the console wraps)."""

    code: int
    text: str

    def names(self, *parts: object) -> bool:
        packed = "".join(self.text.split())
        return all("".join(str(part).split()) in packed for part in parts)


@pytest.fixture
def run(
    cluster: Cluster,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Said]:
    """`needsmap ...` on an empty database, with its own var folder."""
    monkeypatch.setenv("NEEDSMAP_DATABASE_URL", cluster.url(database))
    monkeypatch.setenv("NEEDSMAP_VAR", str(tmp_path / "var"))

    def needsmap(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["needsmap", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return Said(int(stop.value.code or 0), out + err)

    return needsmap


def rows_in(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0
            for name in metadata.tables
        }


def census(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "census.csv"
    path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
    return path


def polygons(folder: Path, shapes: dict[str, Any], name: str = "areas.geojson") -> Path:
    path = folder / name
    codes = [code.split("#")[0] for code in shapes]
    if path.suffix == ".geojson":
        features = [
            {"type": "Feature", "properties": {"ID": c, "NAME": c}, "geometry": mapping(shape)}
            for c, shape in zip(codes, shapes.values(), strict=True)
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    else:
        frame = gpd.GeoDataFrame(
            {"ID": codes, "NAME": codes}, geometry=list(shapes.values()), crs=4326
        )
        frame.to_file(path)
    return path


CENSUS_TROUBLES = {
    "wrong column": (
        {"header": HEADER.replace("pop_total_2021", "pop_totl_2021"), "lines": GOOD},
        ("row 1", "column pop_total_2021", "Rename 'pop_totl_2021' to 'pop_total_2021'"),
    ),
    "unreadable encoding": (
        {"encoding": "cp1253", "lines": GOOD},
        ("row 2", "is not utf-8", "UTF-8"),
    ),
    "duplicate code": (
        {"lines": [*GOOD, "4501,ΑΛΛΟΥ,10,5,5"]},
        ("row 2", "row 4", "rows 2 and 4", "value: '4501'", "--partial"),
    ),
    "malformed code": (
        {"lines": [*GOOD, "45O3,ΑΛΛΟΥ,10,5,5"]},
        ("row 4", "column elstat_municipality_code", "value: '45O3'", "Correct the code"),
    ),
    "no number": (
        {"lines": [*GOOD, "4503,ΑΛΛΟΥ,δέκα,5,5"]},
        ("row 4", "column pop_total_2021", "value: 'δέκα'", "not a number"),
    ),
}


@pytest.mark.parametrize("trouble", CENSUS_TROUBLES)
def test_a_broken_table_is_refused_whole(
    run: Callable[..., Said], engine: Engine, tmp_path: Path, trouble: str
) -> None:
    given, named = CENSUS_TROUBLES[trouble]
    options: dict[str, Any] = {**given}
    before = rows_in(engine)
    path = census(tmp_path, *options.pop("lines"), **options)
    said = run("source", "load", "gr_census2021", path)
    assert said.code == 1
    assert said.names("census.csv", "nothing of this file was loaded", *named), said.text
    assert rows_in(engine) == before


POLYGON_TROUBLES = {
    "duplicate code": (
        {**SQUARES, "4501#again": box(23.8, 37.9, 23.9, 38.0)},
        ("row 1", "row 3", "column ID", "value: '4501'"),
    ),
    "outside the country": (
        {**SQUARES, "4503": box(10.0, 50.0, 10.1, 50.1)},
        ("row 3", "outside", "longitude 19 to 30, latitude 34.5 to 42"),
    ),
    "axes swapped": (
        {**SQUARES, "4503": box(37.9, 23.6, 38.0, 23.7)},
        ("row 3", "latitude"),
    ),
    "invalid polygon": (
        {**SQUARES, "4503": BOW_TIE},
        ("row 3", "Self-intersection"),
    ),
}


@pytest.mark.parametrize("name", ["areas.geojson", "areas.shp"])
@pytest.mark.parametrize("trouble", POLYGON_TROUBLES)
def test_broken_polygons_are_refused_whole(
    run: Callable[..., Said], engine: Engine, tmp_path: Path, trouble: str, name: str
) -> None:
    shapes, named = POLYGON_TROUBLES[trouble]
    before = rows_in(engine)
    said = run("source", "load", "gr_municipalities", polygons(tmp_path, shapes, name))
    assert said.code == 1
    assert said.names(name, "nothing of this file was loaded", *named), said.text
    assert rows_in(engine) == before


def test_a_code_of_no_loaded_area_is_refused(
    run: Callable[..., Said], engine: Engine, tmp_path: Path
) -> None:
    assert (
        run("source", "load", "gr_municipalities", polygons(tmp_path, SQUARES), "--partial").code
        == 0
    )
    before = rows_in(engine)
    said = run("source", "load", "gr_census2021", census(tmp_path, *GOOD, "4599,ΑΛΛΟΥ,10,5,5"))
    assert said.code == 1
    assert said.names("row 4", "value: '4599'", "unknown code", "load the areas"), said.text
    assert rows_in(engine) == before


def _rejects(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "var" / "rejects").glob("*.csv")
    return file


def test_partial_loads_the_good_rows_and_gives_the_others_back(
    run: Callable[..., Said], engine: Engine, tmp_path: Path
) -> None:
    path = census(tmp_path, *GOOD, "4503,ΑΛΛΟΥ,δέκα,5,5")
    said = run("source", "load", "gr_census2021", path, "--partial")
    assert said.code == 0
    assert said.names("6 population", "Rejected rows", _rejects(tmp_path)), said.text
    assert rows_in(engine)["base.population"] == 6

    with _rejects(tmp_path).open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["municipality_name"] == "ΑΛΛΟΥ"
    assert "not a number" in row["reason"]

    mended = tmp_path / "mended.csv"
    text = _rejects(tmp_path).read_text(encoding="utf-8-sig").replace("δέκα", "10")
    mended.write_text(text, encoding="utf-8")
    assert run("source", "load", "gr_census2021", mended, "--partial").code == 0
    assert rows_in(engine)["base.population"] == 9


def test_partial_polygons_come_back_and_their_region_is_whole_again(
    run: Callable[..., Said], engine: Engine, tmp_path: Path
) -> None:
    broken = polygons(tmp_path, {**SQUARES, "4503": BOW_TIE})
    said = run("source", "load", "gr_municipalities", broken, "--partial")
    assert said.code == 0 and said.names(_rejects(tmp_path)), said.text
    mended = polygons(tmp_path, {"4503": box(23.8, 37.9, 23.9, 38.0)}, "mended.geojson")
    assert run("source", "load", "gr_municipalities", mended, "--partial").code == 0
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT code, level, ST_XMin(geom) AS west, ST_XMax(geom) AS east FROM base.area"
            )
        ).all()
    assert {row.code for row in rows} == {"4501", "4502", "4503", "EL30", "gr"}
    for row in rows:
        if row.level != "municipality":
            assert (row.west, row.east) == pytest.approx((23.6, 23.9), abs=1e-6), row.code


def test_machines_get_the_same_message_as_json(run: Callable[..., Said], tmp_path: Path) -> None:
    said = run("source", "load", "gr_census2021", census(tmp_path, GOOD[0], GOOD[0]), "--json")
    document = json.loads(said.text)
    assert said.code == 1
    assert "rows 2 and 3" in document["error"]
    assert "--partial" in document["hint"]


def test_the_installed_command_ends_with_1_and_no_stack(
    cluster: Cluster, database: str, tmp_path: Path
) -> None:
    command = Path(sys.executable).with_name("needsmap")
    done = subprocess.run(
        [command, "source", "load", "gr_census2021", tmp_path / "absent.csv"],
        env={
            "PATH": "/usr/bin:/bin",
            "NEEDSMAP_DATABASE_URL": cluster.url(database),
            "NEEDSMAP_VAR": str(tmp_path / "var"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "absent.csv" in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr
