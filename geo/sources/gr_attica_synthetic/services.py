"""Invents who provides what in each municipality: agencies, sites, services, their staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from geo.sources.gr_attica_synthetic.draw import chance, one_of
from geo.sources.gr_attica_synthetic.world import World

PROVIDERS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "home_help": (("municipality", 1.0),),
    "kapi": (("municipal_legal_entity", 1.0),),
    "day_centre_older": (("municipal_legal_entity", 0.7), ("ngo", 0.3)),
    "day_centre_disabled": (("ngo", 0.75), ("municipality", 0.25)),
    "social_grocery": (("municipality", 0.85), ("church", 0.15)),
    "night_shelter": (("municipality", 0.6), ("ngo", 0.4)),
    "institution_older": (("ngo", 0.5), ("church", 0.5)),
    "institution_disabled": (("region", 0.5), ("ngo", 0.5)),
}
"""Which kinds of agency provide a type of service, with their shares."""


class Providers:
    """Gathers agencies, sites and services; the same agency is listed once."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.world, self.rng = world, rng
        self.words: Mapping[str, Any] = world.texts["names"]
        self.agencies: dict[str, dict[str, object]] = {}
        self.sites: list[dict[str, object]] = []
        self.services: list[dict[str, object]] = []

    def agency(self, legal_form: str, area_code: str) -> str:
        """The identifier of the agency of this form that works in the municipality."""
        title = self.words[legal_form]
        seat = self.world.settings["seat"]
        if isinstance(title, list):
            name, code = one_of(self.rng, title), seat
        elif legal_form == "region":
            name, code = title, seat
        else:
            name, code = title.format(name=self.world.names[area_code][0]), area_code
        known = self.agencies.get(name)
        if known is None:
            known = {
                "external_id": f"A-{len(self.agencies) + 1:04}",
                "name": name,
                "legal_form": legal_form,
                "area_code": code,
                "synthetic": True,
            }
            self.agencies[name] = known
        return str(known["external_id"])

    def site(self, agency: str, area_code: str) -> str:
        """A new site of the agency on a real street of the municipality; its identifier."""
        place = self.world.places.draw(self.rng, area_code)
        typed = self.world.typist.clean(self.rng, place)
        number = len(self.sites) + 1
        self.sites.append(
            {
                "external_id": f"S-{number:04}",
                "agency_external_id": agency,
                "address": typed.address,
                "postcode": typed.postcode,
                "area_code": area_code,
                "premises": _premises(number),
                "synthetic": True,
            }
        )
        return str(self.sites[-1]["external_id"])

    def service(self, agency: str, site: str, service_type: str, **facts: object) -> None:
        """A new service; `facts` hold name, capacity, capacity_period, verified_on and, for a
        centre, staff and mandatory_services."""
        given: dict[str, object] = {"staff": [], "mandatory_services": [], "active": True, **facts}
        self.services.append(
            {
                "external_id": f"SV-{len(self.services) + 1:04}",
                "agency_external_id": agency,
                "site_external_id": site,
                "service_type": service_type,
                **given,
                "synthetic": True,
            }
        )

    def frames(self) -> dict[str, pd.DataFrame]:
        """Frames `agencies`, `sites` and `services`."""
        services = pd.DataFrame(self.services)
        services["capacity"] = services["capacity"].astype("Int64")
        return {
            "agencies": pd.DataFrame(list(self.agencies.values())),
            "sites": pd.DataFrame(self.sites),
            "services": services,
        }


def add_community_centres(providers: Providers) -> None:
    """One centre a municipality, but for those that `none` lists; a branch where one is listed."""
    settings = providers.world.settings["community_centres"]
    for area, count in providers.world.residents.items():
        if area in settings["none"]:
            continue
        posts = _posts(providers.rng, area, count, settings)
        _add_centre(providers, area, "community_centre", _staff(providers, area, posts))
        if area in settings["roma_branch"]:
            _add_centre(providers, area, "roma_branch", [_post("mediator"), _post("social_worker")])


def _add_centre(
    providers: Providers, area: str, title: str, staff: list[dict[str, object]]
) -> None:
    settings = providers.world.settings["community_centres"]
    agency = providers.agency("municipality", area)
    providers.service(
        agency,
        providers.site(agency, area),
        "community_centre",
        name=providers.words[title].format(name=providers.world.names[area][0]),
        capacity=settings["capacity_per_post"] * len(staff),
        capacity_period=settings["period"],
        staff=staff,
        mandatory_services=_offers(providers.rng, settings),
        verified_on=_verified(providers),
    )


def _posts(rng: np.random.Generator, area: str, count: int, settings: Mapping[str, Any]) -> int:
    """Posts of a centre: as many as asked for, one less where listed, one more by chance."""
    if area in settings["exact"]:
        return int(settings["exact"][area])
    asked = next(posts for smallest, posts in settings["bands"] if count >= smallest)
    if area in settings["one_short"]:
        return int(asked) - 1
    listed = area in settings["no_social_worker_head"] or area in settings["one_contract_expired"]
    return int(asked) + (not listed and chance(rng, settings["extra_post"]))


def _staff(providers: Providers, area: str, posts: int) -> list[dict[str, object]]:
    """The posts of a centre, its head first; some on a contract with an end."""
    rng, as_of = providers.rng, providers.world.as_of
    settings = providers.world.settings["community_centres"]
    headless = area in settings["no_social_worker_head"]
    first = "social_scientist" if headless else "social_worker"
    others = [one_of(rng, settings["specialties"]) for _ in range(posts - 1)]
    staff = [_post(first, head=True), *(_post(each) for each in others)]
    for post in staff[1:]:
        if chance(rng, 0.5):
            post["contract_end"] = as_of + timedelta(days=90 + int(rng.random() * 600))
    if area in settings["one_contract_expired"]:
        staff[-1]["contract_end"] = as_of - timedelta(days=45)
    return staff


def _post(specialty: str, *, head: bool = False) -> dict[str, object]:
    return {"specialty": specialty, "head": head, "contract_end": None}


def _offers(rng: np.random.Generator, settings: Mapping[str, Any]) -> list[str]:
    """The mandatory services, sometimes without one or two, and some optional ones."""
    offered = list(settings["mandatory"])
    if chance(rng, settings["lacks_service"]):
        for _ in range(1 + chance(rng, 0.3)):
            offered.remove(one_of(rng, offered))
    return offered + [each for each in settings["optional"] if chance(rng, 0.4)]


def add_other_services(providers: Providers) -> None:
    """All other types, as many as the population would carry; a fraction left over by chance."""
    for service_type, facts in providers.world.settings["services"].items():
        for area, count in providers.world.residents.items():
            if count < facts["smallest"]:
                continue
            share = count / facts["persons_per"]
            number = int(share) + chance(providers.rng, share - int(share))
            if service_type == "home_help":
                number = max(number, 1)
            for position in range(1, number + 1):
                _add_service(providers, service_type, area, position, count / number)


def _add_service(
    providers: Providers, service_type: str, area: str, position: int, served: float
) -> None:
    facts = providers.world.settings["services"][service_type]
    forms, shares = zip(*PROVIDERS[service_type], strict=True)
    agency = providers.agency(str(providers.rng.choice(forms, p=shares)), area)
    name = providers.world.names[area][0]
    providers.service(
        agency,
        providers.site(agency, area),
        service_type,
        name=providers.words[service_type].format(name=name, number=position),
        capacity=_capacity(providers.rng, facts, served),
        capacity_period=facts["period"],
        active=not chance(providers.rng, 0.02),
        verified_on=_verified(providers),
    )


def _capacity(rng: np.random.Generator, facts: Mapping[str, Any], served: float) -> int:
    """Places, from a range rounded to fives or from the residents served."""
    if "capacity" in facts:
        low, high = facts["capacity"]
        return 5 * round(float(low + rng.random() * (high - low)) / 5)
    noise = float(np.exp(rng.normal(0, facts["capacity_spread"])))
    return max(5, round(float(facts["capacity_per_1000"]) * served / 1000 * noise))


def _verified(providers: Providers) -> date:
    """When somebody last checked the entry: within a year and a half, mostly lately."""
    return providers.world.as_of - timedelta(days=int(540 * providers.rng.random() ** 1.5))


def residents_of_institutions(
    world: World, services: pd.DataFrame, sites: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Frame `residents`: who lives in the institutions, and from which municipality they came."""
    settings = world.settings["residents"]
    codes = list(world.residents)
    weights = np.array([world.residents[code] for code in codes], dtype=float)
    area_of = dict(zip(sites["external_id"], sites["area_code"], strict=True))
    support: Mapping[str, float] = settings["support_need"]
    rows: list[dict[str, object]] = []
    institutions = services[services["service_type"].str.startswith("institution_")]
    for institution in institutions.to_dict("records"):
        older = institution["service_type"] == "institution_older"
        number = int(rng.binomial(int(institution["capacity"]), settings["occupied"]))
        here = area_of[institution["site_external_id"]]
        drawn = rng.choice(codes, size=number, p=weights / weights.sum())
        for origin in drawn:
            local = chance(rng, settings["local_share"])
            days = int(settings["longest_days"] * rng.random() ** (2 if older else 1))
            rows.append(
                {
                    "external_id": f"R-{len(rows) + 1:05}",
                    "service_external_id": institution["external_id"],
                    "origin_area_code": here if local else str(origin),
                    "support_need": str(rng.choice(list(support), p=list(support.values()))),
                    "since": world.as_of - timedelta(days=days),
                    "age_band": "65+" if older or chance(rng, 0.15) else "15-64",
                    "synthetic": True,
                }
            )
    return pd.DataFrame(rows)


def _premises(number: int) -> dict[str, bool]:
    """What was found of the premises: one in seven has steps, one in thirteen nobody looked at."""
    if number % 13 == 0:
        return {}
    return {"step_free_entrance": number % 7 != 3, "accessible_toilet": number % 11 != 5}
