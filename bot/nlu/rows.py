"""A matrix most of whose values are zero, kept by row: the intent model's coefficients, in a quarter of the memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.integer[Any]]
_MANY = 1 / 3
"""Of a row's values: as many that are not zero, and the row is kept whole. Those are the rows that messages ask for."""


@dataclass(frozen=True)
class SparseRows:
    """The rows with many values whole, the values of the others with their columns.

    scipy's csr_matrix takes more memory, and scipy itself more time to load.
    """

    whole: Floats
    """Rows that are kept whole: shape (such rows, columns)."""
    places: Whole
    """Of each row of the matrix: its row in `whole`, or -1."""
    values: Floats
    """What is not zero of the other rows, row after row."""
    columns: Whole
    """Of each of `values`."""
    ends: Whole
    """Row r's `values` are those from `ends[r]` to `ends[r + 1]`."""

    @classmethod
    def of(cls, matrix: Floats) -> SparseRows:
        """From a whole matrix."""
        is_whole = np.count_nonzero(matrix, axis=1) > matrix.shape[1] * _MANY
        rows, columns = np.nonzero(matrix * ~is_whole[:, np.newaxis])
        ends = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(matrix)))])
        return cls(
            matrix[is_whole],
            np.where(is_whole, np.cumsum(is_whole) - 1, -1).astype(np.int32),
            matrix[rows, columns],
            columns.astype(np.min_scalar_type(matrix.shape[1])),
            ends.astype(np.int32),
        )

    def __len__(self) -> int:
        return len(self.places)

    def rows(self, positions: npt.NDArray[np.intp]) -> Floats:
        """Some rows: shape (positions, columns). The same numbers that the matrix held."""
        places = self.places[positions]
        result = np.zeros((len(positions), self.whole.shape[1]), dtype=np.float32)
        is_whole = places >= 0
        result[is_whole] = self.whole[places[is_whole]]
        for number in np.flatnonzero(~is_whole):
            begin, end = self.ends[positions[number]], self.ends[positions[number] + 1]
            result[number, self.columns[begin:end]] = self.values[begin:end]
        return result
