"""Romania: small files with values by hand, then the packages as installed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo.errors import NotFound
from geo.sources.batch import Batch, read_source
from geo.sources.ro_settlements.read import read, titled
from geo.sources.source import load
from tests.unit.sources.packaged_geonames import install, line, place

HEADER = "SIRUTA;DENLOC;CODP;JUD;SIRSUP;TIP;NIV;MED;REGIUNE;FSJ;FSL;NUTS"
ROWS = """\
10;JUDEȚUL ALBA;0;1;1;40;1;0;7;1;0;RO121
1017;MUNICIPIUL ALBA IULIA;0;1;10;1;2;1;7;1;0;RO121
1026;ALBA IULIA;510005;1;1017;9;3;1;7;1;0;RO121
1044;MICEȘTI;510002;1;1017;10;3;1;7;1;0;RO121
2130;ALBAC;0;1;10;3;2;3;7;1;0;RO121
2149;ALBAC;517005;1;2130;22;3;3;7;1;0;RO121
2158;GÂRBOVA DE JOS;517006;1;2130;23;3;3;7;1;0;RO121
403;MUNICIPIUL BUCUREȘTI;0;40;1;40;1;0;8;1;0;RO321
179132;MUNICIPIUL BUCUREȘTI;0;40;403;9;2;1;8;1;0;RO321
179141;BUCUREȘTI SECTORUL 1;10013;40;179132;6;3;1;8;1;0;RO321"""


def written(folder: Path, rows: str = ROWS) -> Path:
    path = folder / "siruta.csv"
    path.write_text(f"{HEADER}\n{rows}\n", encoding="utf-8")
    return path


def settlements(path: Path) -> pd.DataFrame:
    """What is read before the counts of the real package are asked for."""
    return read(path, load("ro_settlements")).frames["settlements"].set_index("external_id")


@pytest.mark.parametrize(
    ("capitals", "name"),
    [
        ("MUNICIPIUL ALBA IULIA", "Alba Iulia"),
        ("ORAȘ BAIA DE ARIEȘ", "Baia de Arieș"),
        ("JUDEȚUL SATU MARE", "Satu Mare"),
        ("BUCUREȘTI SECTORUL 1", "Sectorul 1"),
        ("ABRUD-SAT", "Abrud-Sat"),
        ("DE JOS", "De Jos"),
        ("I. L. CARAGIALE", "I. L. Caragiale"),
        ("C.A. ROSETTI", "C.A. Rosetti"),
        ("DECEBAL II", "Decebal II"),
        ("ÎNTORSURA", "Întorsura"),
    ],
)
def test_names_in_capitals_become_names_as_written(capitals: str, name: str) -> None:
    assert titled(capitals) == name


def test_settlements_have_municipality_and_county_and_the_point_of_geonames(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(
        monkeypatch,
        tmp_path,
        [
            place(1, "Alba Iulia", 23.57, 46.07, "RO", population=58_681,
                  alternatenames=["Gyulafehérvár"]),
            place(2, "Gîrbova de Jos", 22.9, 46.4, "RO", population=600),  # the older spelling
            place(3, "Albac", 23.0, 46.5, "RO"),  # in another municipality
            place(4, "Bucharest", 26.1, 44.43, "RO", population=1_877_155,
                  alternatenames=["Bucureşti"]),
            place(5, "Sector 1", 26.05, 44.49, "RO", alternatenames=["Sectorul 1"]),
        ],
        [
            line(1, "RO", "1017", ""),
            line(2, "RO", "2130", ""),
            line(3, "RO", "1017", ""),
            line(4, "RO", "179132", ""),
            line(5, "RO", "179132", ""),
        ],
    )  # fmt: skip
    frame = settlements(written(tmp_path))
    assert list(frame.index) == ["1026", "1044", "2149", "2158", "179132", "179141"]
    facts = frame[["name", "kind", "area_code", "parent", "unit"]].apply(tuple, axis=1)
    assert facts["1026"] == ("Alba Iulia", "town", "1017", "Alba Iulia", "Alba")
    assert facts["1044"] == ("Micești", "village", "1017", "Alba Iulia", "Alba")
    assert facts["2158"] == ("Gârbova de Jos", "village", "2130", "Albac", "Alba")
    assert facts["179132"] == ("București", "city", "179132", "București", "București")
    assert facts["179141"] == ("Sectorul 1", "quarter", "179141", "București", "București")
    points = {key: (p.x, p.y) for key, p in frame.geometry.items() if p is not None}
    assert points == {
        "1026": (23.57, 46.07),
        "2158": (22.9, 46.4),
        "179132": (26.1, 44.43),
        "179141": (26.05, 44.49),
    }
    assert frame.loc["1026", "alternate_names"] == ["Gyulafehérvár"]
    assert "Gîrbova de Jos" in frame.loc["2158", "alternate_names"]


def test_what_is_wrong_is_said_row_by_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, tmp_path, [], [])
    rows = "\n".join(
        [
            *ROWS.splitlines()[:2],
            "1026;;510005;1;1017;9;3;1;7;1;0;RO121",
            "1044;MICEȘTI;510002;1;9999;10;3;1;7;1;0;RO121",
            "1053;OARDA;510003;1;1017;77;3;1;7;1;0;RO121",
            "x1;OARDA;510003;1;1017;10;3;1;7;1;0;RO121",
        ]
    )
    batch = read(written(tmp_path, rows), load("ro_settlements"))
    assert [(p.row, p.column, p.problem) for p in batch.rejected] == [
        (4, "DENLOC", "the name is missing"),
        (5, "SIRSUP", "its municipality or county stands in no row"),
        (6, "TIP", "no kind of SIRUTA"),
        (7, "SIRUTA", "not a code of this country (expected the form [1-9]\\d{1,5})"),
    ]
    assert batch.frames["settlements"].empty


@pytest.fixture(scope="module")
def packaged() -> Batch:
    try:
        return read_source("ro_settlements")
    except NotFound as error:
        pytest.skip(f"{error.message} {error.hint}")


def test_the_package_holds_what_was_counted(packaged: Batch) -> None:
    assert packaged.counts == {
        "rows": 16_978,
        "counties": 42,
        "municipalities": 3181,
        "settlements": 13_756,
        "with_point": 7077,
        "geonames": 7149,
    }
    frame = packaged.frames["settlements"].set_index("external_id")
    assert frame.index.is_unique and frame["area_code"].notna().all()
    # A settlement that GeoNames does not list is kept for its municipality.
    assert frame.geometry.isna().sum() == 13_756 - 7077
    assert any(note.startswith("6,679 settlements have no point") for note in packaged.notes)
    seat = frame.loc["136492"]
    assert (seat["name"], seat["kind"], seat["area_code"]) == ("Satu Mare", "city", "136483")
    assert "Szatmárnémeti" in seat["alternate_names"]
