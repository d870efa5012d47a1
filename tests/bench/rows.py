"""A page of 50 out of a million people: under row-level security against the same query without it."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

from geo.db.engine import APP_USER, make_engine, transaction
from tests.bench.measure import Measured, own_database

PEOPLE = 1_000_000
MUNICIPALITIES = 66
PAGES = 400
MOST_TIMES_AS_LONG = 1.5
MOST_ADDED_MS = 1.0

FILL = sa.text(
    "INSERT INTO registry.person (external_id, source_id, synthetic, pseudonym, address, birth_year,"
    " area_code, retain_until) SELECT 'p' || n, 'bench', true, 'P-' || n, 'Odos ' || n % 997,"
    " 1930 + n % 80, 'M' || n % :municipalities, date '2030-01-01' + n % 900"
    " FROM generate_series(1, :people) AS n"
)
SOURCE = sa.text(
    "INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution, official,"
    " derived, synthetic, counts, notes, sha256) VALUES ('bench', '', '{}', '{}', '', '', '', false,"
    " false, true, '{}', '[]', '')"
)
PAGE = sa.text("SELECT * FROM registry.person WHERE id > :after ORDER BY id LIMIT 50")


def measure() -> list[Measured]:
    """The page itself, and what asking for it as somebody adds to a request."""
    with own_database("rows") as (_, url):
        owner = make_engine(url)
        service_url = make_url(url).set(username=APP_USER)
        service = make_engine(service_url.render_as_string(hide_password=False))
        with owner.begin() as connection:
            connection.execute(SOURCE)
            given = {"municipalities": MUNICIPALITIES, "people": PEOPLE}
            connection.execute(FILL, given)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE registry.person"))
        found = [_page(owner, service), _request(owner, service)]
        owner.dispose()
        service.dispose()
    return found


def _page(owner: Engine, service: Engine) -> Measured:
    with (
        owner.connect() as free,
        transaction(service, "centre_staff", user_id=UUID(int=1), territory="M7") as bound,
    ):
        assert {row.area_code for row in _ask(bound, UUID(int=0))} == {"M7"}
        ours, theirs = _medians(lambda after: _ask(bound, after), lambda after: _ask(free, after))
    return Measured(
        f"50 of {PEOPLE:,} people under row security",
        f"{ours * 1000:.2f} ms",
        f"{theirs * 1000:.2f} ms without",
        ours / theirs,
        MOST_TIMES_AS_LONG,
    )


def _request(owner: Engine, service: Engine) -> Measured:
    def as_somebody(after: UUID) -> None:
        with transaction(
            service, "centre_staff", user_id=UUID(int=1), territory="M7"
        ) as connection:
            _ask(connection, after)

    def as_owner(after: UUID) -> None:
        with owner.begin() as connection:
            _ask(connection, after)

    ours, theirs = _medians(as_somebody, as_owner)
    added = (ours - theirs) * 1000
    return Measured(
        "what role, context and row security add to a request for it",
        f"{added:.2f} ms",
        f"{MOST_ADDED_MS:.0f} ms",
        max(added, 0.0) / MOST_ADDED_MS,
        1.0,
    )


def _ask(connection: Connection, after: UUID) -> list[sa.Row[tuple[object, ...]]]:
    rows = list(connection.execute(PAGE, {"after": after}))
    assert len(rows) == 50
    return rows


def _medians(
    ours: Callable[[UUID], object], theirs: Callable[[UUID], object]
) -> tuple[float, float]:
    """Seconds of each, in turn, from the same random places on."""
    draw = random.Random(11)
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(PAGES):
        # Not from the end: a page of a sixty-sixth must still be full.
        after = UUID(int=draw.randrange(0, int(0.95 * 2**128)))
        for work, times in zip((ours, theirs), taken, strict=True):
            began = time.perf_counter()
            work(after)
            times.append(time.perf_counter() - began)
    return statistics.median(taken[0]), statistics.median(taken[1])
