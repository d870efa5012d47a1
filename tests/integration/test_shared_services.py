"""Which municipalities a municipal service serves by agreement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.cluster import Cluster
from geo.db.engine import make_engine
from geo.gathering import gathered
from geo.registers.agencies import store as agencies
from geo.registers.areas import store as areas
from tests.conftest import clone

TODAY = date(2026, 6, 1)
MAKE = """
WITH home AS (
    SELECT a.id, a.source_id, s.service_type FROM registry.agency a
    JOIN registry.service s ON s.agency_id = a.id AND s.active
    WHERE a.area_code = '4501' AND a.legal_form = 'municipality' AND s.service_type = 'community_centre'
    LIMIT 1
), made AS (
    INSERT INTO registry.agreement (id, external_id, source_id, synthetic, title, kind, agency_id,
        valid_from, valid_to, service_types)
    SELECT gen_random_uuid(), 'A-shared', source_id, true, 'Shared', :kind, id, '2026-01-01',
        '2026-06-30', CAST(:types AS text[]) FROM home RETURNING id
)
INSERT INTO registry.agreement_party (agreement_id, agency_id)
SELECT made.id, a.id FROM made, registry.agency a
WHERE a.area_code = '4502' AND a.legal_form = 'municipality'
"""


@pytest.fixture(scope="module")
def url(cluster: Cluster, demo_template: str) -> Iterator[str]:
    for name in clone(cluster, demo_template):
        yield cluster.url(name)


@pytest.fixture
def held(url: str) -> Iterator[Connection]:
    """A connection whose changes are taken back."""
    engine = make_engine(url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def agree(
    connection: Connection, kind: str = "cooperation", types: str = "{community_centre}"
) -> None:
    connection.execute(sa.text(MAKE), {"kind": kind, "types": types})


def test_both_parties_serve_each_other_while_it_is_in_force(held: Connection) -> None:
    assert agencies.shared_services(held, TODAY) == {}
    agree(held)
    found = agencies.shared_services(held, TODAY)
    served = sorted({area for areas_ in found.values() for area in areas_})
    assert served == ["4501", "4502"]
    inputs = gathered(held, "EL30", areas.areas(held, "EL30"))
    open_to = {
        str(code): too
        for code, too in zip(
            inputs.services["area_code"], inputs.services["serves_too"], strict=True
        )
        if too
    }
    assert open_to == {"4501": ["4502"], "4502": ["4501"]}
    assert agencies.shared_services(held, date(2026, 7, 1)) == {}
    assert agencies.shared_services(held, date(2025, 12, 31)) == {}


@pytest.mark.parametrize(
    ("kind", "types"),
    [("cooperation", "{}"), ("cooperation", "{home_help}"), ("funding", "{community_centre}")],
)
def test_other_agreements_open_nothing(held: Connection, kind: str, types: str) -> None:
    agree(held, kind, types)
    centres = {
        row.id
        for row in held.execute(
            sa.text("SELECT id FROM registry.service WHERE service_type = 'community_centre'")
        )
    }
    assert not centres & set(agencies.shared_services(held, TODAY))
