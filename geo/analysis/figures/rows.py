"""The rows in which an analysis states its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

COLUMNS = (
    "indicator",
    "breakdown",
    "area_code",
    "value",
    "low",
    "high",
    "category",
    "status",
    "period",
    "explanation",
)

CENSUS_FIGURES = frozenset({"population", "staff_required"})
"""Figures that need no register: the census is enough."""

PARTIAL = {
    "en": "The registers do not cover the whole area, so there is no figure for all of it.",
    "el": "Τα μητρώα δεν καλύπτουν όλη την περιοχή, άρα δεν υπάρχει τιμή για το σύνολό της.",
}


def figures(
    indicator: str,
    codes: Sequence[str],
    period: str,
    *,
    values: ArrayLike | None = None,
    breakdown: str = "",
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    categories: Sequence[str | None] | None = None,
    missing: str | Sequence[str] = "no_data",
    explanations: Sequence[dict[str, str]] | None = None,
) -> pd.DataFrame:
    """One indicator's rows, one an area.

    A row has a number or a category; where it has neither, its status is `missing` ('no_data' or
    'not_applicable', one word for all or one an area), so that no NaN ever means anything.
    """
    n = len(codes)
    numbers = _column(values, n)
    words = pd.Series([None] * n if categories is None else list(categories), dtype=object)
    known = words.notna() if values is None else pd.Series(~np.isnan(numbers))
    absent = [missing] * n if isinstance(missing, str) else list(missing)
    return pd.DataFrame(
        {
            "indicator": indicator,
            "breakdown": breakdown,
            "area_code": list(codes),
            "value": numbers,
            "low": np.where(known, _column(low, n), np.nan),
            "high": np.where(known, _column(high, n), np.nan),
            "category": words.where(known, None),
            "status": np.where(known, "shown", absent),
            "period": period,
            "explanation": list(explanations) if explanations else [{} for _ in range(n)],
        }
    )


def region_total(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    """The region's row of an additive figure: the sum over the municipalities that have one.

    Municipalities without a figure are named in the explanation by their number; where none has
    one, the region has no data. Where all that have one have an interval, so has the sum: from the
    lows to the highs.
    """
    shown = rows["status"] == "shown"
    left_out = int((~shown).sum())
    note = {
        "en": f"Sum over {int(shown.sum())} municipalities; {left_out} have no figure.",
        "el": f"Άθροισμα {int(shown.sum())} δήμων· {left_out} χωρίς τιμή.",
    }
    first = rows.iloc[0]
    return figures(
        str(first["indicator"]),
        [region],
        str(first["period"]),
        values=[rows.loc[shown, "value"].sum() if shown.any() else np.nan],
        low=[rows.loc[shown, "low"].sum(skipna=False)],
        high=[rows.loc[shown, "high"].sum(skipna=False)],
        breakdown=str(first["breakdown"]),
        explanations=[note if shown.any() else {}],
    )


def no_figure(indicator: str, region: str, period: str, breakdown: str = "") -> pd.DataFrame:
    """The region's row of a figure that says something of a municipality only."""
    return figures(indicator, [region], period, breakdown=breakdown, missing="not_applicable")


def with_total(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    """Rows of an additive figure and its region's."""
    return joined([rows, region_total(rows, region)])


def without_partial_totals(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    """Rows in which the region has no figure that would rest on a part of its registers."""
    made = rows.copy()
    partial = (made["area_code"] == region) & (made["status"] == "shown")
    partial &= ~made["indicator"].isin(CENSUS_FIGURES)
    made.loc[partial, ["value", "low", "high"]] = np.nan
    made.loc[partial, "category"] = None
    made.loc[partial, "status"] = "no_data"
    explanations: Any = [
        dict(PARTIAL) if gone else text
        for gone, text in zip(partial, made["explanation"], strict=True)
    ]
    made["explanation"] = explanations
    return made


def joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several figures, columns in their order."""
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _column(values: ArrayLike | None, n: int) -> Any:
    if values is None:
        return np.full(n, np.nan)
    return pd.array(np.asarray(values, dtype=object), dtype="Float64").to_numpy(
        dtype=float, na_value=np.nan
    )
