"""An office with a small gazetteer: streets of two municipalities, and records with addresses."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.caller import Caller
from geo.db.cluster import Cluster
from geo.db.engine import transaction
from geo.locating.jobs import locate_register
from geo.locating.serving import Gazetteers
from geo.registers.gazetteer import store as gazetteer
from geo.settings import Settings
from tests.conftest import clone
from tests.integration.registers.conftest import AGENCY_A, ATHENS, PIRAEUS, Client, Office, _opened

NAMES = ((ATHENS, "Αθηναίων", "Athens"), (PIRAEUS, "Πειραιώς", "Piraeus"))
POSTCODES = (
    ("10563", ATHENS, 37.976, 23.730),
    ("10564", ATHENS, 37.980, 23.735),
    ("10671", ATHENS, 37.978, 23.742),
    ("18531", PIRAEUS, 37.943, 23.446),
)
STREETS = (
    ("Ερμού", "10563"),
    ("Σκουφά", "10671"),
    ("Σόλωνος", "10671"),
    ("Κολοκοτρώνη Θεοδώρου", "10563"),
    ("Κολοκοτρώνη Γενναίου", "10564"),
    ("Ακτή Μιαούλη", "18531"),
    ("Αθηναίων", "18531"),
)
"""Two of them fit `Κολοκοτρώνη` alike, in one postcode each; the last is named as a municipality is."""

_numbers = itertools.count(1)
PERSON = """
INSERT INTO registry.person (id, external_id, source_id, synthetic, pseudonym, address,
    municipality_text, postcode, area_code)
VALUES (:id, CAST(:id AS uuid)::text, 'office', true, :pseudonym, :address, :town, :postcode, :area)
"""
SITE = """
INSERT INTO registry.site (id, external_id, source_id, synthetic, agency_id, address, postcode,
    area_code)
VALUES (:id, CAST(:id AS uuid)::text, 'office', true, :agency, :address, :postcode, :area)
"""


@dataclass(frozen=True)
class Places:
    """The office, and what its tests put there and ask."""

    office: Office
    settings: Settings
    url: str

    def client(self, name: str) -> Client:
        return self.office.client(name)

    def person(self, address: str, **given: Any) -> uuid.UUID:
        """A person with an address, as a file would bring one."""
        return self._put(PERSON, address, pseudonym=f"P-{next(_numbers)}", **given)

    def site(self, address: str, **given: Any) -> uuid.UUID:
        return self._put(SITE, address, **{"agency": AGENCY_A, **given})

    def row(self, key: uuid.UUID, table: str = "registry.person") -> dict[str, Any]:
        statement = f"SELECT *, ST_Y(geom) AS lat, ST_X(geom) AS lon FROM {table} WHERE id = :id"
        return self.office.rows(statement, id=key)[0]

    def locate(self, register: Any = "people", *, everything: bool = False) -> dict[str, int]:
        """What the operator's command does."""
        engine = self.office.owner
        gazetteers = Gazetteers(engine)
        return locate_register(
            engine, self.settings, gazetteers, register, everything=everything, country="gr"
        )

    def queue(self, name: str = "centre_staff", register: str = "people", **query: Any) -> Any:
        answer = self.client(name).get("/locations/queue", register=register, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def item(self, text: str, **query: Any) -> dict[str, Any]:
        """The item of the queue with that text."""
        items = self.queue(limit=200, **query)["items"]
        found: dict[str, Any] = next(one for one in items if one["text"] == text)
        return found

    def decide(self, name: str = "centre_staff", **choice: Any) -> Any:
        body = {"register": "people", **choice}
        return self.client(name).post("/locations/decisions", **body)

    def forget(self) -> None:
        """Begin anew: no record, no decision."""
        with self.office.owner.begin() as connection:
            for table in ("address_alias", "location_decision", "change", "person", "site"):
                connection.execute(sa.text(f"DELETE FROM registry.{table}"))
            connection.execute(sa.text("DELETE FROM field.named_spot"))
            connection.execute(sa.text("DELETE FROM intake.locate_run"))

    def _put(self, statement: str, address: str, **given: Any) -> uuid.UUID:
        values = {"town": None, "postcode": None, "area": ATHENS, "id": uuid.uuid4()}
        with self.office.owner.begin() as connection:
            connection.execute(sa.text(statement), values | {"address": address} | given)
        key: uuid.UUID = (values | given)["id"]
        return key


def wait_for(client: Client, key: str, *, seconds: float = 60) -> dict[str, Any]:
    """A run when it has ended."""
    end = time.monotonic() + seconds
    while True:
        told: dict[str, Any] = client.get(f"/locations/jobs/{key}").json()
        if told["state"] not in ("waiting", "running"):
            return told
        assert time.monotonic() < end, told
        time.sleep(0.1)


@pytest.fixture(scope="module")
def opened(
    cluster: Cluster, settings: Settings, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Places]:
    secret = tmp_path_factory.mktemp("places") / "secret"
    for name in clone(cluster, template):
        for office in _opened(cluster, settings, name, secret):
            with transaction(office.owner, "job") as connection:
                put_gazetteer(connection)
            yield Places(office, office.app.state.settings, cluster.url(name))


@pytest.fixture
def places(opened: Places) -> Places:
    """The office with its gazetteer and no record."""
    opened.forget()
    return opened


def put_gazetteer(connection: Connection) -> None:
    """Names of the municipalities, postcodes and streets."""
    for code, el, en in NAMES:
        for lang, name in (("el", el), ("en", en)):
            connection.execute(
                sa.text(
                    "INSERT INTO base.area_name (area_id, lang, name, source_id)"
                    " SELECT id, :lang, :name, 'office' FROM base.area WHERE code = :code"
                    " AND level = 'municipality' ON CONFLICT DO NOTHING"
                ),
                {"lang": lang, "name": name, "code": code},
            )
    points = gpd.points_from_xy([p[3] for p in POSTCODES], [p[2] for p in POSTCODES])
    postcodes = gpd.GeoDataFrame(
        {"postcode": [p[0] for p in POSTCODES], "area_code": [p[1] for p in POSTCODES]},
        geometry=points,
        crs="EPSG:4326",
    ).assign(name=None)
    gazetteer.put_postcodes(connection, postcodes, "office", "gr")
    gazetteer.put_streets(connection, streets(), "office", "gr")
    gazetteer.refresh(connection, "gr")


def streets() -> pd.DataFrame:
    """Each street at the point of its postcode; no house numbers are known."""
    known = {code: (area, lat, lon) for code, area, lat, lon in POSTCODES}
    rows = [
        {
            "name": name,
            "postcode": code,
            "area_code": known[code][0],
            "lat": known[code][1],
            "lon": known[code][2],
            **dict.fromkeys(("odd_from", "odd_to", "even_from", "even_to"), pd.NA),
        }
        for name, code in STREETS
    ]
    numbers = ("odd_from", "odd_to", "even_from", "even_to")
    return pd.DataFrame(rows).astype(dict.fromkeys(numbers, "Int64"))


__all__ = ["AGENCY_A", "ATHENS", "PIRAEUS", "Caller", "Places", "wait_for"]
