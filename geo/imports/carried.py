"""Rows that carry other rows with them: a service with its agency and its site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geo.imports.check import Accepted, Column, made_identifier

AGENCY_FIELDS = ("legal_form",)
SITE_FIELDS = ("address", "postcode", "area_code", "sensitive", "lat", "lon")


@dataclass
class Part:
    """Rows of one register out of a file: values by field, and the rows they stand in."""

    register: str
    numbers: list[int]
    columns: dict[str, Column]


@dataclass
class Carrier:
    """Divides a file's rows among registers; each carried row is made once.

    `given` are the fields that the file or a constant gives; `type_names` what services are
    called that have no name of their own.
    """

    register: str
    given: frozenset[str]
    type_names: Mapping[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def registers(self) -> dict[str, frozenset[str]]:
        """The registers that get rows, in the order of writing, with the fields each gets."""
        if self.register != "services":
            return {self.register: self.given | {"external_id"}}
        found: dict[str, frozenset[str]] = {}
        if self._makes_agencies:
            own = self.given & frozenset(AGENCY_FIELDS)
            found["agencies"] = own | {"external_id", "name"}
        if self._makes_sites:
            own = self.given & frozenset(SITE_FIELDS)
            found["sites"] = own | {"external_id", "agency_external_id", "address"}
        extra = {"external_id", "agency_external_id", "site_external_id", "name"}
        found["services"] = self.given | extra
        return found

    @property
    def _makes_agencies(self) -> bool:
        return "agency_external_id" not in self.given

    @property
    def _makes_sites(self) -> bool:
        return "site_external_id" not in self.given

    def parts(self, accepted: Accepted) -> list[Part]:
        """The rows of one piece, register by register, in the order of writing."""
        if self.register != "services" or not len(accepted):
            return [Part(self.register, accepted.numbers, accepted.columns)]
        columns = dict(accepted.columns)
        columns["name"] = self._names(columns, len(accepted))
        found = []
        if self._makes_agencies:
            found.append(self._agencies(accepted.numbers, columns))
        if self._makes_sites:
            found.append(self._sites(accepted.numbers, columns))
        return [*found, Part("services", accepted.numbers, columns)]

    def _names(self, columns: Mapping[str, Column], rows: int) -> Column:
        """A service without a name of its own is called by its type and its town."""
        given = columns.get("name", [None] * rows)
        types, towns = columns["service_type"], columns.get("municipality", [None] * rows)
        return [
            name or ", ".join(filter(None, (self.type_names.get(code, code), town)))
            for name, code, town in zip(given, types, towns, strict=True)
        ]

    def _agencies(self, numbers: Sequence[int], columns: dict[str, Column]) -> Part:
        """Agencies by their name; a service that names none is its own agency."""
        names = columns.get("agency_name", [None] * len(numbers))
        names = [agency or own for agency, own in zip(names, columns["name"], strict=True)]
        keys = [made_identifier([name]) for name in names]
        columns["agency_external_id"] = keys
        made = {field: columns[field] for field in AGENCY_FIELDS if field in self.given}
        return self._once("agencies", numbers, keys, {"name": names, **made})

    def _sites(self, numbers: Sequence[int], columns: dict[str, Column]) -> Part:
        """Sites by their agency and address."""
        nothing: Column = [None] * len(numbers)
        places = [columns.get(name, nothing) for name in ("address", "postcode", "municipality")]
        agencies = columns["agency_external_id"]
        keys = [made_identifier(values) for values in zip(agencies, *places, strict=True)]
        columns["site_external_id"] = keys
        made = {field: columns[field] for field in SITE_FIELDS if field in self.given}
        made["agency_external_id"] = agencies
        made["address"] = self._addresses(places[0], places[2])
        return self._once("sites", numbers, keys, made)

    def _addresses(self, addresses: Column, towns: Column) -> Column:
        """The address with its town, by which it can be found; a village may have no streets."""
        if "area_code" in self.given:
            return [address or "" for address in addresses]
        return [
            ", ".join(filter(None, (address, town)))
            for address, town in zip(addresses, towns, strict=True)
        ]

    def _once(
        self, register: str, numbers: Sequence[int], keys: Column, columns: Mapping[str, Column]
    ) -> Part:
        """Each carried row once in the whole file: the first that has its key."""
        fresh = []
        for place, key in enumerate(keys):
            marked = f"{register} {key}"
            if marked not in self._seen:
                self._seen.add(marked)
                fresh.append(place)
        kept = {name: [values[place] for place in fresh] for name, values in columns.items()}
        kept["external_id"] = [keys[place] for place in fresh]
        return Part(register, [numbers[place] for place in fresh], kept)
