"""Withhold small counts, and as many more as it takes that no total gives one away.

Primary rule: a count of people in need below k, zero included, is withheld (trust rules R2, R3).
Complementary rule: where the region's total is shown, the withheld cells are completed with the
smallest shown ones until nobody who subtracts can narrow any withheld cell too far (R7).
What a tier with a lower k withholds is withheld here too: its readers also read this release.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.indicators import Indicator
from geo.releases.redraw import NUMBERS, Redraw, redrawn
from geo.releases.tiers import RULES, TierRule

RESULT_COLUMNS = [*NUMBERS, "category"]


def suppress(
    values: pd.DataFrame,
    definitions: Mapping[str, Indicator],
    rule: TierRule,
    region: str,
    redraw: Mapping[str, Redraw],
) -> pd.DataFrame:
    """The values of a snapshot as a tier may see them; same rows, statuses set.

    `values` has the columns of geo.releases.release.VALUE_COLUMNS plus `explanation`. Explanations
    of sensitive figures are dropped: they may state numbers that the tier does not see. `redraw`
    computes anew, from released counts, the figures that every area's count goes into.
    """
    exact = values.astype({"value": float, "low": float, "high": float}).reset_index(drop=True)
    tables = [
        (definitions[str(code)], table)
        for (code, _), table in exact.groupby(["indicator", "breakdown"], sort=False)
    ]
    led = pd.concat(
        [_protect(table, one, rule, region) for one, table in tables if one.follows is None]
    )
    residents = exact[exact["indicator"] == "population"].set_index("area_code")["value"]
    followers = []
    for one, table in tables:
        if one.follows is None:
            continue
        leader = _leader(led, exact, one, table, residents)
        if one.less:
            subtracted = (exact["indicator"] == one.less) & exact["breakdown"].isin(
                table["breakdown"]
            )
            less = exact[subtracted].set_index("area_code")["value"]
            leader = leader.assign(less=less.reindex(leader.index))
        followed = _follow(table, one, leader, rule, region)
        if one.redrawn:
            followed = redrawn(followed, one, leader, region, redraw.get(one.code))
        followers.append(followed)
    result = pd.concat([led, *followers]).loc[exact.index]
    result.loc[~result["status"].isin(["shown", "held"]), RESULT_COLUMNS] = None
    sensitive = result["indicator"].map(lambda code: definitions[code].sensitive)
    result["explanation"] = [
        {} if hidden or status != "shown" else text
        for hidden, status, text in zip(
            sensitive, result["status"], result["explanation"], strict=True
        )
    ]
    return result


def withheld_cells(
    counts: np.ndarray, k: int, *, total_shown: bool = True, already: np.ndarray | None = None
) -> np.ndarray:
    """Which of the cells of one total must be withheld; counts (n,) whole, result bool (n,).

    `already` (n,) are withheld whatever their count. Withholds all of them when no smaller set
    protects; then the total must go too if `protected` still says no.
    """
    hidden = counts < k
    if already is not None:
        hidden |= already
    if not hidden.any() or not total_shown:
        return hidden
    for candidate in np.argsort(counts, kind="stable"):
        if protected(counts, hidden, k):
            break
        hidden[candidate] = True
    return hidden


def protected(counts: np.ndarray, hidden: np.ndarray, k: int) -> bool:
    """Whether subtracting the shown cells from the total leaves every hidden cell wide enough.

    Two attackers (trust rule R7): one who does not know why a cell is withheld must be left with
    an interval at least k wide; one who knows which cells are below k, at least ceil(k / 2) wide.
    Both know how cells are chosen, smallest first, so that no hidden one exceeds the smallest shown.
    """
    if not hidden.any():
        return True
    if hidden.sum() < 2:
        return False
    rest = float(counts[hidden].sum())
    most = float(counts[~hidden].min()) if not hidden.all() else math.inf
    below = int((counts[hidden] < k).sum())
    above = int(hidden.sum()) - below
    anybody = _narrowest(rest, [(0.0, most)] * (below + above))
    # Whoever knows the primary cells knows of the others that they are at least k.
    insider = _narrowest(rest, [(0.0, min(k - 1.0, most))] * below + [(float(k), most)] * above)
    return anybody >= k and insider >= math.ceil(k / 2)


def _narrowest(rest: float, ranges: list[tuple[float, float]]) -> float:
    """The narrowest interval of a part, where parts within their ranges sum to `rest`."""
    least, most = sum(low for low, _ in ranges), sum(high for _, high in ranges)
    return min(
        min(high, rest - (least - low)) - max(low, rest - (most - high) if most < math.inf else low)
        for low, high in set(ranges)
    )


def _protect(
    table: pd.DataFrame, definition: Indicator, rule: TierRule, region: str
) -> pd.DataFrame:
    if not definition.sensitive:
        return table
    made = table.copy()
    cells = made.index[(made["area_code"] != region) & (made["status"] == "shown")]
    totals = made.index[(made["area_code"] == region) & (made["status"] == "shown")]
    counts = made.loc[cells, "value"].to_numpy(dtype=float)
    hidden, hide_total = np.zeros(counts.size, dtype=bool), False
    for k in _thresholds(rule):
        hidden = withheld_cells(counts, k, total_shown=len(totals) > 0, already=hidden)
        small_total = bool((made.loc[totals, "value"] < k).any())
        hide_total = hide_total or small_total or not protected(counts, hidden, k)
    made.loc[cells[hidden], "status"] = "withheld"
    if hide_total:
        made.loc[totals, "status"] = "withheld"
    if rule.rounded_to:
        made["value"] = _rounded(made["value"], rule.rounded_to)
    return made


def _thresholds(rule: TierRule) -> list[int]:
    """The k of the tier and before it those of tiers with a lower one."""
    return sorted({rule.k} | {other.k for other in RULES.values() if other.k < rule.k})


def _leader(
    led: pd.DataFrame,
    exact: pd.DataFrame,
    definition: Indicator,
    table: pd.DataFrame,
    residents: pd.Series,
) -> pd.DataFrame:
    """Status, released and exact count, and residents, by area, of what a figure gives away."""
    own = led["indicator"] == definition.follows
    same = own & led["breakdown"].isin(table["breakdown"])
    if not same.any():
        # A figure of a service type may follow a count that is of no service type.
        same = own & (led["breakdown"] == "")
    leader = led.loc[same, ["area_code", "status", "value"]]
    leader = leader.assign(exact=exact["value"].loc[leader.index]).set_index("area_code")
    return leader.assign(residents=residents.reindex(leader.index))


def _follow(
    table: pd.DataFrame, definition: Indicator, leader: pd.DataFrame, rule: TierRule, region: str
) -> pd.DataFrame:
    """Show a figure only where the one it gives away is shown, and no more exactly than that."""
    beside = leader.reindex(table["area_code"]).set_axis(table.index)
    made = table.copy()
    made.loc[(made["status"] == "shown") & (beside["status"] != "shown"), "status"] = "withheld"
    if definition.part:
        made = _large_parts(made, beside["exact"], region, max(_thresholds(rule)))
    cells = made["area_code"] != region
    withheld = (leader["status"] == "withheld").any() or (made.loc[cells, "status"] == "withheld")
    if definition.additive and np.any(withheld):
        # The sum of what was derived from withheld cells is one more equation about them.
        total = (made["area_code"] == region) & (made["status"] == "shown")
        made.loc[total, "status"] = "withheld"
    if definition.kind == "category":
        return made
    if rule.rounded_to is None:
        made[NUMBERS] = made[NUMBERS].round(definition.decimals)
    elif definition.part:
        made[NUMBERS] = _rounded(made[NUMBERS], rule.rounded_to)
    elif definition.less:
        # From the rounded count, as a reader could: a gap rounded by itself would narrow the count.
        made["value"] = (beside["value"] - beside["less"]).clip(lower=0)
        shown = (made["area_code"] != region) & (made["status"] == "shown")
        made.loc[made["area_code"] == region, "value"] = made.loc[shown, "value"].sum()
    else:
        made["value"] = (made["value"] * beside["value"] / beside["exact"]).round(
            definition.decimals
        )
    return made


def _large_parts(made: pd.DataFrame, whole: pd.Series, region: str, k: int) -> pd.DataFrame:
    """A part shown where it and the rest are k or more; its interval where both hold at its ends."""
    # A small rest tells as much as a small part.
    small = ~(np.minimum(made["value"], whole - made["value"]) >= k)
    made.loc[(made["status"] == "shown") & small, "status"] = "withheld"
    bare = ~(np.minimum(made["low"], whole - made["high"]) >= k)
    if (bare & (made["area_code"] != region) & (made["status"] == "shown")).any():
        bare |= made["area_code"] == region
    made.loc[bare, ["low", "high"]] = np.nan
    return made


def _rounded(numbers: Any, base: int) -> Any:
    return (numbers / base).round() * base
