"""Invents what becomes of needs: programmes, agreements, referrals to services, contacts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd

from geo.sources.gr_attica_synthetic.draw import Choice, chance
from geo.sources.gr_attica_synthetic.world import World

NOON = time(12, tzinfo=UTC)
LONGEST_ANSWER_DAYS = 40


def programmes(world: World) -> pd.DataFrame:
    """Frame `programmes`: those that source.toml lists, with nothing drawn."""
    return pd.DataFrame(
        {
            "external_id": f"PR-{number:04}",
            "code": entry["code"],
            "name": entry["name"],
            "fund": entry["fund"],
            "objective": entry["objective"],
            "valid_from": entry["from"],
            "valid_to": None,
            "target_groups": entry["groups"],
            "synthetic": True,
        }
        for number, entry in enumerate(world.settings["casework"]["programmes"], 1)
    )


def agreements(world: World, agencies: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Frame `agreements`: of municipalities with the non-governmental agencies that work there."""
    share = world.settings["casework"]["agreement_share"]
    others = agencies[agencies["legal_form"].isin(["ngo", "church"])]["external_id"].tolist()
    rows: list[dict[str, object]] = []
    own = agencies[agencies["legal_form"] == "municipality"]
    for agency, area, name in zip(own["external_id"], own["area_code"], own["name"], strict=True):
        if not others or not chance(rng, share):
            continue
        partner = others[int(rng.integers(len(others)))]
        rows.append(
            {
                "external_id": f"AG-{len(rows) + 1:04}",
                "title": f"Προγραμματική σύμβαση: {name}",
                "kind": "cooperation",
                "area_code": area,
                "agency_external_id": agency,
                "party_external_ids": [agency, partner],
                "valid_from": world.as_of - timedelta(days=int(rng.integers(30, 900))),
                "valid_to": world.as_of + timedelta(days=int(rng.integers(60, 900))),
                "service_types": [],
                "synthetic": True,
            }
        )
    return pd.DataFrame(rows)


def referrals(
    world: World, needs: pd.DataFrame, services: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Frame `referrals`: of needs to a service of their type, with what was answered and when."""
    settings = world.settings["casework"]
    outcomes, reasons = Choice(settings["outcomes"]), Choice(settings["reasons"])
    by_type = {
        str(kind): group["external_id"].tolist() for kind, group in services.groupby("service_type")
    }
    rows: list[dict[str, object]] = []
    for need in needs.to_dict("records"):
        offered = by_type.get(str(need["service_type"]), [])
        if not offered or not chance(rng, settings["referred"][need["stage"]]):
            continue
        outcome = outcomes.draw(rng)
        waiting = outcome == "waiting"
        sent = _moment(need["since"], world.as_of, rng)
        rows.append(
            {
                "external_id": f"RF-{len(rows) + 1:06}",
                "need_external_id": need["external_id"],
                "to_service_external_id": offered[int(rng.integers(len(offered)))],
                "sent_at": sent,
                "answered_at": None
                if waiting
                else sent + timedelta(days=int(rng.integers(1, LONGEST_ANSWER_DAYS))),
                "outcome": None if waiting else outcome,
                "reason": reasons.draw(rng) if outcome == "refused" else None,
                "synthetic": True,
            }
        )
    return pd.DataFrame(rows)


def contacts(world: World, people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Frame `contacts`: who came, called or wrote in the last year, and what came of it."""
    settings = world.settings["casework"]
    draws: dict[str, Choice] = {
        column: Choice(settings[name])
        for column, name in (
            ("channel", "channels"),
            ("topic", "topics"),
            ("triage", "triage"),
            ("outcome", "contact_outcomes"),
        )
    }
    rows: list[dict[str, Any]] = []
    for person in people["external_id"]:
        if not chance(rng, settings["contacts_per_person"]):
            continue
        rows.append(
            {
                "external_id": f"CT-{len(rows) + 1:06}",
                "person_external_id": person,
                "at": _moment(world.as_of - timedelta(days=365), world.as_of, rng),
                "synthetic": True,
            }
            | {column: choice.draw(rng) for column, choice in draws.items()}
        )
    return pd.DataFrame(rows)


def _moment(first: date, last: date, rng: np.random.Generator) -> datetime:
    days = max((last - first).days, 1)
    return datetime.combine(first + timedelta(days=int(rng.integers(days))), NOON)
