"""Ours and Nominatim on one extract in one run: the lines of the bench and the table of the docs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geo.settings import Settings, read_settings
from tests.bench.geocode import ours, peer
from tests.bench.geocode.sample import EXTRACT, House, Sample, surveyed, take_sample
from tests.bench.geocode.shares import Shares, ceiling, to_the_house, to_the_street
from tests.bench.measure import Measured

NEVER_BELOW = ("exact", "no postcode", "no diacritics", "abbreviated")
TYPO, NO_NUMBER = "one typo in the street", "number missing"
LEAST_WITH_TYPO, LEAST_WITHOUT_NUMBER = 0.95, 0.97
MOST_WRONG = 0.002
TIMES_IN_BATCH, TIMES_ALONE = 40.0, 2.0


@dataclass(frozen=True)
class Side:
    """One geocoder's figures."""

    shares: dict[str, Shares]
    street: Shares
    """Number missing, measured from the street asked for."""
    as_address: int
    """Answers as an address to what does not exist."""
    without_number_as_address: int
    wrong: float
    median_ms: float
    p95_ms: float
    a_second: float
    one_process: float
    """A second, in one process one after the other."""


@dataclass(frozen=True)
class Compared:
    """Both, and what there was to ask."""

    ours: Side
    theirs: Side
    houses: int
    invented: int
    best_possible: float
    load_seconds: float
    batch_rows: int


def compare() -> Compared | None:
    """Both measured one after the other; None, with the reason printed, where that cannot be."""
    settings = read_settings()
    extract = settings.shared_data / EXTRACT
    reason = None if extract.exists() else "no extract (NEEDSMAP_SHARED_DATA)"
    reason = reason or peer.why_absent()
    if reason:
        print(f"The geocoder against Nominatim: skipped, {reason}")
        return None
    return _measured(settings, extract)


def _measured(settings: Settings, extract: Path) -> Compared:
    sample, houses = take_sample(extract), list(surveyed(extract))
    theirs = peer.ask(settings, extract, sample)
    with ours.loaded(extract) as loaded:
        own = ours.ask(loaded, sample)
    rows = own["batch_rows"]
    peers_alone = len(theirs["seconds"]) / sum(theirs["seconds"])
    return Compared(
        _side(
            own, sample, houses, rows / min(own["batch_seconds"]), rows / own["batch_seconds"][0]
        ),
        _side(
            theirs, sample, houses, max(rows / theirs["batch_seconds"], peers_alone), peers_alone
        ),
        len(sample.houses),
        len(sample.invented),
        ceiling(sample.houses, houses),
        loaded.seconds,
        rows,
    )


def _side(
    answers: dict[str, Any], sample: Sample, houses: list[House], best: float, alone: float
) -> Side:
    found = answers["found"]
    shares = {name: to_the_house(sample.houses, found[name]) for name in sample.variants}
    street = to_the_street(sample.houses, found[NO_NUMBER], houses)
    # A street asked for is not off by a kilometre because the house meant lies at its other end.
    wrong = [one.wrong for name, one in shares.items() if name != NO_NUMBER]
    milliseconds = 1000 * np.array(answers["seconds"])
    return Side(
        shares,
        street,
        _as_address(found["invented"]),
        _as_address(found[NO_NUMBER]),
        float(np.mean([*wrong, street.wrong])),
        float(np.median(milliseconds)),
        float(np.percentile(milliseconds, 95)),
        best,
        alone,
    )


def _as_address(answers: list[dict[str, Any] | None]) -> int:
    return sum(1 for found in answers if found and found["address"])


def lines(found: Compared) -> list[Measured]:
    """The targets of the geocoder, each as a ratio that may not be exceeded."""
    own, peers = found.ours, found.theirs
    return [
        *_accuracy(found),
        Measured(
            "answers more than 1 km off, of all six kinds",
            _percent(own.wrong),
            f"{_percent(MOST_WRONG)} (Nominatim {_percent(peers.wrong)})",
            own.wrong / MOST_WRONG,
            1.0,
        ),
        Measured(
            f"{found.invented} addresses that do not exist, answered as an address",
            str(own.as_address),
            f"{peers.as_address} by Nominatim",
            own.as_address,
            0.0,
        ),
        Measured(
            f"{found.batch_rows:,} addresses at once, forty times as fast",
            f"{own.a_second:,.0f} a second ({own.one_process:,.0f} in one process)",
            f"{peers.a_second:,.0f} a second by Nominatim",
            TIMES_IN_BATCH * peers.a_second / own.a_second,
            1.0,
        ),
        Measured(
            "a single look-up, median, twice as fast",
            f"{own.median_ms:.2f} ms (p95 {own.p95_ms:.2f})",
            f"{peers.median_ms:.2f} ms (p95 {peers.p95_ms:.2f}) by Nominatim",
            TIMES_ALONE * own.median_ms / peers.median_ms,
            1.0,
        ),
    ]


def _accuracy(found: Compared) -> list[Measured]:
    own, peers = found.ours, found.theirs
    kinds = [
        Measured(
            f"within 50 m, {kind}",
            _percent(own.shares[kind].near),
            f"{_percent(peers.shares[kind].near)} by Nominatim",
            peers.shares[kind].near / max(own.shares[kind].near, 1e-9),
            1.0,
        )
        for kind in NEVER_BELOW
    ]
    typo, without = own.shares[TYPO].near, own.street.close
    return [
        *kinds,
        Measured(
            f"within 50 m, {TYPO}",
            _percent(typo),
            f"{_percent(LEAST_WITH_TYPO)} (Nominatim {_percent(peers.shares[TYPO].near)})",
            LEAST_WITH_TYPO / max(typo, 1e-9),
            1.0,
        ),
        Measured(
            f"within 250 m of the street, {NO_NUMBER}",
            _percent(without),
            f"{_percent(LEAST_WITHOUT_NUMBER)} (Nominatim {_percent(peers.street.close)})",
            LEAST_WITHOUT_NUMBER / max(without, 1e-9),
            1.0,
        ),
        Measured(
            f"{NO_NUMBER}, answered as an address",
            str(own.without_number_as_address),
            f"{peers.without_number_as_address} by Nominatim",
            own.without_number_as_address,
            0.0,
        ),
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
