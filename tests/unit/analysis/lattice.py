"""Small maps for the tests of patterns: paths and chessboards."""

import numpy as np
from scipy.sparse import block_diag, csr_array


def path(n: int) -> csr_array:
    """n units in a row, each with the one before and after."""
    return csr_array(np.diag(np.ones(n - 1), 1) + np.diag(np.ones(n - 1), -1))


def board(side: int) -> csr_array:
    """side x side fields, neighbours as a queen moves by one."""
    place = np.stack(np.divmod(np.arange(side * side), side), axis=1)
    apart = np.abs(place[:, None] - place[None]).max(axis=2)
    return csr_array((apart == 1).astype(float))


def path_with_isolate(n: int) -> csr_array:
    """A path of n units and one more that borders nobody."""
    return csr_array(block_diag((path(n), csr_array((1, 1)))))
