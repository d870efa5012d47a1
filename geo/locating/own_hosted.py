"""Answers made finer by a geocoder of one's own, where the installation names one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from geo.errors import SettingsError
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.location import Location, Reason
from geo.geocode.outside.providers import ASKED_ABOUT, Provider, completed, provider_of
from geo.geocode.reverse import reverse
from geo.locating.keys import Typed
from geo.settings import Settings

log = logging.getLogger(__name__)


def helped(
    settings: Settings, gazetteer: Gazetteer, typed: Typed, answer: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer of the own gazetteer, or that of the own-hosted geocoder if it is finer.

    Without one in the settings, and where the own gazetteer knows enough, nobody is asked.
    """
    kept = dict(answer)
    if not settings.geocoder_url or kept["class"] not in ASKED_ABOUT or kept["alternatives"]:
        return kept
    own = Location(
        class_=kept["class"],
        lat=kept["lat"],
        lon=kept["lon"],
        radius_m=kept["radius_m"],
        area_code=kept["area_code"],
        matched=kept["matched"],
        reason=Reason(kept["reason"]["en"], kept["reason"]["el"]),
    )
    try:
        provider = _provider(settings.geocoder_kind, settings.geocoder_url)
    except SettingsError as refused:  # its host is not on the private network (any more)
        log.error("own-hosted geocoder left out: %s", refused.message)
        return kept
    text, town, postcode = typed
    asked = ", ".join(part for part in (text, " ".join((postcode, town)).strip()) if part)
    found = completed(
        own,
        asked,
        gazetteer.habits,
        provider,
        area_at=lambda lat, lon: reverse(lat, lon, gazetteer).area_code,
    )
    reason = {"en": found.reason.en, "el": found.reason.el}
    if found.class_ == own.class_:
        return kept | {"reason": reason}
    return kept | {
        "class": found.class_,
        "lat": found.lat,
        "lon": found.lon,
        "radius_m": found.radius_m,
        "area_code": found.area_code,
        "postcode": None,
        "matched": found.matched,
        "reason": reason,
        "centroid_fallback": found.centroid_fallback,
        "source": "provider",
    }


@lru_cache(maxsize=4)
def _provider(kind: str, url: str) -> Provider | None:
    return provider_of(kind, url)
