"""Open facts: sources, areas, people by area and cell, the gazetteer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.db.tables import columns

source = Table(
    "source",
    columns.metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("titles", JSONB, nullable=False, comment="language -> title"),
    Column("notices", JSONB, nullable=False, comment="language -> what every map must say"),
    Column("publisher", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("reference_date", Date),
    Column("official", Boolean, nullable=False),
    Column("derived", Boolean, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("scope", Text, comment="code of the area whose register this source covers completely"),
    Column("counts", JSONB, nullable=False),
    Column("notes", JSONB, nullable=False, comment="everything dropped, mended or repaired"),
    Column("sha256", Text, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema="base",
)

area = Table(
    "area",
    columns.metadata,
    columns.running_number(),
    Column("country", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("parent_code", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("geometry_kind", Text, nullable=False),
    columns.geometry("MULTIPOLYGON"),
    columns.source(),
    UniqueConstraint("country", "level", "code"),
    columns.words("level", "country", "region", "unit", "municipality"),
    columns.words("geometry_kind", "official", "derived"),
    CheckConstraint("valid_to > valid_from", name="validity_order"),
    columns.in_range(valid=True),
    schema="base",
)

area_name = Table(
    "area_name",
    columns.metadata,
    Column("area_id", BigInteger, ForeignKey("base.area.id", ondelete="CASCADE"), primary_key=True),
    Column("lang", Text, primary_key=True),
    Column("name", Text, nullable=False),
    columns.source(),
    schema="base",
)

population = Table(
    "population",
    columns.metadata,
    Column("area_code", Text, primary_key=True),
    Column("reference_date", Date, primary_key=True),
    Column("base", Text, primary_key=True),
    Column("sex", Text, primary_key=True),
    Column("age_band", Text, primary_key=True),
    Column("persons", BigInteger, nullable=False),
    columns.source(),
    columns.words("base", "residents", "registered"),
    columns.words("sex", "total", "men", "women"),
    CheckConstraint("persons >= 0", name="persons_not_negative"),
    schema="base",
)

cell = Table(
    "cell",
    columns.metadata,
    columns.running_number(),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    columns.area_code(),
    Column("population", Double, nullable=False),
    Column("reference_date", Date, nullable=False),
    columns.geometry("POINT"),
    columns.source(),
    UniqueConstraint("source_id", "code"),
    columns.words("kind", "grid_5km", "grid_1km", "postcode", "settlement"),
    CheckConstraint("population >= 0 AND population < 1e9", name="population_range"),
    columns.in_range(),
    schema="base",
)

cell_age = Table(
    "cell_age",
    columns.metadata,
    Column("cell_id", BigInteger, ForeignKey("base.cell.id", ondelete="CASCADE"), primary_key=True),
    Column("age_band", Text, primary_key=True),
    Column("population", Double, nullable=False),
    CheckConstraint("population >= 0 AND population < 1e9", name="population_range"),
    schema="base",
)

need_estimate = Table(
    "need_estimate",
    columns.metadata,
    Column("area_code", Text, primary_key=True, comment="a municipality, or * for all (a rate)"),
    Column("service_type", Text, primary_key=True),
    Column("sector", Text, primary_key=True),
    Column("age_band", Text, primary_key=True),
    Column("source_class", Text, primary_key=True),
    Column("persons", Double),
    Column("rate", Double, comment="share of all residents, 0 to 1"),
    Column("standard_error", Double, comment="of the persons or of the share"),
    Column("source_name", Text, nullable=False, comment="who made the estimate"),
    Column("reference_date", Date, nullable=False),
    Column("source_id", Text, ForeignKey("base.source.id"), primary_key=True, index=True),
    columns.words("source_class", "survey", "small_area", "prevalence"),
    CheckConstraint("num_nonnulls(persons, rate) = 1", name="one_figure"),
    CheckConstraint(
        "persons >= 0 AND standard_error >= 0 AND rate BETWEEN 0 AND 1", name="in_range"
    ),
    schema="base",
)

indicator = Table(
    "indicator",
    columns.metadata,
    Column("code", Text, primary_key=True),
    Column("names", JSONB, nullable=False),
    Column("unit", JSONB, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("formula", JSONB, nullable=False),
    schema="base",
)

gazetteer = Table(
    "gazetteer",
    columns.metadata,
    Column("country", Text, primary_key=True),
    Column("source_id", Text, ForeignKey("base.source.id"), primary_key=True),
    Column("version", Text, nullable=False, comment="names the content of the source's rows"),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("counts", JSONB, nullable=False, comment="table -> rows"),
    schema="base",
)


def _entry() -> list[Column[Any]]:
    """What every row of the gazetteer has: its country, its origin, and what it holds in short.

    A source that is loaded again touches only the rows whose content changed.
    """
    return [
        columns.running_number(),
        Column("country", Text, nullable=False, comment="ISO 3166-1, two small letters"),
        Column("content", Uuid, nullable=False, comment="MD5 of the row as its source gave it"),
        columns.source(),
    ]


def _external_id() -> Column[str]:
    return Column("external_id", Text, nullable=False, comment="the key in its source")


def _alternate_names() -> Column[list[str]]:
    return columns.texts("alternate_names", "other languages, old, short and local names")


postcode = Table(
    "postcode",
    columns.metadata,
    *_entry(),
    Column("postcode", Text, nullable=False),
    Column("name", Text, comment="the quarter or village it serves, where known"),
    Column("placed_by", Text, nullable=False, comment="what its point was made of"),
    columns.area_code(),
    columns.geometry("POINT"),
    UniqueConstraint("source_id", "country", "postcode"),
    columns.words("placed_by", "point", "houses", "settlement"),
    columns.in_range(),
    schema="base",
)

street = Table(
    "street",
    columns.metadata,
    *_entry(),
    _external_id(),
    Column("name", Text, nullable=False),
    _alternate_names(),
    Column("place", Text, comment="the settlement or quarter it runs through"),
    Column("postcode", Text, index=True),
    columns.area_code(),
    *(Column(f"{side}_{end}", Integer) for side in ("odd", "even") for end in ("from", "to")),
    columns.geometry("POINT"),
    columns.geometry("MULTILINESTRING", "lines", nullable=True),
    UniqueConstraint("source_id", "country", "external_id"),
    columns.in_range(),
    columns.in_range("lines"),
    schema="base",
)

house = Table(
    "house",
    columns.metadata,
    *_entry(),
    _external_id(),
    Column("street", Text),
    Column("place", Text, comment="the village or quarter that numbers its houses itself"),
    Column("postcode", Text),
    columns.area_code(),
    Column("number", Text, nullable=False, comment="as surveyed: 15A, 15-17, 15/3"),
    Column("surveyed", Boolean, nullable=False, comment="false: between two surveyed numbers"),
    columns.geometry("POINT"),
    UniqueConstraint("source_id", "country", "external_id"),
    CheckConstraint("num_nonnulls(street, place) > 0", name="street_or_place"),
    columns.in_range(),
    schema="base",
)

settlement = Table(
    "settlement",
    columns.metadata,
    *_entry(),
    _external_id(),
    Column("name", Text, nullable=False),
    _alternate_names(),
    Column("kind", Text, nullable=False),
    Column("population", BigInteger),
    columns.area_code(),
    Column("parent", Text, comment="name of the municipality, as the source has it"),
    Column("unit", Text, comment="name of the district or county, as the source has it"),
    columns.geometry("POINT", nullable=True),
    UniqueConstraint("source_id", "country", "external_id"),
    columns.words("kind", "city", "town", "village", "hamlet", "locality", "quarter"),
    columns.in_range(),
    schema="base",
)

spot = Table(
    "spot",
    columns.metadata,
    *_entry(),
    _external_id(),
    Column("name", Text, nullable=False),
    _alternate_names(),
    Column("kind", Text, nullable=False, comment="what it is, as its source says: pharmacy, park"),
    columns.area_code(),
    columns.geometry("POINT"),
    UniqueConstraint("source_id", "country", "external_id"),
    columns.in_range(),
    schema="base",
)

agency_territory = Table(
    "agency_territory",
    columns.metadata,
    Column("code", Text, primary_key=True),
    Column("country", Text, nullable=False),
    Column("hierarchy", Text, nullable=False, comment="which agency's territorial structure"),
    Column("parent_code", Text, ForeignKey("base.agency_territory.code"), index=True),
    Column("names", JSONB, nullable=False, comment="language -> name"),
    columns.source(),
    schema="base",
)

agency_territory_member = Table(
    "agency_territory_member",
    columns.metadata,
    Column(
        "territory_code",
        Text,
        ForeignKey("base.agency_territory.code", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("area_code", Text, primary_key=True, index=True),
    schema="base",
)
