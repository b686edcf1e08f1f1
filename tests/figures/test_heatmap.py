"""Heatmap of concepts, and the tree beside it."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.figures.heatmap import domain_order, heatmap
from explorer.figures.theme import PALETTE, domain_styles
from explorer.measure.graph.linkage import tree

WORDS = ["cat", "car", "dog", "<script>"]
DOMAINS = ["animal", "vehicle", "animal", None]
MATRIX = np.array([[1, 0.1, 0.5, 0.2], [0.1, 1, 0.0, 0.3], [0.5, 0.0, 1, 0.0], [0.2, 0.3, 0.0, 1]])


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_concept_is_drawn_too(n: int) -> None:
    for found in (None, tree(np.eye(n))):
        figure = heatmap(np.eye(n), WORDS[:n], DOMAINS[:n], tree=found)
        assert figure.data[0].z.shape == (n, n)


def test_concepts_are_ordered_by_domain_and_those_without_come_last() -> None:
    assert domain_order(DOMAINS) == [0, 2, 1, 3]


def test_the_heatmap_shows_overlap_without_the_diagonal() -> None:
    figure = heatmap(MATRIX, WORDS, DOMAINS)
    z = figure.data[0].z
    assert np.isnan(np.diag(z)).all()
    assert z[0, 1] == 0.5
    assert figure.data[0].zmax == 0.5
    assert list(figure.layout.yaxis.ticktext) == ["cat", "dog", "car", "&lt;script&gt;"]
    assert list(figure.layout.xaxis.ticktext) == ["animal", "vehicle", "no domain"]
    assert list(figure.data[0].customdata[0, 1]) == ["cat", "dog", "animal", "animal"]
    assert len(figure.layout.shapes) == 2


def test_a_large_heatmap_names_domains_instead_of_concepts() -> None:
    n = 80
    figure = heatmap(np.eye(n), [f"w{i}" for i in range(n)], ["animal"] * 40 + ["vehicle"] * 40)
    assert list(figure.layout.yaxis.ticktext) == ["animal", "vehicle"]
    assert list(figure.layout.yaxis.tickvals) == [19.5, 59.5]


def test_the_leaves_of_the_tree_stand_at_the_rows_of_their_concepts() -> None:
    found = tree(MATRIX)
    figure = heatmap(MATRIX, WORDS, DOMAINS, tree=found)
    rows = [WORDS[i].replace("<", "&lt;").replace(">", "&gt;") for i in found.order]
    assert list(figure.layout.yaxis.ticktext) == rows
    assert figure.data[0].z[0, 1] == MATRIX[found.order[0], found.order[1]]
    marks = {
        word: y
        for trace in figure.data[1:]
        if trace.mode == "markers"
        for word, y in zip(trace.text, trace.y, strict=False)
    }
    assert marks == {word: place for place, word in enumerate(rows)}
    assert all(trace.yaxis in (None, "y") for trace in figure.data)
    assert figure.layout.xaxis2.domain[1] <= figure.layout.xaxis.domain[0]


def test_a_branch_of_one_domain_has_its_colour_and_others_are_grey() -> None:
    figure = heatmap(MATRIX, WORDS, DOMAINS, tree=tree(MATRIX))
    drawn = {
        trace.line.color: sum(x is None for x in trace.x)
        for trace in figure.data[1:]
        if trace.mode == "lines"
    }
    assert drawn == {domain_styles(DOMAINS)["animal"][0]: 1, PALETTE["none"]: 2}
