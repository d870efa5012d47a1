"""What the tags of a way or node mean: who may go, in which direction, how fast (rules.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

MODES = ("car", "walk", "reduced_mobility")
ON_FOOT = MODES[1:]
ALLOWED = frozenset({"yes", "designated", "permissive", "destination", "customers", "official"})
STEPS = "steps"

MPH = 1.609344
NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
CLOCK = re.compile(r"(?:(\d+):)?(\d{1,5})(?::(\d{2}))?", re.ASCII)
PERIOD = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?", re.ASCII)

Tags = Mapping[str, str]


class Pace(NamedTuple):
    """Kilometres an hour along a way and against it; None where the mode may not go."""

    there: float | None
    back: float | None


SHUT = Pace(None, None)


@dataclass(frozen=True)
class Rules:
    """The tables of rules.toml."""

    car: Mapping[str, Any]
    walk: Mapping[str, Any]
    reduced_mobility: Mapping[str, Any]
    ferry: Mapping[str, Any]
    left_out: frozenset[str]

    def approach_kmh(self) -> dict[str, float]:
        """By mode: how fast one gets from a place to its road."""
        return {mode: float(getattr(self, mode)["approach_kmh"]) for mode in MODES}


@cache
def rules() -> Rules:
    """The rules of this version."""
    tables = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    left_out = frozenset(tables["roads"]["left_out"])
    return Rules(**{name: tables[name] for name in (*MODES, "ferry")}, left_out=left_out)


def is_travelled(tags: Tags) -> bool:
    """Whether a way is a road or a ferry at all."""
    if tags.get("route") == "ferry":
        return True
    highway = tags.get("highway")
    return highway is not None and highway not in rules().left_out


def is_ferry(tags: Tags) -> bool:
    """A ferry, and not a road that a route of a ferry is drawn on."""
    return tags.get("route") == "ferry" and "highway" not in tags


def paces(tags: Tags) -> tuple[Pace, Pace, Pace]:
    """By car, on foot, with reduced mobility; a ferry's speed is that without a tagged duration."""
    if is_ferry(tags):
        return _ferry(tags)
    return _car(tags), _walk(tags), _reduced(tags)


def ferry_minutes(tags: Tags) -> float | None:
    """The tagged duration of a ferry in minutes; None where there is none that can be read."""
    text = tags.get("duration", "").strip()
    period, clock = PERIOD.fullmatch(text), CLOCK.fullmatch(text)
    if period and any(period.groups()):
        hours, minutes = (int(part or 0) for part in period.groups())
        return float(hours * 60 + minutes) or None
    if not clock:
        return None
    hours, minutes, seconds = (int(part or 0) for part in clock.groups())
    return hours * 60 + minutes + seconds / 60 or None


def barred_at(tags: Tags) -> frozenset[str]:
    """Modes that cannot pass a node: a bollard, a kerb, a closed gate."""
    shut = set()
    for mode in MODES:
        rule = getattr(rules(), mode)
        said = _access(tags, rule["access_tags"])
        stops = tags.get("barrier") in rule.get("barriers", ())
        stops |= tags.get("kerb") in rule.get("kerbs", ())
        if said in rule["barred"] or (stops and said not in ALLOWED):
            shut.add(mode)
        # A gate for everybody on foot is no ramp: only what is said of wheelchairs lifts a kerb.
        if mode == "reduced_mobility" and stops and tags.get("wheelchair") not in ALLOWED:
            shut.add(mode)
    return frozenset(shut)


def _access(tags: Tags, keys: list[str]) -> str | None:
    """The most special of the access tags that is there."""
    return next((tags[key] for key in keys if key in tags), None)


def _may(tags: Tags, rule: Mapping[str, Any]) -> bool:
    said = _access(tags, rule["access_tags"])
    if said in rule["barred"]:
        return False
    # Of every mode its own tags open a way; that all may enter (access) opens no motorway.
    own = _access(tags, rule["access_tags"][:-1])
    return tags["highway"] not in rule["only_if_allowed"] or own in ALLOWED


def _car(tags: Tags) -> Pace:
    rule = rules().car
    usual = rule["kmh"].get(tags["highway"])
    if usual is None or not _may(tags, rule):
        return SHUT
    share = rule["share_of_limit"]
    speeds = []
    for key in ("maxspeed:forward", "maxspeed:backward"):
        limit = _limit(tags.get(key)) or _limit(tags.get("maxspeed"))
        speeds.append(limit * share if limit else float(usual))
    there, back = _ways_open(tags)
    return Pace(speeds[0] if there else None, speeds[1] if back else None)


def _ways_open(tags: Tags) -> tuple[bool, bool]:
    """Whether a car may go along a way, and against it."""
    said = tags.get("oneway", "")
    if said in {"-1", "reverse"}:
        return False, True
    if said in {"yes", "true", "1"}:
        return True, False
    if said == "reversible":
        return False, False
    around = tags.get("junction") in {"roundabout", "circular"}
    implied = around or tags["highway"] in {"motorway", "motorway_link"}
    return True, not implied or said in {"no", "false", "0"}


def _limit(text: str | None) -> float | None:
    """A signed limit in km/h; None where it is no number and no known word."""
    if not text:
        return None
    number = NUMBER.match(text)
    if number:
        value = float(number.group()) * (MPH if "mph" in text else 1.0)
        return value if value > 0 else None
    word = rules().car["limits"].get(text.rpartition(":")[2])
    return None if word is None else float(word)


def _walk(tags: Tags) -> Pace:
    rule = rules().walk
    own = _access(tags, rule["access_tags"][:-1])
    if not _may(tags, rule) or (tags.get("motorroad") == "yes" and own not in ALLOWED):
        return SHUT
    speed = float(rule["steps_kmh"] if tags["highway"] == STEPS else rule["kmh"])
    return _on_foot(tags, speed)


def _on_foot(tags: Tags, speed: float) -> Pace:
    """A one-way street is for vehicles; only `oneway:foot` binds people on foot."""
    said = tags.get("oneway:foot", "no")
    there, back = said not in {"-1", "reverse"}, said not in {"yes", "true", "1"}
    return Pace(speed if there else None, speed if back else None)


def _reduced(tags: Tags) -> Pace:
    rule = rules().reduced_mobility
    if _walk(tags) == SHUT and tags.get("wheelchair") not in ALLOWED:
        return SHUT
    said = tags.get("wheelchair")
    open_ = said in {"yes", "designated"}
    if not _may(tags, rule) or _too_steep(tags, rule["steepest_percent"]):
        return SHUT
    if tags["highway"] == STEPS and tags.get("ramp:wheelchair") != "yes" and not open_:
        return SHUT
    if not open_ and _too_rough(tags, rule):
        return SHUT
    slow = said == "limited" or tags.get("surface") in rule["slow_surfaces"]
    return _on_foot(tags, float(rule["slow_kmh"] if slow else rule["kmh"]))


def _too_steep(tags: Tags, steepest: float) -> bool:
    text = tags.get("incline", "")
    if text == "steep":
        return True
    number = NUMBER.match(text)
    if not number:
        return False
    value = abs(float(number.group()))
    # 6 % are 3.43 degrees.
    return value > (3.43 if "°" in text else steepest)


def _too_rough(tags: Tags, rule: Mapping[str, Any]) -> bool:
    surface = tags.get("surface")
    if surface in rule["barred_surfaces"] or tags.get("tracktype") in rule["barred_tracktypes"]:
        return True
    if tags.get("smoothness") in rule["barred_smoothness"]:
        return True
    firm = surface in rule["smooth_surfaces"] or tags.get("tracktype") == "grade1"
    return tags["highway"] in rule["only_if_smooth"] and not firm


def _ferry(tags: Tags) -> tuple[Pace, Pace, Pace]:
    kmh = float(rules().ferry["kmh"])
    there, back = _ways_open({"highway": "ferry", **tags})
    pace = Pace(kmh if there else None, kmh if back else None)
    found = [
        SHUT if _access(tags, rule["access_tags"]) in rule["barred"] else pace
        for rule in (rules().car, rules().walk, rules().reduced_mobility)
    ]
    return found[0], found[1], found[2]
