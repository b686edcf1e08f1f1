"""Links of two networks: each in its class, told apart by more than colour, also in a
file.
"""

from __future__ import annotations

import numpy as np

from explorer.figures.compare_network import BOTH, LOOKS, ONLY_A, ONLY_B, links, network_data
from explorer.figures.domains import network_figure, strongest

WORDS = ["cat", "dog", "car", "<b>"]


def symmetric(seed: int) -> np.ndarray:
    values = np.triu(np.random.default_rng(seed).random((4, 4)), 1)
    return values + values.T


def test_every_link_is_in_the_class_of_the_networks_that_have_it() -> None:
    a, b = symmetric(0), symmetric(1)
    in_a, in_b = set(strongest(a, 3)), set(strongest(b, 3))
    found = links(a, b, 3)
    expected = {BOTH: in_a & in_b, ONLY_A: in_a - in_b, ONLY_B: in_b - in_a}
    for kind, pairs in expected.items():
        assert {(i, j) for i, j, k in found if k == kind} == pairs
    assert len(found) == len(in_a | in_b)


def test_the_same_network_gains_and_loses_nothing() -> None:
    assert {kind for *_, kind in links(symmetric(0), symmetric(0), 4)} == {BOTH}


def test_the_looks_differ_in_dash_and_colour_and_are_named_in_the_file() -> None:
    colours, dashes = zip(*LOOKS.values(), strict=True)
    assert len(set(colours)) == len(set(dashes)) == 3
    edges = [(0, 1, BOTH, 0.5), (0, 2, ONLY_A, 0.2), (1, 3, ONLY_B, 0.1)]
    places = {word: (float(k), float(k % 2)) for k, word in enumerate(WORDS)}
    data = network_data(edges, WORDS, ["animal", "animal", None, None], places)
    traces = network_figure(data).data
    drawn = {t.name: t.line.dash for t in traces if t.mode == "lines" and t.showlegend}
    assert drawn == {kind: dash for kind, (_, dash) in LOOKS.items()}
    assert {t.line.dash for t in traces if t.mode == "lines" and not t.showlegend} == set(dashes)
