"""Network of concepts."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from explorer.figures.domains import (
    network_data,
    spread,
    strongest,
)
from explorer.figures.theme import PALETTE, domain_styles

WORDS = ["cat", "car", "dog", "<script>"]
DOMAINS = ["animal", "vehicle", "animal", None]
MATRIX = np.array([[1, 0.1, 0.5, 0.2], [0.1, 1, 0.0, 0.3], [0.5, 0.0, 1, 0.0], [0.2, 0.3, 0.0, 1]])
POSITIONS = {word: (float(n), float(-n)) for n, word in enumerate(WORDS)}


def test_the_strongest_edges_come_first_and_zeros_never() -> None:
    assert strongest(MATRIX, 2) == [(0, 2), (1, 3)]
    assert strongest(MATRIX, 100) == [(0, 2), (1, 3), (0, 3), (0, 1)]
    assert strongest(MATRIX, 0) == []


def test_edges_within_a_domain_have_its_colour_and_others_are_marked() -> None:
    edges = network_data(MATRIX, WORDS, DOMAINS, POSITIONS, n_edges=4)["edges"]
    assert isinstance(edges, list)
    found = {(e["from"], e["to"]): (e["color"], e["across"]) for e in edges}
    assert found["cat", "dog"] == (domain_styles(DOMAINS)["animal"][0], False)
    assert found["car", "<script>"] == (PALETTE["none"], True)


def test_network_data_is_plain() -> None:
    data = network_data(MATRIX, WORDS, DOMAINS, POSITIONS, n_edges=4, selected="cat")
    assert json.loads(json.dumps(data)) == data
    assert [entry["name"] for entry in data["legend"]] == ["animal", "vehicle"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "places", [np.zeros((12, 2)), np.random.default_rng(0).uniform(-1, 1, (40, 2))]
)
def test_nodes_are_pushed_apart(places: np.ndarray) -> None:
    found = spread(places)
    gaps = [np.hypot(*((a - b) / (74, 44))) for a, b in itertools.combinations(found, 2)]
    assert min(gaps) > 0.8
    assert np.array_equal(found, spread(places))


def test_places_far_apart_keep_their_arrangement() -> None:
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)
    assert np.abs(spread(corners) / (420, 270) - corners).max() < 0.01


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_concept_is_drawn_too(n: int) -> None:
    data = network_data(np.eye(n), WORDS[:n], DOMAINS[:n], POSITIONS, n_edges=5)
    assert len(data["nodes"]) == n  # type: ignore[arg-type]
