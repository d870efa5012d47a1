"""A mixed-integer model handed to HiGHS: one thread, a fixed seed, value and bound back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

from geo.analysis.arrays import Floats
from geo.analysis.siting.result import Limits, NotFinished
from geo.errors import InvalidInput

Columns = NDArray[np.intp]
Part = tuple[ArrayLike, ArrayLike, ArrayLike]
"""Row within its block, column, factor."""

INTEGRALITY = 1e-9
"""How far a whole number may be off inside HiGHS, the tightest it takes."""

REPRODUCED = 1e-6
"""Relative: how far a solution counted again in whole numbers may be from the solver's sum."""

LESS_THAN_ONE = 0.5
"""However large the sum: a whole person or cent off is another solution, not rounding."""

_BROKEN = {highspy.HighsStatus.kError}


@dataclass(frozen=True)
class Solved:
    """`values` of all columns (None: no solution), objective and bound in the model's sense."""

    status: Literal["optimal", "time_limit", "infeasible"]
    values: Floats | None
    objective: float
    bound: float

    def reached(self, objective: float) -> bool:
        """Whether the solve ended by itself and `objective`, counted again, is what it found."""
        nearly = min(REPRODUCED * max(1.0, abs(self.objective)), LESS_THAN_ONE)
        return self.status == "optimal" and abs(objective - self.objective) <= nearly

    def required(self) -> Floats:
        """The values. Raises NotFinished where the time ran out before there were any."""
        if self.values is None:
            raise NotFinished(
                "No solution was found in the time given, and none was ruled out",
                hint="Give more seconds, or ask about fewer origins and sites.",
            )
        return self.values


@dataclass
class Model:
    """min c x, or max, over rows and columns that are added block by block."""

    maximise: bool = False
    _cost: list[Floats] = field(default_factory=list)
    _lower: list[Floats] = field(default_factory=list)
    _upper: list[Floats] = field(default_factory=list)
    _whole: list[NDArray[np.bool_]] = field(default_factory=list)
    _rows: list[NDArray[np.intp]] = field(default_factory=list)
    _cols: list[NDArray[np.intp]] = field(default_factory=list)
    _data: list[Floats] = field(default_factory=list)
    _row_lower: list[Floats] = field(default_factory=list)
    _row_upper: list[Floats] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self,
        size: int,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        whole: bool = False,
    ) -> Columns:
        """`size` columns with objective and bounds; returns their numbers."""
        for into, values in ((self._cost, cost), (self._lower, lower), (self._upper, upper)):
            into.append(np.broadcast_to(np.asarray(values, dtype=np.float64), size).copy())
        self._whole.append(np.full(size, whole))
        numbers = np.arange(self.columns, self.columns + size, dtype=np.intp)
        self.columns += size
        return numbers

    def add_rows(
        self,
        size: int,
        parts: Sequence[Part],
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> None:
        """`size` rows; each part holds (row within the block, column, factor) of equal length."""
        for row, column, factor in parts:
            where = np.asarray(row, dtype=np.intp)
            self._rows.append(where + self.rows)
            self._cols.append(np.broadcast_to(np.asarray(column, dtype=np.intp), where.shape))
            self._data.append(np.broadcast_to(np.asarray(factor, dtype=np.float64), where.shape))
        self._row_lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), size).copy())
        self._row_upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), size).copy())
        self.rows += size

    def solve(self, limits: Limits, start: tuple[Columns, Floats] | None = None) -> Solved:
        """Solve; `start` gives columns and values of a solution to begin from."""
        highs = _quiet(limits)
        self._pass_to(highs, self._lp())
        if start is not None:
            columns, values = start
            highs.setSolution(columns.size, columns.astype(np.int32), values)
        if highs.run() in _BROKEN:
            raise NotFinished("The solver gave up; the numbers are too far apart in size")
        return self._read(highs, whole=any(block.any() for block in self._whole))

    def settle(self, limits: Limits, columns: Columns, values: Floats) -> Solved:
        """The rest of the model with these columns held: a linear programme, solved to a corner.

        Where the rest is a flow of whole numbers, so is every corner of it.
        """
        lp = self._lp()
        lower, upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
        lower[columns] = upper[columns] = values
        lp.col_lower_, lp.col_upper_, lp.integrality_ = lower, upper, []
        highs = _quiet(limits)
        highs.setOptionValue("solver", "simplex")
        self._pass_to(highs, lp)
        if highs.run() in _BROKEN:
            raise NotFinished("The solver gave up; the numbers are too far apart in size")
        return self._read(highs, whole=False)

    @staticmethod
    def _pass_to(highs: highspy.Highs, lp: highspy.HighsLp) -> None:
        if highs.passModel(lp) in _BROKEN:
            raise InvalidInput("The siting model holds numbers that the solver cannot take")

    def _read(self, highs: highspy.Highs, *, whole: bool) -> Solved:
        status = highs.getModelStatus()
        impossible = {
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        }
        if status in impossible:
            return Solved("infeasible", None, 0.0, 0.0)
        info = highs.getInfo()
        worst = -np.inf if self.maximise else np.inf
        has_values = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.asarray(highs.getSolution().col_value) if has_values else None
        objective = float(info.objective_function_value) if has_values else worst
        if status == highspy.HighsModelStatus.kOptimal:
            bound = float(info.mip_dual_bound) if whole else objective
            return Solved("optimal", values, objective, bound)
        bound = float(info.mip_dual_bound) if whole else -worst
        return Solved("time_limit", values, objective, bound)

    def _lp(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_ = _joined(self._cost)
        lp.col_lower_, lp.col_upper_ = _joined(self._lower), _joined(self._upper)
        lp.row_lower_, lp.row_upper_ = _joined(self._row_lower), _joined(self._row_upper)
        if self.maximise:
            lp.sense_ = highspy.ObjSense.kMaximize
        where = (_joined(self._rows).astype(np.intp), _joined(self._cols).astype(np.intp))
        matrix = coo_array((_joined(self._data), where), (self.rows, self.columns)).tocsc()
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        whole = np.concatenate(self._whole)
        if whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(one)] for one in whole]
        return lp


def _joined(blocks: list[NDArray[np.float64]] | list[NDArray[np.intp]]) -> NDArray[np.float64]:
    return np.concatenate(blocks).astype(np.float64) if blocks else np.zeros(0)


def _quiet(limits: Limits) -> highspy.Highs:
    """One thread and one seed: equal questions get equal answers."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.silent()
    for option, value in (
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", limits.seed),
        ("time_limit", float(limits.seconds)),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-9),
        ("mip_feasibility_tolerance", INTEGRALITY),
        ("primal_feasibility_tolerance", INTEGRALITY),
    ):
        highs.setOptionValue(option, value)
    return highs
