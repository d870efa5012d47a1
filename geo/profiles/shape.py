"""What a country's profile holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from geo.errors import NotFound
from geo.profiles.addresses import Addresses as Addresses
from geo.profiles.strict import Names

SENTENCE_LANGUAGES = ("en", "el", "pl", "ro", "bg", "it")
"""The languages in which norms and checklists are explained."""

PopulationBase = Literal["registered", "residents"]
NormKind = Literal["bands", "ratio", "maximum"]
NormUnit = Literal["posts", "places", "users"]
ItemStatus = Literal["mandatory", "optional", "conditional"]
ServiceKind = Literal["community", "institution"]
RegionRule = Literal["prefix", "unit", "parent"]
"""How a municipality's region follows: the region's code begins the municipality's, the code of
its unit does, or the code says nothing and the data must give it."""
Ownership = Literal["public", "non_profit", "commercial"]
OfficialKind = Literal["statistics", "law", "municipal_study"]

SECTORS = (
    "families",
    "foster_care",
    "reduced_mobility",
    "older",
    "migrants",
    "inclusion_staff",
)
"""The six sectors of social services, a closed list (requirements S18)."""

INTERVENTIONS = ("prevention", "combating", "resolution")
"""What an intervention is for, a closed list (requirements S36)."""

ACTIVITIES = ("coordination", "prevention", "intervention_support", "networking", "awareness")
"""Kinds of activity of a social network, a closed list (requirements S69)."""

CHANNELS = ("street_work", "hotline", "reception", "web", "agency", "media")
"""How a matter reached us, a closed list (requirements S65, S67)."""


@dataclass(frozen=True)
class Level:
    """An administrative level and the form its codes have.

    `leading`: so many first characters of a municipality's code are the code at this level;
    None where the municipality's code does not carry it.
    """

    code: str
    names: Names
    plural: Names
    code_pattern: str
    code_system: Names
    leading: int | None

    def matches(self, area_code: str) -> bool:
        return re.fullmatch(self.code_pattern, area_code, re.ASCII) is not None


@dataclass(frozen=True)
class Unit:
    """A level between region and municipality; its code begins its municipalities' codes."""

    code: str
    names: Names
    region_code: str


@dataclass(frozen=True)
class Region:
    """A region with the codes of its units, where the profile lists them.

    `other_codes`: what other code systems call it (nuts2, nuts3, siruta, ekatte), for joining.
    """

    code: str
    names: Names
    units: tuple[str, ...]
    other_codes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class AgencyLevel:
    """A level of an agency's own territories; `follows`: it has the areas of that level."""

    code: str
    names: Names
    follows: str | None


@dataclass(frozen=True)
class AgencyHierarchy:
    """A second hierarchy beside the administrative one. Its territories are data, not profile."""

    code: str
    names: Names
    levels: tuple[AgencyLevel, ...]
    source: Names


@dataclass(frozen=True)
class LegalForm:
    """A legal form of agencies; some exist only beside the municipality that founded them."""

    code: str
    names: Names
    ownership: Ownership
    needs_parent_municipality: bool

    @property
    def municipal(self) -> bool:
        """A municipality or a body of one, which serves the people of this municipality."""
        return self.code == "municipality" or self.needs_parent_municipality


@dataclass(frozen=True)
class Duty:
    """Who must or may have a service of a type: every area of `level`.

    A conditional duty falls away where a service of one of `unless_services` works.
    """

    level: str
    status: ItemStatus
    unless_services: tuple[str, ...]
    source: Names


@dataclass(frozen=True)
class ServiceType:
    """A kind of service; `demand` says whether need for it is set against its places.

    No sectors: it serves them all. `needs_access` says whether people come to its premises who need
    these to be accessible: it then works for nobody where they are not. `words` are what files call
    it besides its names: short forms and the codes of a national nomenclature.
    """

    code: str
    names: Names
    kind: ServiceKind
    demand: bool
    needs_access: bool
    target_groups: tuple[str, ...]
    sectors: tuple[str, ...]
    words: tuple[str, ...]
    duty: Duty | None


@dataclass(frozen=True)
class ChecklistItem:
    """A thing a service offers; a conditional one applies only without `unless_service` nearby."""

    code: str
    names: Names
    status: ItemStatus
    unless_service: str | None


@dataclass(frozen=True)
class Checklist:
    """What a service of a type must, may and conditionally should offer, and who says so."""

    service_type: str
    items: tuple[ChecklistItem, ...]
    source: Names

    def with_status(self, status: ItemStatus) -> tuple[ChecklistItem, ...]:
        return tuple(item for item in self.items if item.status == status)


@dataclass(frozen=True)
class Band:
    """Up to and including this population (None: no upper end) so many posts are required."""

    up_to: int | None
    required: int


@dataclass(frozen=True)
class Norm:
    """What is required of a place or a service, with the words of its source.

    Kinds: bands of population (of posts, places or users: a step table too; one open band is so
    many for every area), a ratio of so many `per_thousand` people of a group that `counted`
    names, a `maximum` of users a service may have.

    `unobtained` says why a norm has no numbers; it then has neither bands nor words and can be
    held against nothing.
    """

    code: str
    service_types: tuple[str, ...]
    names: Names
    minimum_population: int
    bands: tuple[Band, ...]
    boundary_rule: Literal["upper_inclusive"]
    ambiguous_at: tuple[int, ...]
    population_base: PopulationBase
    base_alternatives: tuple[PopulationBase, ...]
    head_specialty: str | None
    head_names: Names | None
    specialties: tuple[str, ...]
    discretionary_for: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    text: Names | None
    source: Names
    note: Names | None
    unobtained: Names | None
    kind: NormKind = "bands"
    unit: NormUnit = "posts"
    per_thousand: Fraction | None = None
    maximum: int | None = None
    counted: Names | None = None

    def in_force(self, on: date) -> bool:
        """Both days of the validity count."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True)
class PlanPart:
    """A part of a plan and its sections, code -> title, in their order."""

    code: str
    names: Names
    sections: Mapping[str, Names]


@dataclass(frozen=True)
class PlanTemplate:
    """What a plan that areas of a level draw up must hold, and who says so."""

    code: str
    names: Names
    level: str
    parts: tuple[PlanPart, ...]
    source: Names


@dataclass(frozen=True)
class OfficialSource:
    """A source whose figures are official."""

    code: str
    names: Names
    kind: OfficialKind
    website: str | None


@dataclass(frozen=True)
class OfficialSources:
    """Official sources of a country; `binding`: by law indicators may use no others."""

    binding: bool
    rule: Names | None
    listed: tuple[OfficialSource, ...]


@dataclass(frozen=True)
class Profile:
    """A country as data."""

    country: str
    names: Names
    languages: tuple[str, ...]
    levels: tuple[Level, ...]
    region_from: RegionRule
    regions: tuple[Region, ...]
    units: tuple[Unit, ...]
    agency_hierarchies: tuple[AgencyHierarchy, ...]
    sectors: Mapping[str, Names]
    interventions: Mapping[str, Names]
    activities: Mapping[str, Names]
    channels: Mapping[str, Names]
    service_types: tuple[ServiceType, ...]
    target_groups: Mapping[str, Names]
    observation_categories: Mapping[str, Names]
    specialties: Mapping[str, Names]
    legal_forms: Mapping[str, LegalForm]
    checklists: Mapping[str, Checklist]
    norms: Mapping[str, Norm]
    plan_templates: tuple[PlanTemplate, ...]
    official_sources: OfficialSources
    addresses: Addresses

    def norm(self, code: str) -> Norm:
        """The norm of that code. Raises NotFound, naming those there are."""
        if code not in self.norms:
            raise NotFound(f"{self.country}: no norm '{code}'; there are: {', '.join(self.norms)}")
        return self.norms[code]

    def checklist(self, service_type: str) -> Checklist:
        """What services of that type offer. Raises NotFound where nothing is laid down."""
        if service_type not in self.checklists:
            raise NotFound(f"{self.country}: no checklist for '{service_type}'")
        return self.checklists[service_type]

    def service_type(self, code: str) -> ServiceType:
        for service_type in self.service_types:
            if service_type.code == code:
                return service_type
        raise NotFound(f"{self.country}: no service type '{code}'")

    def service_type_called(self, text: str) -> ServiceType:
        """The service type that a file calls so, by code, name in any language or short form.

        Case and spaces are ignored, accents are not. Raises NotFound where none is called so.
        """
        wanted = _called(text)
        for service in self.service_types:
            if wanted in map(_called, (service.code, *service.names.values(), *service.words)):
                return service
        raise NotFound(f"{self.country}: no service type is called '{text}'")

    def demand_types(self) -> tuple[ServiceType, ...]:
        """The service types whose need is recorded and set against places."""
        return tuple(s for s in self.service_types if s.demand)

    def legal_form(self, code: str) -> LegalForm:
        """The legal form of that code. Raises NotFound, naming those there are."""
        if code not in self.legal_forms:
            known = ", ".join(self.legal_forms)
            raise NotFound(f"{self.country}: no legal form '{code}'; there are: {known}")
        return self.legal_forms[code]

    def level(self, code: str) -> Level:
        for level in self.levels:
            if level.code == code:
                return level
        raise NotFound(f"{self.country}: no level '{code}'")

    def region(self, code: str) -> Region:
        for region in self.regions:
            if region.code == code:
                return region
        raise NotFound(f"{self.country}: no region '{code}'")

    def code_at(self, level_code: str, municipality_code: str) -> str:
        """The code at a wider level that begins a municipality's: powiat 3021 of gmina 3021011.

        Raises NotFound where the code is of no municipality or does not carry that level.
        """
        leading = self.level(level_code).leading
        if leading is None:
            raise NotFound(
                f"{self.country}: the code of a municipality does not say its {level_code}"
            )
        if self.level_of(municipality_code).code != "municipality":
            raise NotFound(f"{self.country}: '{municipality_code}' is no municipality's code")
        return municipality_code[:leading]

    def unit_of(self, municipality_code: str) -> Unit:
        """The unit whose code begins the municipality's. Raises NotFound where none does."""
        wanted = self.code_at("unit", municipality_code)
        for unit in self.units:
            if unit.code == wanted:
                return unit
        raise NotFound(f"{self.country}: no unit for municipality '{municipality_code}'")

    def region_of(self, municipality_code: str, parent_code: str | None = None) -> Region:
        """The region of a municipality, by its code or, where that says nothing, by the data.

        `parent_code` is the region the data give; it counts only where `region_from` is
        "parent". Raises NotFound where there is none.
        """
        if self.region_from == "unit":
            return self.region(self.unit_of(municipality_code).region_code)
        if self.region_from == "prefix":
            return self.region(self.code_at("region", municipality_code))
        if parent_code is None:
            raise NotFound(
                f"{self.country}: the code of municipality '{municipality_code}' does not say "
                "its region; the data must give it"
            )
        return self.region(parent_code)

    def level_of(self, area_code: str) -> Level:
        """The level a code belongs to by its form. Raises NotFound where it fits none."""
        for level in self.levels:
            if level.matches(area_code):
                return level
        raise NotFound(f"{self.country}: '{area_code}' is a code of no level")


def _called(text: str) -> str:
    return " ".join(text.split()).casefold()
