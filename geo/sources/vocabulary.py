"""The columns every frame must have when it leaves a source, and the check at that door."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from geo.errors import InvalidInput

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "areas": (
        "code",
        "level",
        "parent_code",
        "country",
        "name_el",
        "name_en",
        "geometry",
        "geometry_kind",
    ),
    "area_names": ("code", "name_el", "name_en", "parent_code"),
    "population": ("code", "reference_date", "base", "sex", "age_band", "persons"),
    "need_estimates": (
        *("area_code", "service_type", "sector", "age_band", "persons", "rate"),
        *("standard_error", "source_class", "source_name", "reference_date"),
    ),
    "cells": ("code", "kind", "area_code", "population", "reference_date", "geometry"),
    "streets": (
        "name",
        "postcode",
        "area_code",
        "odd_from",
        "odd_to",
        "even_from",
        "even_to",
        "lat",
        "lon",
    ),
    "postcodes": ("postcode", "area_code", "name", "geometry"),
    "settlements": (
        "external_id",
        "name",
        "alternate_names",
        "population",
        "area_code",
        "geometry",
    ),
    "houses": (
        "external_id",
        "street",
        "place",
        "postcode",
        "area_code",
        "number",
        "surveyed",
        "lat",
        "lon",
    ),
    "spots": ("external_id", "name", "alternate_names", "kind", "area_code", "geometry"),
    "road_nodes": ("lon", "lat"),
    "road_pieces": (
        "tail",
        "head",
        "metres",
        "car_there",
        "car_back",
        "walk_there",
        "walk_back",
        "reduced_mobility_there",
        "reduced_mobility_back",
    ),
    "road_modes": ("mode", "approach_kmh", "newest_edit"),
    "agencies": ("external_id", "name", "legal_form", "area_code", "synthetic"),
    "sites": (
        "external_id",
        "agency_external_id",
        "address",
        "postcode",
        "area_code",
        "premises",
        "synthetic",
    ),
    "services": (
        "external_id",
        "agency_external_id",
        "site_external_id",
        "service_type",
        "name",
        "capacity",
        "capacity_period",
        "staff",
        "active",
        "verified_on",
        "mandatory_services",
        "synthetic",
    ),
    "people": (
        "external_id",
        "pseudonym",
        "household_external_id",
        "birth_year",
        "sex",
        "target_group",
        "address",
        "municipality_text",
        "postcode",
        "receives_income_support",
        "synthetic",
    ),
    "needs": (
        "external_id",
        "person_external_id",
        "service_type",
        "stage",
        "since",
        "synthetic",
    ),
    "programmes": (
        "external_id",
        "code",
        "name",
        "fund",
        "objective",
        "valid_from",
        "valid_to",
        "target_groups",
        "synthetic",
    ),
    "agreements": (
        "external_id",
        "title",
        "kind",
        "area_code",
        "agency_external_id",
        "party_external_ids",
        "valid_from",
        "valid_to",
        "service_types",
        "synthetic",
    ),
    "referrals": (
        "external_id",
        "need_external_id",
        "to_service_external_id",
        "sent_at",
        "answered_at",
        "outcome",
        "reason",
        "synthetic",
    ),
    "contacts": (
        "external_id",
        "person_external_id",
        "channel",
        "at",
        "topic",
        "triage",
        "outcome",
        "synthetic",
    ),
    "rounds": (
        "external_id",
        "area_code",
        "team",
        "started_at",
        "ended_at",
        "minutes",
        "synthetic",
    ),
    "observations": (
        "external_id",
        "round_external_id",
        "observed_at",
        "lat",
        "lon",
        "accuracy_m",
        "category",
        "people_count",
        "urgency",
        "note",
        "channel",
        "synthetic",
    ),
    "residents": (
        "external_id",
        "service_external_id",
        "origin_area_code",
        "support_need",
        "since",
        "age_band",
        "synthetic",
    ),
}

MORE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "streets": ("external_id", "alternate_names", "place", "lines"),
    "postcodes": ("placed_by",),
    "settlements": ("kind", "parent", "unit"),
}
"""Columns that a frame may have besides; the store fills in what a source cannot tell.

`areas` and `area_names` may have further names, a column name_<language> each.
"""

NAMED_IN_ANY_LANGUAGE = ("areas", "area_names")
NAME_COLUMN = re.compile(r"name_[a-z]{2,3}", re.ASCII)

OPTIONAL_TEXTS: Mapping[str, tuple[str, ...]] = {
    "areas": ("parent_code", "name_el", "name_en"),
    "area_names": ("name_el", "name_en", "parent_code"),
    "cells": ("area_code",),
    "streets": ("area_code", "postcode", "place"),
    "houses": ("street", "place", "postcode", "area_code"),
    "postcodes": ("area_code", "name"),
    "settlements": ("area_code", "parent", "unit"),
    "spots": ("area_code",),
    "sites": ("postcode", "area_code"),
    "people": ("postcode",),
    "observations": ("round_external_id",),
    "referrals": ("outcome", "reason"),
}
"""Text columns that may be empty; empty is None there, never NaN and never an empty text."""


def with_none(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same frames with None wherever an optional text is missing."""
    whole: dict[str, pd.DataFrame] = {}
    for name, frame in frames.items():
        texts = {
            column: frame[column].astype(object).where(frame[column].notna(), None)
            for column in OPTIONAL_TEXTS.get(name, ())
            if column in frame
        }
        whole[name] = frame.assign(**texts)
    return whole


def check_frames(frames: Mapping[str, pd.DataFrame]) -> None:
    """Raise InvalidInput where a frame has an unknown name, or other columns than its vocabulary."""
    for name, frame in frames.items():
        if name not in COLUMNS:
            raise InvalidInput(f"There is no frame {name!r}.", hint=f"Known: {', '.join(COLUMNS)}.")
        missing = set(COLUMNS[name]) - set(frame.columns)
        unknown = set(frame.columns) - set(COLUMNS[name]) - set(MORE_COLUMNS.get(name, ()))
        if name in NAMED_IN_ANY_LANGUAGE:
            unknown = {each for each in unknown if not NAME_COLUMN.fullmatch(each)}
        if missing or unknown:
            raise InvalidInput(
                f"The frame {name!r} lacks {sorted(missing)} and has {sorted(unknown)} too many.",
                hint="See geo/sources/vocabulary.py.",
            )
