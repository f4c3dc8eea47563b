"""The coefficients that are kept without their zeros are the same coefficients."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.rows import SparseRows


@pytest.mark.parametrize("width", [1, 65, 300])
@pytest.mark.parametrize("filled", [0.0, 0.2, 1.0])
def test_the_rows_that_are_asked_for_are_those_of_the_matrix(width: int, filled: float) -> None:
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(40, width)).astype(np.float32) * (chance.random((40, width)) < filled)
    kept = SparseRows.of(matrix)
    for positions in ([], [0], [39, 0, 7], [5, 5], list(range(40))):
        asked = np.array(positions, dtype=np.intp)
        np.testing.assert_array_equal(kept.rows(asked), matrix[asked])
    assert len(kept) == 40


def test_zeros_take_no_room() -> None:
    matrix = np.zeros((1000, 65), dtype=np.float32)
    matrix[3, 4] = 1
    kept = SparseRows.of(matrix)
    assert kept.values.size == kept.columns.size == 1
