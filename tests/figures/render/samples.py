"""A figure of every function that makes one, with whatever it can draw."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures import (
    alignment,
    confounds,
    differences,
    domains,
    heatmap,
    overview,
    pairs,
    partial,
    probe_sets,
    recovery,
    set_growth,
    stability,
    stability_grid,
    threshold,
    triplets,
)
from explorer.measure.graph.linkage import tree
from explorer.measure.triplets import Agreement
from tests.figures import test_overview, test_probe_sets, test_recovery, test_stability_grid
from tests.figures.render.samples_compare import COMPARE
from tests.figures.render.samples_explore import EXPLORE
from tests.figures.test_alignment import points
from tests.figures.test_alignment_extra import delta_table
from tests.figures.test_stability import CURVES

NAN = float("nan")
TAUS = np.round(np.linspace(0.5, 0.95, 10), 2)


def over_checkpoints() -> go.Figure:
    """Panels, bands, bars, a ring, a null, the paper's marks, open marks and loss."""
    table = points({"small": [0, 8, 64, 512], "big": [0, NAN]}, null_low=-0.1, null_high=0.1)
    table["p_holm"] = np.where(table["step"] < 8, 0.2, 0.01)
    table["held_out_loss"] = np.where(table["family"] == "small", 9 - table["step"] / 128, NAN)
    return alignment.over_checkpoints(
        table.assign(null_p=0.3),
        ceiling=(0.84, "published"),
        marks={"pythia-70m": 0.7, "pythia-1b": 0.77, "pythia-12b": 0.79},
        selected=("small-64", "experts"),
    )


def by_threshold() -> go.Figure:
    """Two curves, one of which ends early, and τ pointed out."""
    rho = 0.6 - (TAUS - 0.5)
    table = pd.DataFrame({"tau": TAUS, "rho": rho, "low": rho - 0.1, "high": rho + 0.1, "n": 30})
    control = table.assign(label="untrained", rho=table["rho"].where(TAUS < 0.8), empty=TAUS)
    both = pd.concat([table.assign(label="trained", empty=TAUS - 0.5), control])
    return threshold.by_threshold(both, tau=0.7)


def held_constant() -> go.Figure:
    rows = [
        {"weights": weights, "representation": kind, "held": held, "n": 297}
        | {"rho": rho, "low": rho - 0.1, "high": rho + 0.1, "p": 0.01, "p_holm": 0.2 - rho / 4}
        for weights, rho in (("run", 0.6), ("control", 0.1))
        for kind in overview.REPRESENTATIONS
        for held in ("nothing", "everything")
    ]
    return confounds.confounds(pd.DataFrame(rows), {"run": "model", "control": "untrained"})


def raw_and_partial() -> go.Figure:
    """Dumbbells of two runs, one with marks that do not differ from 0."""
    rows = []
    for label, size in (("run", 0.5), ("control", 0.05)):
        for kind in (*overview.REPRESENTATIONS, "shared words alone"):
            row = {"label": label, "representation": kind, "n": 297, "p_holm": 0.2 - size / 4}
            for name, value in (("", size), ("partial_", size / 2)):
                row |= {f"{name}low": value - 0.1, f"{name}high": value + 0.1, f"{name}p": 0.01}
            rows.append(row | {"rho": size, "partial": size / 2})
    return partial.raw_and_partial(pd.DataFrame(rows), ["run", "control"])


def _overlaps(n: int) -> tuple[np.ndarray, list[str], list[str | None]]:
    matrix = np.random.default_rng(0).uniform(0, 0.4, (n, n))
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 1)
    names: list[str | None] = ["animal", "vehicle", "food", None]
    return matrix, [f"word {k}" for k in range(n)], sorted(names * (n // 4), key=str)


def network() -> go.Figure:
    """Every domain's mark, links within and across, and a concept chosen."""
    matrix, words, groups = _overlaps(24)
    places = nx.circular_layout(nx.Graph(dict.fromkeys(words, ())))
    data = domains.network_data(
        matrix,
        words,
        groups,
        {word: (float(x), float(y)) for word, (x, y) in places.items()},
        n_edges=30,
        selected=words[0],
    )
    return domains.network_figure(data)


def headline() -> go.Figure:
    """Trained beside untrained, under the ceiling."""
    table = test_overview._points("trained", "untrained")
    return overview.headline(table, ceiling=(0.84, "published"))


def ranked_pairs() -> go.Figure:
    """Marks and the line through the ranks."""
    values = np.random.default_rng(0).random((60, 2))
    table = pd.DataFrame(values, columns=["score", "similarity"]).assign(word1="a", word2="b")
    return pairs.pair_scatter(table, representation="experts", scale="MEN score", ranks=True)


def set_sizes() -> go.Figure:
    """A log axis, with sets that are empty."""
    median = 1000 * np.exp(-12 * (TAUS - 0.5))
    table = pd.DataFrame({"tau": TAUS, "median": median, "low": median / 3 - 2, "high": 3 * median})
    return stability.set_sizes(table.assign(empty=0.1), n_units=82_944)


def recovery_over_tau() -> go.Figure:
    """A run and its control, with crosses where a ratio is not defined."""
    table = pd.concat(
        [
            test_recovery.rows(tau=list(TAUS), control=[control] * 10, label=[label] * 10)
            for label, control in (("run", False), ("control", True))
        ]
    )
    return recovery.over_tau(table.assign(ratio=table["ratio"].where(table["tau"] < 0.9)), mark=0.6)


def odd_one_out() -> go.Figure:
    """Two runs of three representations, between chance and people."""
    rows = [
        (run, run, kind, 0.5 + k / 10, 0.4 + k / 10, 0.6 + k / 10, 0.01, 40, 90)
        for run in ("trained", "untrained")
        for k, kind in enumerate(("experts", "word embedding", "sentence embedding"))
    ]
    names = "run label representation accuracy low high p n_triplets n_answers"
    people = Agreement(0.7, 0.9, 40, 90)
    return triplets.odd_ones(pd.DataFrame(rows, columns=names.split()), people)


FIGURES: dict[str, Callable[[], go.Figure]] = (
    {
        "alignment.over_checkpoints": over_checkpoints,
        "differences.differences": lambda: differences.differences(delta_table()),
        "domains.network_figure": network,
        "heatmap.heatmap": lambda: heatmap.heatmap(*(m := _overlaps(24)), tree=tree(m[0])),
        "heatmap.heatmap by domain": lambda: heatmap.heatmap(*_overlaps(24)),
        "heatmap.heatmap of many": lambda: heatmap.heatmap(*_overlaps(152)),
        "overview.headline": headline,
        "pairs.pair_scatter": ranked_pairs,
        "partial.raw_and_partial": raw_and_partial,
        "confounds.confounds": held_constant,
        "triplets.odd_ones": odd_one_out,
        "probe_sets.sentence_lengths": lambda: probe_sets.sentence_lengths(
            test_probe_sets.LENGTHS.iloc[:2]
        ),
        "probe_sets.sentence_lengths of two": lambda: probe_sets.sentence_lengths(
            test_probe_sets.LENGTHS
        ),
        "probe_sets.type_token_growth": lambda: probe_sets.type_token_growth(
            test_probe_sets.GROWTH
        ),
        "recovery.over_steps": lambda: recovery.over_steps(test_recovery.STEPS, selected="r16"),
        "recovery.over_tau": recovery_over_tau,
        "stability.overlap_by_tau": lambda: stability.overlap_by_tau(
            CURVES, title="a run", sharing="two folds share 34%", mark=0.5
        ),
        "stability.set_sizes": set_sizes,
        "set_growth.by_size": lambda: set_growth.by_size(
            test_stability_grid.POINTS,
            along="n_positive",
            colours=test_stability_grid.COLOURS,
            paper=True,
        ),
        "stability_grid.grid": lambda: stability_grid.grid(
            test_stability_grid.CURVES,
            colours=test_stability_grid.COLOURS,
            title="a sweep",
            mark=0.55,
        ),
        "threshold.by_threshold": by_threshold,
    }
    | COMPARE
    | EXPLORE
)
"""Function of `explorer.figures`, and a word on what it draws → the figure."""
NOT_WHOLE = {"panels.figure", "stability.headed", "theme.frame"}
"""Functions that finish a figure of others."""
