"""What places look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from api.routes.registers.answers import Answer
from api.schemas import Strict
from geo.crs import LATITUDE_LIMIT
from geo.profiles.profile import countries

RegisterIn = Literal["people", "sites"]
GroupIn = Literal["several", "street", "none", "exact", "changed"]
Country = Annotated[str, Field(pattern="^[a-z]{2}$", description="two small letters, as gr")]


def _with_profile(country: str) -> str:
    if country not in countries():
        raise ValueError(f"no profile for country {country}: {', '.join(countries())}")
    return country


Profiled = Annotated[Country, AfterValidator(_with_profile)]
"""A country whose way of writing addresses is known: without it a run can find nothing."""
Lat = Annotated[
    float,
    Field(ge=-LATITUDE_LIMIT, le=LATITUDE_LIMIT, allow_inf_nan=False, description="EPSG:4326"),
]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="EPSG:4326")]
Metres = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
Pinned = Annotated[float, Field(ge=1, le=2000, allow_inf_nan=False, description="metres")]
"""Nobody points finer than a metre; a pin that reaches farther is no place."""
Typed = Annotated[str, StringConstraints(strip_whitespace=False), Field(max_length=20_000)]
"""What somebody typed, as it is; what is no address is told so, not refused."""
Key = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="of the queue: no address")]


class LocateIn(Strict):
    """An address as people type it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Ερμού 12", "municipality": "Αθήνα"}]}
    )

    text: Typed
    country: Country = "gr"
    municipality: Typed | None = None
    postcode: Typed | None = None


class ReverseIn(Strict):
    """A position, and how far it may be off."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lat": 37.9755, "lon": 23.7348, "accuracy_m": 15}]}
    )

    lat: Lat
    lon: Lon
    accuracy_m: Metres | None = None
    country: Country = "gr"


class Alternative(Answer):
    """Another place that may be meant; `agreement` (0 to 1) orders them, no more."""

    matched: str
    class_: str = Field(alias="class")
    lat: float
    lon: float
    radius_m: float | None
    area_code: str | None
    postcode: str | None
    agreement: float


class Place(Answer):
    """Where something is, how surely and why. Class none has neither point nor radius."""

    class_: str = Field(alias="class")
    lat: float | None
    lon: float | None
    radius_m: float | None = Field(description="metres, true for 90 % of answers of its class")
    area_code: str | None
    municipality: dict[str, str] | None = Field(description="language -> name")
    postcode: str | None
    matched: str | None
    reason: dict[str, str] = Field(description="language -> why")
    centroid_fallback: bool = Field(description="the middle of a municipality: no point")
    source: str = Field(description="gazetteer, alias (a person decided), spot (of the team), ...")
    gazetteer_version: str
    alternatives: list[Alternative]


class Reversed(Place):
    """What is nearest to a position."""

    distance_m: float | None = Field(description="from the position to what is named")


class Offered(Alternative):
    """A place to choose. A decision names it by its key: another place has another key."""

    key: str


class Waiting(Answer):
    """One address that waits for a person; equal addresses are one item."""

    key: str
    group: str
    count: int = Field(description="records with this address")
    text: str
    municipality_text: str | None
    postcode: str | None
    class_: str = Field(alias="class")
    lat: float | None
    lon: float | None
    radius_m: float | None
    area_code: str | None
    matched: str | None
    reason: dict[str, str] | None
    source: str | None
    alternatives: list[Offered]
    place: str = Field(description="key of where it stands: `keep` names it")
    record: str = Field(description="key of the record that is shown: `record` names it")


class QueueOf(Answer):
    """A page of the queue, and how many addresses each group has."""

    groups: dict[str, int]
    items: list[Waiting]
    next: str | None = Field(description="cursor of the next page; null: this is the last")


class PointIn(Strict):
    """A pin on the map."""

    lat: Lat
    lon: Lon
    radius_m: Pinned | None = None


class DecisionIn(Strict):
    """What a person decides about an address: exactly one of alternative, point, keep, refuse."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"register": "people", "key": "0" * 32, "alternative": "0" * 32}]
        }
    )

    register_name: RegisterIn = Field(alias="register")
    key: Key
    alternative: Key | None = Field(default=None, description="key of the place chosen")
    point: PointIn | None = None
    keep: Key | None = Field(default=None, description="right as it stands: `place` of the item")
    refuse: Literal[True] | None = Field(default=None, description="there is no such place")
    all_equal: bool = Field(default=True, description="for every record with this address")
    record: Key | None = Field(default=None, description="the one record, where not for all")

    @model_validator(mode="after")
    def _one_of_them(self) -> DecisionIn:
        given = [self.alternative, self.point, self.keep, self.refuse]
        if sum(one is not None for one in given) != 1:
            raise ValueError("say exactly one of alternative, point, keep, refuse")
        if self.all_equal != (self.record is None):
            raise ValueError("record goes with all_equal: false")
        return self


class Decided(Answer):
    """What a decision did."""

    id: UUID
    changed: int
    alias: bool = Field(description="the next record with this address is placed by it")


class Kept(Answer):
    """A record that a decision placed and that taking it back left as it is."""

    id: UUID | None = Field(description="null: you no longer see it")
    why: Literal["changed", "moved"] = Field(
        description="changed: somebody changed it since; moved: it is no longer yours, or gone"
    )


class Undone(Answer):
    """What taking a decision back did."""

    changed: int
    kept: list[Kept] = Field(description="records that are left as they are")


class DecisionOf(Answer):
    """A decision that was made."""

    id: UUID
    register_name: str = Field(alias="register")
    key: str
    kind: str
    changed: int
    alias: bool
    actor_id: UUID
    at: datetime
    undone_at: datetime | None
    undone_by: UUID | None
    kept: int | None


class DecisionsOf(Answer):
    """A page of decisions, the newest first."""

    items: list[DecisionOf]
    next: str | None = Field(description="cursor of the next page; null: this is the last")


class JobIn(Strict):
    """A run of the geocoder over a register."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"register": "people"}]})

    register_name: RegisterIn = Field(alias="register")
    everything: bool = Field(default=False, description="also what was located before")
    country: Profiled | None = Field(default=None, description="else that of your territory")


class JobOf(Answer):
    """A run and how far it is."""

    id: UUID
    register_name: str = Field(alias="register")
    country: str
    everything: bool
    state: str = Field(description="waiting, running, done, cancelled, stopped")
    done: int
    total: int | None
    per_second: float | None
    seconds_left: float | None
    by_class: dict[str, int]
    gazetteer_version: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class JobsOf(Answer):
    """A page of runs, the newest first."""

    items: list[JobOf]
    next: str | None = Field(description="cursor of the next page; null: this is the last")


class JobMade(Answer):
    """The run that will be done."""

    id: UUID


_Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
_Note = Annotated[str, Field(max_length=2000)]
_Reach = Annotated[float, Field(gt=0, le=500, allow_inf_nan=False, description="metres")]


class SpotNew(Strict):
    """A place that the team knows by a name of its own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "The square by the church", "lat": 37.98, "lon": 23.73}]
        }
    )

    name: _Name
    names: list[_Name] = Field(default=[], max_length=20, description="other names")
    note: _Note = ""
    lat: Lat
    lon: Lon
    radius_m: _Reach = 30.0


class SpotChange(Strict):
    """Other words or another point; `lat` and `lon` go together."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "behind the kiosk"}]})

    name: _Name | None = None
    names: Annotated[list[_Name] | None, Field(max_length=20)] = None
    note: _Note | None = None
    lat: Lat | None = None
    lon: Lon | None = None
    radius_m: _Reach | None = None

    @model_validator(mode="after")
    def _whole_point(self) -> SpotChange:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon go together")
        return self


class SpotOf(Answer):
    """A spot of the team."""

    id: UUID
    version: int
    updated_at: datetime
    synthetic: bool
    name: str
    names: list[str]
    note: str
    lat: float
    lon: float
    radius_m: float
    area_code: str | None
    kept_by: UUID


class SpotsOf(Answer):
    """A page of spots."""

    items: list[SpotOf]
    next: str | None = Field(description="cursor of the next page; null: this is the last")


class GazetteerSource(Answer):
    """One source of a gazetteer."""

    source_id: str
    title: str
    version: str
    loaded_at: datetime
    counts: dict[str, int]
    licence: str
    attribution: str


class GazetteerOf(Answer):
    """What addresses of a country are found by."""

    country: str
    version: str
    loaded_at: datetime
    counts: dict[str, int]
    sources: list[GazetteerSource]
