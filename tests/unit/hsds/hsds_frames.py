"""Register frames for the tests: drawn at random, with the ids that a register would give."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pandas as pd
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box

from geo.hsds.columns import COLUMNS

Frames = dict[str, pd.DataFrame]

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
)
NAMES = WORDS | st.sampled_from(
    ["Κέντρο Κοινότητας Αχαρνών", 'A "quoted", name', "=1+1", "'-x", "two\nlines"]
)
CODES = st.text("abcdefghij_", min_size=1, max_size=8)
CODE_LISTS = st.lists(CODES, max_size=3)
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
COUNTS = st.integers(0, 5000)
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def rules(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 4)) == 0:
        return draw(
            st.sampled_from(
                [
                    "FREQ=DAILY",
                    "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1",
                    "BYDAY=MO;FREQ=WEEKLY",
                    "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO",
                    "FREQ=WEEKLY;UNTIL=20270131T235959Z;BYDAY=SU",
                    "FREQ=DAILY;INTERVAL=3;COUNT=4",
                    "FREQ=MONTHLY;BYMONTH=1,2;BYDAY=1MO",
                ]
            )
        )
    days = draw(st.lists(st.sampled_from(["MO", "TU", "SA"]), min_size=1, unique=True))
    monthly = draw(st.booleans())
    text = f"FREQ={'MONTHLY' if monthly else 'WEEKLY'}"
    if draw(st.booleans()):
        text += f";INTERVAL={draw(st.integers(2, 6))}"
    text += f";BYDAY={','.join(f'-1{day}' if monthly else day for day in days)}"
    return text + draw(st.sampled_from(["", ";COUNT=7", ";UNTIL=20301231"]))


@st.composite
def entries(draw: st.DrawFn) -> dict[str, str]:
    opens = draw(TIMES)
    closes = draw(st.sampled_from(["24:00", "00:00"]) | TIMES)
    entry = {"rrule": draw(rules()), "opens": opens, "closes": closes}
    for name in ("valid_from", "dtstart"):
        if draw(st.booleans()):
            entry[name] = draw(DAYS).isoformat()
    if draw(st.booleans()):
        entry["valid_to"] = "2061-05-06"
    return entry


@st.composite
def areas(draw: st.DrawFn) -> MultiPolygon:
    corners = draw(
        st.lists(st.tuples(st.floats(-170, 170), st.floats(-80, 80)), min_size=1, max_size=3)
    )
    return MultiPolygon([box(lon, lat, lon + 0.1, lat + 0.1) for lon, lat in corners])


ELIGIBILITY = st.fixed_dictionaries(
    {},
    optional={
        "min_age": st.integers(0, 60) | st.floats(0, 60),
        "max_age": st.integers(60, 120),
        "sexes": st.lists(st.sampled_from(["f", "m", "x"]), min_size=1, max_size=2),
        "target_groups": st.lists(CODES, min_size=1, max_size=2),
        "residence": st.lists(CODES, min_size=1, max_size=2),
        "max_income": st.integers(0, 9999) | st.floats(0, 9999),
        "statuses": st.lists(CODES, min_size=1, max_size=2),
        "description": NAMES,
    },
).map(lambda found: found or None)

AGENCY = st.fixed_dictionaries(
    {
        "name": NAMES,
        "legal_form": CODES,
        "area_code": CODES,
        "parent_area_code": maybe(CODES),
        "email": maybe(st.just("info@example.org")),
        "website": maybe(st.just("https://example.org/a")),
        "accreditation": maybe(NAMES),
        "accredited_until": maybe(DAYS),
        "emergency": st.booleans(),
        "synthetic": st.booleans(),
    }
)
SITE = st.fixed_dictionaries(
    {
        "name": maybe(NAMES),
        "address": NAMES,
        "postcode": maybe(CODES),
        "municipality": maybe(NAMES),
        "region": maybe(NAMES),
        "area_code": maybe(CODES),
        "sensitive": st.booleans(),
        "premises": st.dictionaries(CODES, st.booleans(), max_size=3),
        "point": maybe(st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
        "synthetic": st.booleans(),
    }
)
SERVICE = st.fixed_dictionaries(
    {
        "service_type": CODES,
        "name": NAMES,
        "capacity": maybe(COUNTS),
        "capacity_funded": maybe(COUNTS),
        "capacity_accessible": maybe(COUNTS),
        "capacity_waiting": maybe(COUNTS),
        "capacity_period": maybe(CODES),
        "offers": CODE_LISTS,
        "target_groups": CODE_LISTS,
        "languages": st.lists(st.sampled_from(["el", "en", "rom", "ar"]), max_size=3),
        "opening": st.lists(entries(), max_size=3),
        "eligibility": ELIGIBILITY,
        "service_area": maybe(areas()),
        "sector": maybe(CODES),
        "fee": maybe(NAMES),
        "active": st.booleans(),
        "verified_on": maybe(DAYS),
        "synthetic": st.booleans(),
    }
)
PROGRAMME = st.fixed_dictionaries(
    {
        "name": NAMES,
        "fund": maybe(NAMES),
        "objective": maybe(NAMES),
        "valid_from": maybe(DAYS),
        "valid_to": maybe(DAYS),
        "target_groups": CODE_LISTS,
        "sector": maybe(CODES),
        "synthetic": st.booleans(),
    }
)


@st.composite
def directories(draw: st.DrawFn) -> Frames:
    """Agencies with sites, services and the programmes they run under."""
    agencies = draw(st.lists(AGENCY, min_size=1, max_size=3))
    sites = draw(st.lists(SITE, min_size=1, max_size=3))
    services = draw(st.lists(SERVICE, min_size=1, max_size=3))
    programmes = draw(st.lists(PROGRAMME, max_size=2))
    for number, row in enumerate(agencies):
        row["external_id"] = f"a{number}"
    for number, row in enumerate(sites):
        row["external_id"] = f"t{number}"
        row["agency_external_id"] = f"a{draw(st.integers(0, len(agencies) - 1))}"
        row["lat"], row["lon"] = row.pop("point") or (None, None)
    for number, row in enumerate(programmes):
        row["external_id"], row["code"] = f"p{number}", f"MIS {number}"
    for number, row in enumerate(services):
        row["external_id"] = f"s{number}"
        row["agency_external_id"] = f"a{draw(st.integers(0, len(agencies) - 1))}"
        row["site_external_id"] = f"t{draw(st.integers(0, len(sites) - 1))}"
        # HSDS hangs programmes on who runs them: each runs somewhere.
        row["programme_codes"] = [row["code"] for row in programmes] + draw(CODE_LISTS)
    rows = {"agencies": agencies, "sites": sites, "services": services, "programmes": programmes}
    return {name: frame_of(name, given) for name, given in rows.items()}


def frame_of(register: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = COLUMNS[register]
    values = [[row[column] for column in columns] for row in rows]
    return pd.DataFrame(values, columns=list(columns), dtype=object)


def with_ids(frames: Frames) -> Frames:
    """The same frames with ids as a register gives them: from kind and external id."""

    def keys(kind: str, external: pd.Series) -> list[Any]:
        return [None if one is None else uuid5(NAMESPACE_URL, f"{kind}/{one}") for one in external]

    out = {}
    for name, frame in frames.items():
        ids = {"id": keys(name, frame["external_id"])}
        if "agency_external_id" in frame:
            ids["agency_id"] = keys("agencies", frame["agency_external_id"])
        if "site_external_id" in frame:
            ids["site_id"] = keys("sites", frame["site_external_id"])
        out[name] = frame.assign(**ids, source_id="somewhere")
    return out


def rows_of(frames: Frames) -> dict[str, list[dict[str, Any]]]:
    """Frames as comparable rows, in the order of their external ids."""
    return {
        name: sorted(frame.to_dict("records"), key=lambda row: row["external_id"])
        for name, frame in frames.items()
    }
