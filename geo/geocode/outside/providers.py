"""An own-hosted Nominatim or Photon, asked where the own gazetteer knows neither house nor street.

Off unless an installation names one. It is asked only on the private network, whatever register
an address is of: a site may be somebody's home. Nothing of the answer is believed beyond what the
own gazetteer says of the municipality.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import SplitResult, urlsplit

from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Photon
from geopy.geocoders.base import Geocoder
from pyproj import Geod

from geo.errors import SettingsError
from geo.geocode.location import Location, MatchClass, Reason
from geo.geocode.outside.private_http import (
    SECONDS,
    AskFailed,
    PrivateAdapter,
    Problem,
    Resolver,
    checked_address,
    system_resolver,
)
from geo.geocode.words.habits import Habits
from geo.geocode.words.numbers import number_key
from geo.geocode.words.parse import LONGEST, parse

KINDS = ("nominatim", "photon")
ASKED_ABOUT = frozenset({"municipality", "none"})
"""Classes of the own gazetteer's answer that a provider may make finer."""
LEAST_RADIUS: Mapping[MatchClass, float] = {"address": 50.0, "street": 250.0, "settlement": 1000.0}
"""Metres; nobody here measured the other house's points, so a class never claims less."""
WIDEST = 25_000.0
"""Metres: an answer that covers more is no finer than a municipality, and is not used."""

FAILURES, REST_SECONDS = 3, 60.0
"""So many failures one after the other, and it is not asked for so long."""

_STREET_RANK, _SETTLEMENT_RANK = 26, 16
"""Nominatim's ranks: 26 and 27 streets, 16 to 25 from city to quarter, below them whole regions."""
_SETTLEMENTS = frozenset({"city", "district", "locality", "town", "village"})
"""Types of Photon that are a settlement or a part of one."""
_SURVEYED = frozenset({("building", "N"), ("building", "W"), ("building", "R"), ("place", "N")})
"""Kinds of objects that are a house; a way that is a `place` may be a row of guessed numbers."""
_ELLIPSOID = Geod(ellps="GRS80")

# geopy writes whole addresses to its log when asked for details. A filter and not `disabled`, which
# any later set-up of logging takes back.
logging.getLogger("geopy").addFilter(lambda _: False)


@dataclass
class Provider:
    """A geocoder of one's own: its kind and how it is asked.

    After some failures one after the other it is left alone for a while, so that a run over a
    register does not wait for each of its addresses.
    """

    kind: str
    geocoder: Geocoder
    failures: int = 0
    rests_until: float = 0.0

    def ask(self, text: str, country: str) -> Mapping[str, Any] | None:
        """The best answer as the service gave it, None where it has none; raises GeopyError."""
        if time.monotonic() < self.rests_until:
            raise AskFailed("resting")
        try:
            found = self._geocode(text, country)
        except AskFailed:
            self.failures += 1
            if self.failures >= FAILURES:
                self.failures, self.rests_until = 0, time.monotonic() + REST_SECONDS
            raise
        self.failures = 0
        return None if found is None else found.raw

    def _geocode(self, text: str, country: str) -> Any:
        if self.kind == "photon":
            return self.geocoder.geocode(text)
        return self.geocoder.geocode(text, country_codes=country or None, addressdetails=True)


@dataclass(frozen=True)
class _Found:
    """What a service found, in terms of both: kind of place, point, box."""

    class_: MatchClass
    lat: float
    lon: float
    number: str
    name: str
    country: str
    box: tuple[float, float, float, float] | None
    """South, west, north, east; degrees."""


def provider_of(kind: str, url: str, *, resolver: Resolver = system_resolver) -> Provider | None:
    """The provider that the settings name; None where they name none.

    Raises SettingsError where the kind is unknown or the host is not on the private network.
    """
    if not kind and not url:
        return None
    parts = _plain_parts(url)
    if kind not in KINDS or parts is None:
        raise SettingsError(
            "The geocoder of one's own needs a kind (nominatim, photon) and an address.",
            hint="Set NEEDSMAP_GEOCODER_KIND and NEEDSMAP_GEOCODER_URL, or neither.",
        )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        checked_address(parts.hostname or "", port, resolver)
    except AskFailed as refused:
        english, _ = _PROBLEMS[refused.problem]
        raise SettingsError(
            f"The geocoder of NEEDSMAP_GEOCODER_URL cannot be used: {english}.",
            hint="Only a host of which every address is loopback or private may be asked.",
        ) from None
    build = Nominatim if kind == "nominatim" else Photon
    geocoder = build(
        scheme=parts.scheme,
        domain=parts.netloc + parts.path.rstrip("/"),
        user_agent="needsmap",
        timeout=SECONDS,
        adapter_factory=partial(PrivateAdapter, resolver=resolver),
    )
    return Provider(kind, geocoder)


def _plain_parts(url: str) -> SplitResult | None:
    """The parts of an address with nothing but scheme, host, port and path; None for any other."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # the port is no port, or a bracket is not closed
        return None
    extra = "@" in parts.netloc or parts.query or parts.fragment
    return parts if whole and not extra else None


def completed(
    own: Location,
    text: str,
    habits: Habits,
    provider: Provider | None,
    *,
    country: str = "",
    area_at: Callable[[float, float], str | None],
) -> Location:
    """The own answer, or the provider's where the own is only a municipality or none.

    `area_at` names the municipality of a latitude and longitude by the own gazetteer: an answer
    in another municipality than the own one, or in none, is not used; nor is one in another
    country, where `country` (two small letters) is given. Never raises for what the
    service answers or fails to; the reason says so.
    """
    if provider is None or own.class_ not in ASKED_ABOUT or own.alternatives:
        return own  # of several that fit a person chooses, not another machine
    if not 0 < len(text.strip()) <= LONGEST:
        return own
    try:
        raw = provider.ask(text, country)
        found = _read(provider.kind, raw) if raw else None
    except AskFailed as failed:
        english, greek = _PROBLEMS[failed.problem]
        return replace(own, reason=own.reason.then(_failed(english, greek)))
    except (GeopyError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return replace(own, reason=own.reason.then(_said("unreadable")))
    if found is None or (country and found.country not in {"", country}):
        return replace(own, reason=own.reason.then(_said("nothing")))
    return _taken(own, found, area_at(found.lat, found.lon), _numbers(text, habits))


def _numbers(text: str, habits: Habits) -> frozenset[str]:
    """Keys of the house numbers that stand in the text."""
    read = [street.number for street in parse(text, habits).streets]
    return frozenset(key for number in read if number for key in number.keys)


def _taken(own: Location, found: _Found, area: str | None, numbers: frozenset[str]) -> Location:
    class_: MatchClass = found.class_
    if class_ == "address" and number_key(found.number) not in numbers:
        class_ = "street"
    radius = max(LEAST_RADIUS[class_], 0.0 if class_ == "address" else _reach(found))
    if area is None or own.area_code not in {None, area} or radius > WIDEST:
        return replace(own, reason=own.reason.then(_said("elsewhere")))
    return replace(
        own,
        class_=class_,
        lat=found.lat,
        lon=found.lon,
        radius_m=radius,
        area_code=area,
        matched=found.name or None,
        reason=own.reason.then(_said(f"by_{class_}")),
    )


def _reach(found: _Found) -> float:
    """Metres from the point to the farthest corner of its box, on the ellipsoid; 0 without one."""
    if found.box is None:
        return 0.0
    south, west, north, east = found.box
    corners = [(lon, lat) for lon in (west, east) for lat in (south, north)]
    return float(max(_ELLIPSOID.inv(found.lon, found.lat, lon, lat)[2] for lon, lat in corners))


def _read(kind: str, raw: Mapping[str, Any]) -> _Found | None:
    """An answer in our terms; None where it is coarser than a settlement. Raises for nonsense."""
    return _of_nominatim(raw) if kind == "nominatim" else _of_photon(raw)


def _of_nominatim(raw: Mapping[str, Any]) -> _Found | None:
    address = raw.get("address") or {}
    rank, number = int(raw["place_rank"]), str(address.get("house_number") or "")
    key = str(raw.get("class") or raw.get("category") or ""), str(raw.get("osm_type"))[:1].upper()
    class_: MatchClass | None = None
    if number:
        class_ = "address" if key in _SURVEYED else "street"
    elif _STREET_RANK <= rank <= _STREET_RANK + 1:
        class_ = "street"
    elif _SETTLEMENT_RANK <= rank < _STREET_RANK and raw.get("type") != "postcode":
        class_ = "settlement"
    south, north, west, east = map(_degrees, raw["boundingbox"])
    name = str(raw.get("display_name") or "")
    country, box = str(address.get("country_code") or ""), (south, west, north, east)
    return _found(class_, raw["lat"], raw["lon"], number, name, country, box)


def _of_photon(raw: Mapping[str, Any]) -> _Found | None:
    told = raw["properties"]
    number, kind = str(told.get("housenumber") or ""), told.get("type")
    class_: MatchClass | None = None
    if kind == "house" and number:
        surveyed = (told.get("osm_key"), str(told.get("osm_type"))[:1].upper()) in _SURVEYED
        class_ = "address" if surveyed else "street"
    elif kind == "street":
        class_ = "street"
    elif kind in _SETTLEMENTS:
        class_ = "settlement"
    box = None
    if told.get("extent"):
        west, north, east, south = map(_degrees, told["extent"])
        box = (south, west, north, east)
    words = (told.get("name") or told.get("street"), number, told.get("postcode"), told.get("city"))
    name = ", ".join(str(word) for word in words if word)
    lon, lat = raw["geometry"]["coordinates"][:2]
    country = str(told.get("countrycode") or "").lower()
    return _found(class_, lat, lon, number, name, country, box)


def _found(
    class_: MatchClass | None,
    lat: Any,
    lon: Any,
    number: str,
    name: str,
    country: str,
    box: tuple[float, float, float, float] | None,
) -> _Found | None:
    latitude, longitude = _degrees(lat), _degrees(lon)
    if abs(latitude) > 90:
        raise ValueError
    if class_ is None:
        return None
    return _Found(class_, latitude, longitude, number, name[:LONGEST], country, box)


def _degrees(value: Any) -> float:
    degrees = float(value)
    if not math.isfinite(degrees) or abs(degrees) > 180:
        raise ValueError
    return degrees


_WORDS = {
    "by_address": (
        "By the own-hosted geocoder: the house.",
        "Από τον γεωκωδικοποιητή της υπηρεσίας: το κτίριο.",
    ),
    "by_street": (
        "By the own-hosted geocoder: the street.",
        "Από τον γεωκωδικοποιητή της υπηρεσίας: η οδός.",
    ),
    "by_settlement": (
        "By the own-hosted geocoder: the settlement.",
        "Από τον γεωκωδικοποιητή της υπηρεσίας: ο οικισμός.",
    ),
    "nothing": (
        "The own-hosted geocoder knows nothing finer.",
        "Ο γεωκωδικοποιητής της υπηρεσίας δεν γνωρίζει κάτι ακριβέστερο.",
    ),
    "elsewhere": (
        "The own-hosted geocoder answers with a place that does not fit; it was not taken.",
        "Ο γεωκωδικοποιητής της υπηρεσίας δίνει θέση που δεν ταιριάζει· δεν ελήφθη υπόψη.",
    ),
    "unreadable": (
        "The own-hosted geocoder's answer could not be read.",
        "Η απάντηση του γεωκωδικοποιητή της υπηρεσίας δεν διαβάζεται.",
    ),
}
_PROBLEMS: Mapping[Problem, tuple[str, str]] = {
    "no_address": ("its name has no address", "το όνομά του δεν έχει διεύθυνση"),
    "not_private": (
        "it is not on the private network, so nothing is sent",
        "δεν βρίσκεται στο ιδιωτικό δίκτυο, οπότε δεν στέλνεται τίποτα",
    ),
    "no_answer": ("it did not answer", "δεν απάντησε"),
    "redirect": ("it sends to another address", "παραπέμπει σε άλλη διεύθυνση"),
    "status": ("it refused", "αρνήθηκε"),
    "too_large": ("its answer is too large", "η απάντησή του είναι πολύ μεγάλη"),
    "resting": (
        "it failed several times and is not asked for a minute",
        "απέτυχε επανειλημμένα και δεν ερωτάται για ένα λεπτό",
    ),
    "not_json": ("its answer is not JSON", "η απάντησή του δεν είναι JSON"),
}


def _said(key: str) -> Reason:
    return Reason(*_WORDS[key])


def _failed(english: str, greek: str) -> Reason:
    return Reason(
        f"The own-hosted geocoder was no help: {english}.",
        f"Ο γεωκωδικοποιητής της υπηρεσίας δεν βοήθησε: {greek}.",
    )
