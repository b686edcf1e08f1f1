"""Stacked panels, however many."""

from __future__ import annotations

import itertools

import pytest

from explorer.figures.panels import Canvas


@pytest.mark.parametrize("n", [1, 2, 7, 36, 200])
def test_any_number_of_panels_fits_one_above_the_other(n: int) -> None:
    canvas = Canvas()
    for row in range(1, n + 1):
        canvas.add_scatter(x=[0, 1], y=[0, 1], row=row)
    figure = canvas.figure([1.0] * n, x={}, y=[{}] * n, gap=0.08, height=100 * n)
    domains = [figure.layout[f"yaxis{row if row > 1 else ''}"].domain for row in range(1, n + 1)]
    assert domains[0][1] == pytest.approx(1)
    assert domains[-1][0] == pytest.approx(0, abs=1e-9)
    assert all(low < high for low, high in domains)
    assert all(below[1] < above[0] for above, below in itertools.pairwise(domains))
