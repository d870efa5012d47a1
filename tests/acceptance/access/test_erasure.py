"""Erasing a person: no trace of them anywhere but a proof that names nobody, and no way back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from typer.testing import CliRunner

from api.cli import app, audit
from geo.db import schema
from geo.db.cluster import Cluster
from geo.db.engine import make_engine
from geo.db.tables import SCHEMAS
from geo.settings import Settings
from tests.acceptance.access.attempts import become, undone
from tests.acceptance.access.conftest import Planted, plain
from tests.acceptance.access.readers import ALL, READERS, Reader, key
from tests.acceptance.access.world import Values, insert, plant, source_values

Cursor = psycopg.Cursor[Any]
SOURCE, EXTERNAL = "M1:file", "afm-190412-kanarini"
CANARY = "kanarini-7q4x"
PERSON = uuid.UUID("11111111-1111-4111-8111-111111111111")
HOME, NEED, HOME_NEED, GONE = (uuid.uuid4() for _ in range(4))


def reader_of(name: str) -> Reader:
    return next(reader for reader in ALL if reader.name == name)


def _row(table: str, **facts: Any) -> tuple[str, dict[str, Any]]:
    made = {"id": uuid.uuid4(), "synthetic": True, "source_id": SOURCE}
    made["external_id"] = f"{table}-{CANARY}-{made['id']}"
    return table, {**made, **facts}


def _known_of_the_person() -> Iterator[tuple[str, Values]]:
    """Everything the registers can hold of somebody, each text of it a canary."""
    told = dict.fromkeys(("pseudonym", "address", "municipality_text", "postcode"), CANARY)
    yield _row("registry.household", id=HOME, area_code="M1")
    yield _row(
        "registry.person",
        **told,
        id=PERSON,
        external_id=EXTERNAL,
        household_id=HOME,
        area_code="M1",
        match_key=CANARY.encode(),
        target_group=CANARY,
        languages=[CANARY],
        provenance=Jsonb({"address": {"by": CANARY}}),
        matched=CANARY,
        location_reason=Jsonb({"en": CANARY}),
        address_key=CANARY,
        alternatives=Jsonb([{"matched": CANARY}]),
        retain_until="2026-01-31",
    )
    need = {"service_type": CANARY, "stage": "identification", "since": "2026-01-01"}
    yield _row("registry.need", **need, id=NEED, person_id=PERSON, outcome=CANARY)
    yield _row("registry.need", **need, id=HOME_NEED, household_id=HOME)
    contact = {"channel": "hotline", "at": "2026-01-02T10:00Z", "topic": CANARY}
    yield _row("registry.contact", **contact, person_id=PERSON)
    sent = {"to_service_id": key("service:M1:A1:open"), "sent_at": "2026-01-02T10:00Z"}
    yield _row("registry.referral", **sent, need_id=NEED)
    yield _row("registry.referral", **sent, need_id=HOME_NEED)
    worker = {"id": uuid.uuid4(), "user_id": key("user:worker")}
    yield "registry.assignment", {**worker, "person_id": PERSON}
    pair = sorted((PERSON, key("person:plain")))
    duplicate = {
        "person_a": pair[0],
        "person_b": pair[1],
        "score": 1,
        "reasons": Jsonb({"a": CANARY}),
    }
    yield "registry.duplicate", {"id": uuid.uuid4(), "area_code": "M1", **duplicate}
    yield from _said_of_changes()
    yield from _decided_about_the_address()
    run = {"id": uuid.uuid4(), "role": "centre_staff", "register": "people", "source_id": SOURCE}
    run |= {
        "file_name": "f.csv",
        "file_bytes": 1,
        "sha256": "x",
        "mode": "strict",
        "state": "failed",
    }
    yield "intake.import_run", {**run, "content": f"name;{CANARY}".encode()}


def _said_of_changes() -> Iterator[tuple[str, Values]]:
    """What the history says of rows that are there, and of one that went before."""
    said = {"before": Jsonb({"address": CANARY}), "after": Jsonb({"address": CANARY}), "version": 2}
    for table, row_id in (
        ("registry.person", PERSON),
        ("registry.need", NEED),
        ("registry.need", HOME_NEED),
        ("registry.household", HOME),
    ):
        yield "registry.change", {"table_name": table, "row_id": row_id, **said}
        conflict = {
            "id": uuid.uuid4(),
            "field": "address",
            "kept": Jsonb(CANARY),
            "base_version": 1,
        }
        about = {"table_name": table, "row_id": row_id}
        yield "registry.edit_conflict", {**conflict, **about, "other": Jsonb(CANARY)}
    deleted = {"before": Jsonb({"person_id": str(PERSON), "topic": CANARY}), "version": 1}
    yield "registry.change", {"table_name": "registry.contact", "row_id": GONE, **deleted}


def _decided_about_the_address() -> Iterator[tuple[str, Values]]:
    """Where the person's address is, as somebody decided it, and what was taught by that."""
    about = {"register": "people", "area_code": "M1", "actor_id": key("user:staff")}
    about |= {"address_key": CANARY}
    made = {"id": uuid.uuid4(), "kind": "point", "changed": 1, **about}
    yield "registry.location_decision", made
    taught = {"geom": "SRID=4326;POINT(23.7 37.9)", "location_class": "address"}
    taught |= {"matched": CANARY, "decision_id": made["id"], "id": uuid.uuid4()}
    yield "registry.address_alias", {**about, **taught}
    placed = {"table_name": "registry.person", "row_id": PERSON, "version": 2}
    yield "registry.change", {**placed, "decision_id": made["id"]}


def where(cursor: Cursor, *needles: str) -> dict[str, int]:
    """Tables in whose rows, written out whole, one of these texts or its bytes stands; how often."""
    sought = [form for text in needles for form in (text, text.encode().hex())]
    found = {}
    tables = cursor.execute(
        "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = ANY (%s)",
        [[*SCHEMAS, "public"]],
    ).fetchall()
    for (table,) in tables:
        query = f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE ANY (%s)"
        row = cursor.execute(query.encode(), [[f"%{form}%" for form in sought]]).fetchone()
        assert row is not None
        if row[0]:
            found[table] = row[0]
    return found


@pytest.fixture
def known(planted: Planted) -> Iterator[Cursor]:
    """The planted world with a person of whom everything is known; undone afterwards."""
    with undone(planted.cursor):
        for table, values in _known_of_the_person():
            insert(planted.cursor, table, values)
        yield planted.cursor


def _erase(cursor: Cursor, reason: str = "request", person: uuid.UUID = PERSON) -> bool:
    with _as(cursor, "auditor"):
        row = cursor.execute("SELECT registry.erase_person(%s, %s)", [person, reason]).fetchone()
    assert row is not None
    return bool(row[0])


@contextmanager
def _as(cursor: Cursor, name: str) -> Iterator[None]:
    """For a few statements somebody else; what they did stays."""
    become(cursor, reader_of(name))
    yield
    become(cursor, Reader("owner", "app"))
    cursor.execute("SET LOCAL ROLE NONE")


def test_nothing_is_left_of_an_erased_person(known: Cursor) -> None:
    before = where(known, CANARY)
    assert {name for name in before if name.startswith("registry.")} == {
        f"registry.{name}"
        for name in (
            *("person", "household", "need", "contact", "referral"),
            *("duplicate", "change", "edit_conflict", "location_decision", "address_alias"),
        )
    }, "the canaries are where they should be"
    assert before["intake.import_run"] == 1
    assert _erase(known)
    assert where(known, CANARY) == {}
    assert set(where(known, str(PERSON))) == {"account.audit_event"}
    assert where(known, str(HOME), str(NEED), str(HOME_NEED)).keys() <= {"account.audit_event"}


SOURCE_OF_ERASE = re.search(
    r"CREATE OR REPLACE FUNCTION registry\.erase\(.*?END \$\$;",
    (schema.HERE / "functions" / "erasure.sql").read_text("utf-8"),
    re.DOTALL,
)
assert SOURCE_OF_ERASE
STEPS = re.findall(r"^    (?:DELETE|UPDATE)[^;]*;", SOURCE_OF_ERASE[0], re.MULTILINE)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: " ".join(step.split()[:3]))
def test_no_step_of_the_erasure_can_be_left_out(known: Cursor, step: str) -> None:
    assert SOURCE_OF_ERASE
    known.execute(SOURCE_OF_ERASE[0].replace(step, "").encode())
    try:
        assert _erase(known)
    except psycopg.errors.ForeignKeyViolation:
        return
    assert where(known, CANARY) != {} or "registry.household" in where(known, str(HOME))


def test_others_keep_what_is_theirs(known: Cursor) -> None:
    counts = {}
    for moment in ("before", "after"):
        if moment == "after":
            assert _erase(known)
        counts[moment] = {
            table: known.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()[0]  # type: ignore[index]
            for table in (
                "registry.person",
                "registry.need",
                "registry.referral",
                "registry.change",
            )
        }
    lost = {table: counts["before"][table] - counts["after"][table] for table in counts["before"]}
    assert lost == {
        "registry.person": 1,
        "registry.need": 2,
        "registry.referral": 2,
        "registry.change": 6,
    }


def test_the_proof_stays_and_names_nobody(known: Cursor) -> None:
    assert _erase(known)
    assert not _erase(known), "there is nobody to erase a second time"
    proofs = known.execute(
        "SELECT proof, actor_id, reason FROM account.erasure WHERE reason = 'request' AND length(proof) = 32"
    ).fetchall()
    assert len(proofs) == 1 and proofs[0][1] == reader_of("auditor").user
    events = known.execute(
        "SELECT actor_id, role, person_id, purpose FROM account.audit_event WHERE action = 'erase'"
    ).fetchall()
    assert events == [(reader_of("auditor").user, "auditor", PERSON, "request")]


def test_who_was_erased_is_known_to_their_own_house_only(known: Cursor) -> None:
    assert _erase(known)
    answers = {}
    for name in ("staff", "region", "helper", "lost_staff", "job"):
        with _as(known, name):
            row = known.execute("SELECT registry.is_erased(%s, %s)", [SOURCE, EXTERNAL]).fetchone()
        assert row is not None
        answers[name] = row[0]
    assert answers == {
        "staff": True,  # whose file it was
        "region": False,
        "helper": False,
        "lost_staff": False,
        "job": True,
    }
    row = known.execute("SELECT registry.is_erased(%s, 'somebody else')", [SOURCE]).fetchone()
    assert row == (False,)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_only_the_auditor_erases(known: Cursor, reader: Reader) -> None:
    with undone(known):
        become(known, reader)
        statement = "SELECT registry.erase_person(%s, 'request')"
        if reader.role == "auditor":
            assert known.execute(statement, [PERSON]).fetchone() == (True,)
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                known.execute(statement, [PERSON])
    for function in ("registry.erase_due('2030-01-01')", "registry.reapply_erasures()"):
        with undone(known):
            become(known, reader)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                known.execute(f"SELECT {function}".encode())


def test_records_whose_time_is_over_go_once(known: Cursor) -> None:
    due = []
    for day in ("2026-01-31", "2026-02-01", "2026-02-01"):
        with _as(known, "job"):
            row = known.execute("SELECT registry.erase_due(%s)", [day]).fetchone()
        assert row is not None
        due.append(row[0])
    assert due == [0, 1, 0], "kept to the end of the day, erased once, nothing to do again"
    assert where(known, CANARY) == {}


def test_who_comes_back_by_a_restore_is_erased_again(known: Cursor) -> None:
    assert _erase(known)
    for table, values in _known_of_the_person():
        insert(known, table, values)
    again = []
    for _ in range(2):
        with _as(known, "job"):
            row = known.execute("SELECT registry.reapply_erasures()").fetchone()
        assert row is not None
        again.append(row[0])
    assert again == [1, 0]
    assert where(known, CANARY) == {}
    count = known.execute(
        "SELECT count(*) FROM account.erasure WHERE length(proof) = 32"
    ).fetchone()
    assert count == (1,)


def test_a_reason_is_one_of_the_agreed(known: Cursor) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        _erase(known, reason="because")


@pytest.mark.parametrize("name", ["x:y", "UPPER", "", "a" * 61, "office'; --"])
def test_a_source_of_ones_own_has_a_plain_name(known: Cursor, name: str) -> None:
    with undone(known):
        become(known, reader_of("staff"))
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            known.execute("SELECT base.own_source(%s)", [name])


def test_a_source_needs_a_house(known: Cursor) -> None:
    with undone(known):
        become(known, reader_of("lost_staff"))
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            known.execute("SELECT base.own_source('file')")
    with undone(known):
        become(known, reader_of("staff"))
        assert known.execute("SELECT base.own_source('new')").fetchone() == ("M1:new",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            insert(known, "base.source", source_values("M1:other"))


def test_the_commands_erase_and_say_how_many(
    cluster: Cluster,
    database: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    engine = make_engine(cluster.url(database))
    with psycopg.connect(plain(cluster.url(database))) as connection:
        plant(connection)
        for table, values in _known_of_the_person():
            insert(connection.cursor(), table, values)

    @contextmanager
    def opened() -> Iterator[tuple[Settings, Any]]:
        yield replace(settings, var=tmp_path), engine

    monkeypatch.setattr(audit, "database", opened)
    said = [
        CliRunner().invoke(app, [*command, "--json"]).output.strip()
        for command in (
            ["erase", "due", "--dry-run"],
            ["erase", "due"],
            ["erase", "due"],
            ["erase", "reapply"],
        )
    ]
    engine.dispose()
    assert said == [
        '{"erased": 0, "due": 1}',
        '{"erased": 1, "due": 1}',
        '{"erased": 0, "due": 0}',
        '{"erased": 0}',
    ]
