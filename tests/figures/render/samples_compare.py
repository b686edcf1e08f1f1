"""Figures of the page that compares runs, with whatever they draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures import (
    compare,
    compare_turnover,
    compare_where,
    film,
    model_map,
    over_training,
)

NAMES = ("tiny · step512", "b <i>")
STEPS = (0, 64, 512, 4882)
LABELS = [f"step {step}" for step in STEPS]


def alignments() -> pd.DataFrame:
    rho = pd.Series([0.6, 0.3, 0.5])
    table = pd.DataFrame({"representation": ["experts", "word embedding", "sentence embedding"]})
    for letter, value in (("a", rho), ("b", rho / 2)):
        table = table.assign(
            **{f"rho_{letter}": value, f"low_{letter}": value - 0.1, f"high_{letter}": value + 0.1}
        )
    delta = rho / 2
    table = table.assign(delta=delta, low=delta - 0.1, high=delta + 0.1, p=0.01)
    return table.assign(p_holm=[0.01, 0.2, 0.02], n=300)


def pairs() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    relation = np.array(["within", "across", None] * 10, object)
    words = {"word1": [f"w{k}" for k in range(30)], "word2": ["<b>"] * 30}
    values = {"overlap_a": rng.random(30), "overlap_b": rng.random(30)}
    return pd.DataFrame({**words, "domains": relation, **values})


def _turnover() -> go.Figure:
    table = pd.DataFrame(
        {
            "kind": ["attention.dense", "mlp.dense_h_to_4h", "none"],
            "experts": [10.0, 20.0, 0.0],
            "stayed": [0.3, 0.8, np.nan],
            "low": [0.2, 0.7, np.nan],
            "high": [0.4, 0.9, np.nan],
            "chance": [0.02, 0.03, np.nan],
            "others": [0.04, 0.05, np.nan],
            "fixed": [False, True, False],
        }
    )
    return compare_turnover.by_kind(table)


def _depths() -> go.Figure:
    rows = [
        (f"{letter} · {name}", part, layer, layer / (n - 1), 0.01 * (layer + 1), 3.0)
        for letter, name, n in (("A", NAMES[0], 4), ("B", NAMES[1], 6))
        for part in ("attention", "MLP")
        for layer in range(n)
    ]
    columns = ["label", "part", "layer", "depth", "share", "experts"]
    return compare_where.by_depth(pd.DataFrame(rows, columns=columns))


def points() -> pd.DataFrame:
    rows = [
        (None, "human ratings", "human ratings", np.nan, 0.5, 0.5, np.nan, 1.0),
        (None, "shared words", "shared words", np.nan, 0.6, 0.4, np.nan, 0.4),
        ("other", "other", "other", np.nan, -0.1, 0.3, 0.2, np.nan),
    ]
    rows += [
        (f"r{step}", f"tiny · step{step}", "tiny", step, np.cos(k), np.sin(k), k / 4, 0.1)
        for k, step in enumerate(STEPS)
    ]
    columns = ["run", "label", "family", "step", "x", "y", "rho", "alignment"]
    return pd.DataFrame(rows, columns=columns)


def layers_film() -> film.Film:
    rows = [
        (step, part, layer, 0.01 * (layer + k + 1), 2.0)
        for k, step in enumerate(STEPS)
        for part in ("attention", "MLP")
        for layer in range(3)
    ]
    table = pd.DataFrame(rows, columns=["step", "part", "layer", "share", "experts"])
    return over_training.by_layer(table, LABELS)


def network_film() -> film.Film:
    rng, n = np.random.default_rng(1), 6
    matrices = [np.triu(m, 1) + np.triu(m, 1).T for m in rng.random((len(STEPS), n, n))]
    words = [f"w{k}" for k in range(n)]
    places = {word: (float(np.cos(k)), float(np.sin(k))) for k, word in enumerate(words)}
    domains = ["animal", "animal", "food", "food", None, None]
    return over_training.network(matrices, words, domains, places, LABELS, 8)


COMPARE: dict[str, Callable[[], go.Figure]] = {
    "compare.alignments": lambda: compare.alignments(alignments(), NAMES),
    "compare.overlaps": lambda: compare.overlaps(pairs()),
    "compare.overlaps ranks": lambda: compare.overlaps(pairs(), ranks=True),
    "compare_turnover.by_kind": _turnover,
    "compare_where.by_depth": _depths,
    "film.playing": lambda: film.playing(layers_film(), 1),
    "film.playing network": lambda: film.playing(network_film(), 3),
    "film.side_by_side": lambda: film.side_by_side(layers_film(), [0, 1, 2, 3]),
    "film.side_by_side network": lambda: film.side_by_side(network_film(), [0, 3]),
    "model_map.model_map": lambda: model_map.model_map(points(), a="r4882", b="r0"),
    "model_map.model_map same": lambda: model_map.model_map(points(), a="r0", b="r0"),
}
"""Function of `explorer.figures` → the figure."""
