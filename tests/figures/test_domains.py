"""Network of concepts."""

from __future__ import annotations

import html
import itertools
import json

import numpy as np
import pytest

from explorer.figures.domains import (
    network_data,
    network_figure,
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


def test_the_network_in_a_file_has_every_node_link_and_domain() -> None:
    data = network_data(MATRIX, WORDS, DOMAINS, POSITIONS, n_edges=4, selected="cat")
    figure = network_figure(data)
    named = {trace.name: trace for trace in figure.data if trace.text is not None}
    assert {name: list(trace.text) for name, trace in named.items()} == {
        "animal": ["cat", "dog"],
        "vehicle": ["car"],
        "no domain": ["&lt;script&gt;"],
    }
    places = {
        html.unescape(word): (x, y)
        for trace in named.values()
        for word, x, y in zip(trace.text, trace.x, trace.y, strict=True)
    }
    nodes = {node["id"]: tuple(node["wide"]) for node in data["nodes"]}  # type: ignore[attr-defined]
    assert places == nodes
    links = {
        (trace.x[k], trace.y[k], trace.x[k + 1], trace.y[k + 1]): trace.line
        for trace in figure.data
        if trace.mode == "lines" and trace.x[0] is not None
        for k in range(0, len(trace.x), 3)
    }
    assert len(links) == 4
    within, across = (links[nodes[a] + nodes[b]] for a, b in (("cat", "dog"), ("cat", "car")))
    assert (within.dash, across.dash) == ("solid", "dash")
    assert within.color == domain_styles(DOMAINS)["animal"][0]
    assert within.width > across.width
    ring = figure.data[-1]
    assert (ring.x[0], ring.y[0]) == nodes["cat"]


@pytest.mark.parametrize("n", [0, 1])
def test_a_network_of_hardly_any_concept_is_a_figure_too(n: int) -> None:
    data = network_data(np.eye(n), WORDS[:n], DOMAINS[:n], POSITIONS, n_edges=4)
    assert np.isfinite(network_figure(data).layout.xaxis.range).all()


def test_words_of_a_large_network_do_not_collide() -> None:
    n = 153
    words = [f"concept{k:03}" for k in range(n)]
    angles = np.arange(n) * 2.4
    crowd = np.sqrt(np.arange(n) / n)[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    positions = {word: (float(x), float(y)) for word, (x, y) in zip(words, crowd, strict=True)}
    data = network_data(np.full((n, n), 0.1), words, [None] * n, positions, n_edges=80)
    figure = network_figure(data)
    (trace,) = (trace for trace in figure.data if trace.text is not None)
    low, high = figure.layout.xaxis.range
    places = np.stack([trace.x, trace.y], 1).astype(float) * 940 / (high - low)
    size = trace.textfont.size
    box = np.array([0.5 * size * len(words[0]), 1.2 * size])
    gaps = np.abs(places[:, None] - places[None]) / box
    touching = (gaps.max(axis=2) < 1).sum() - n
    assert touching <= 0.02 * n
