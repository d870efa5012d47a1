"""What a country's profile holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from geo.errors import NotFound
from geo.profiles.strict import Names

PopulationBase = Literal["registered", "residents"]
ItemStatus = Literal["mandatory", "optional", "conditional"]
ServiceKind = Literal["community", "institution"]


@dataclass(frozen=True)
class Level:
    """An administrative level and the form its codes have."""

    code: str
    names: Names
    plural: Names
    code_pattern: str

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
    """A region by its NUTS 2 code, with the codes of its units."""

    code: str
    names: Names
    units: tuple[str, ...]


@dataclass(frozen=True)
class ServiceType:
    """A kind of service; `demand` says whether need for it is set against its places."""

    code: str
    names: Names
    kind: ServiceKind
    demand: bool
    target_groups: tuple[str, ...]


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
    """A staffing norm by bands of population, with the words of its source."""

    code: str
    service_type: str
    names: Names
    minimum_population: int
    bands: tuple[Band, ...]
    boundary_rule: Literal["upper_inclusive"]
    ambiguous_at: tuple[int, ...]
    population_base: PopulationBase
    base_alternatives: tuple[PopulationBase, ...]
    head_specialty: str
    head_names: Names
    specialties: tuple[str, ...]
    discretionary_for: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    text: Names
    source: Names
    note: Names | None


@dataclass(frozen=True)
class Addresses:
    """How addresses are written. Words stand with accents; readers fold them before comparing.

    `postcode_pattern` has two groups that together are the postcode's digits;
    `house_number_pattern` has three: number, letter, second number of a range.
    """

    postcode_pattern: str
    house_number_pattern: str
    street_types: Mapping[str, tuple[str, ...]]
    abbreviations: Mapping[str, tuple[str, ...]]
    dropped_words: Mapping[str, tuple[str, ...]]
    postcode_words: tuple[str, ...]
    house_number_words: tuple[str, ...]
    no_number_words: tuple[str, ...]
    kilometre_words: tuple[str, ...]
    junction_words: tuple[str, ...]
    municipality_words: tuple[str, ...]
    settlement_words: tuple[str, ...]
    region_words: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """A country as data."""

    country: str
    names: Names
    languages: tuple[str, ...]
    levels: tuple[Level, ...]
    regions: tuple[Region, ...]
    units: tuple[Unit, ...]
    service_types: tuple[ServiceType, ...]
    target_groups: Mapping[str, Names]
    observation_categories: Mapping[str, Names]
    specialties: Mapping[str, Names]
    checklists: Mapping[str, Checklist]
    norms: Mapping[str, Norm]
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

    def demand_types(self) -> tuple[ServiceType, ...]:
        """The service types whose need is recorded and set against places."""
        return tuple(s for s in self.service_types if s.demand)

    def region(self, code: str) -> Region:
        for region in self.regions:
            if region.code == code:
                return region
        raise NotFound(f"{self.country}: no region '{code}'")

    def unit_of(self, municipality_code: str) -> Unit:
        """The unit whose code begins the municipality's. Raises NotFound where none does."""
        if len(municipality_code) > max(len(unit.code) for unit in self.units):
            for unit in self.units:
                if municipality_code.startswith(unit.code):
                    return unit
        raise NotFound(f"{self.country}: no unit for municipality '{municipality_code}'")

    def region_of(self, municipality_code: str) -> Region:
        """The region a municipality belongs to by its code. Raises NotFound where none does."""
        return self.region(self.unit_of(municipality_code).region_code)

    def level_of(self, area_code: str) -> Level:
        """The level a code belongs to by its form. Raises NotFound where it fits none."""
        for level in self.levels:
            if level.matches(area_code):
                return level
        raise NotFound(f"{self.country}: '{area_code}' is a code of no level")
