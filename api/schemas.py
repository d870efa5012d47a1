"""What comes in over HTTP, checked before anything else sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from geo.crs import LATITUDE_LIMIT

Language = Literal["en", "el"]
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Strict(BaseModel):
    """No unknown fields: a mistyped name must not be dropped in silence."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Credentials(Strict):
    """A login."""

    username: Annotated[str, Field(min_length=1, max_length=100)]
    # A password is what was typed, spaces and all.
    password: Annotated[
        str, StringConstraints(strip_whitespace=False), Field(min_length=1, max_length=500)
    ]


class ObservationIn(Strict):
    """A report from the street, with the id its device gave it."""

    id: UUID
    observed_at: AwareDatetime
    lat: Annotated[float, Field(ge=-LATITUDE_LIMIT, le=LATITUDE_LIMIT, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    accuracy_m: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
    category: Annotated[str, Field(max_length=40)]
    people_count: Annotated[int, Field(ge=0, le=500)]
    urgency: Literal["low", "medium", "high"]
    note: Annotated[str, Field(max_length=2000)] = ""

    @field_validator("observed_at")
    @classmethod
    def _plausible(cls, value: datetime) -> datetime:
        """A device's clock may be days off; years are a mistake."""
        if not EARLIEST < value < datetime.now(UTC) + timedelta(days=7):
            raise ValueError("the time is not plausible; check the device's date")
        return value

    @field_validator("note")
    @classmethod
    def _storable(cls, value: str) -> str:
        if "\x00" in value:
            raise ValueError("the note holds a character that cannot be stored")
        return value
