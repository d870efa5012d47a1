"""Checks at the door of every sum: shapes, finite numbers, no negative counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import csc_array, csr_array

from geo.errors import InvalidInput

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def numbers(values: ArrayLike, name: str, size: int | None = None) -> Floats:
    """A one-dimensional float array without NaN or infinity. Raises InvalidInput."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise InvalidInput(f"'{name}' must have one dimension, not {array.ndim}")
    if size is not None and array.size != size:
        raise InvalidInput(f"'{name}' must have {size} entries, not {array.size}")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise InvalidInput(f"'{name}' has no number at position {bad[0]} ({bad.size} in all)")
    return array


def counts(values: ArrayLike, name: str, size: int | None = None) -> Floats:
    """Like `numbers`, and none negative. Raises InvalidInput."""
    array = numbers(values, name, size)
    if (array < 0).any():
        raise InvalidInput(f"'{name}' is negative at position {int(np.argmax(array < 0))}")
    return array


def cost_matrix(cost: Any, origins: int, sites: int) -> csr_array:
    """Minutes as CSR, origins x sites, stored zeros kept; infinite entries are out of reach.

    Raises InvalidInput for a dense matrix, whose zeros would be ambiguous, for a wrong shape, a
    negative or undefined cost, a pair stored twice, or indices that point outside.
    """
    if not sparse.issparse(cost):
        raise InvalidInput("'cost' must be a sparse matrix: what is not stored is out of reach")
    matrix = _sound(cost)
    if matrix.shape != (origins, sites):
        raise InvalidInput(f"'cost' must be {origins} x {sites}, not {matrix.shape}")
    if np.isnan(matrix.data).any() or (matrix.data < 0).any():
        raise InvalidInput("'cost' holds a negative or undefined time")
    matrix = matrix.sorted_indices()
    if not matrix.has_canonical_format:
        raise InvalidInput("'cost' holds a pair of origin and site twice")
    if np.isfinite(matrix.data).all():
        return matrix
    return keep(matrix, np.isfinite(matrix.data))


def _sound(cost: Any) -> csr_array:
    """As CSR, nothing copied where it is; what its indices point at exists.

    SciPy and compiled loops trust indices: a wrong one would be read from, or written to, memory
    that is not the matrix's.
    """
    try:
        if cost.format == "csc":
            csc_array(cost).check_format(full_check=True)
        matrix = csr_array(cost, dtype=np.float64)
        if (
            matrix.indices.size
            and not 0 <= matrix.indices.min() <= matrix.indices.max() < matrix.shape[1]
        ):
            raise InvalidInput(f"'cost' holds a site outside 0 to {matrix.shape[1] - 1}")
        matrix.check_format(full_check=True)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"'cost' is no sound sparse matrix: {error}") from error
    if cost.format == "coo" and matrix.nnz < cost.nnz:
        # SciPy adds them up: two ways of 3 and 4 minutes would be one of 7.
        raise InvalidInput("'cost' holds a pair of origin and site twice")
    return matrix


def rows_of(matrix: csr_array) -> NDArray[np.intp]:
    """The row number of every stored entry, in the order of `matrix.data`."""
    return np.repeat(np.arange(matrix.shape[0], dtype=np.intp), np.diff(matrix.indptr))


def keep(matrix: csr_array, wanted: Bools) -> csr_array:
    """The matrix with only the stored entries that are wanted; stored zeros stay stored."""
    rows = rows_of(matrix)[wanted]
    ends = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=matrix.shape[0]))))
    return csr_array((matrix.data[wanted], matrix.indices[wanted], ends), matrix.shape)


def weight_matrix(weights: Any, size: int) -> csr_array:
    """Neighbour weights as CSR, n x n, without self-neighbours and stored zeros.

    Raises InvalidInput for a wrong shape or a negative or undefined weight.
    """
    matrix = csr_array(weights, dtype=np.float64)
    if matrix.shape != (size, size):
        raise InvalidInput(f"'weights' must be {size} x {size}, not {matrix.shape}")
    if not np.isfinite(matrix.data).all() or (matrix.data < 0).any():
        raise InvalidInput("'weights' holds a negative or undefined weight")
    matrix = keep(matrix, (matrix.data != 0) & (rows_of(matrix) != matrix.indices))
    matrix.sum_duplicates()
    return matrix


def isolates(weights: csr_array) -> Bools:
    """Units that have no neighbour and are nobody's neighbour."""
    alone: Bools = (np.diff(weights.indptr) == 0) & (
        np.bincount(weights.indices, minlength=weights.shape[0]) == 0
    )
    return alone
