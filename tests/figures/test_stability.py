"""Overlap and set sizes over tau."""

from __future__ import annotations

import pandas as pd

from explorer.figures.stability import NAMES, overlap_by_tau, set_sizes
from explorer.figures.theme import PALETTE

CURVES = pd.DataFrame(
    [
        {"tau": tau, "kind": kind, "mean": mean, "low": mean - 0.1, "high": mean + 0.1, "n": 40}
        for kind, mean in zip(NAMES, (0.8, 0.2, 0.05, 0.04), strict=True)
        for tau in (0.5, 0.6)
    ]
)


def test_measured_curves_have_bands_and_chance_has_none() -> None:
    figure = overlap_by_tau(CURVES)
    assert [trace.name for trace in figure.data if trace.name] == list(NAMES.values())
    assert sum(trace.fill == "toself" for trace in figure.data) == 2
    colours = {trace.name: trace.line.color for trace in figure.data if trace.name}
    assert colours[NAMES["within"]] == PALETTE["within"]
    assert colours[NAMES["between by chance"]] == PALETTE["chance"]


def test_shared_sentences_are_written_into_the_figure() -> None:
    figure = overlap_by_tau(CURVES, title="<x>", sharing="two folds share 34%")
    assert figure.layout.title.subtitle.text == "two folds share 34%"
    assert figure.layout.title.text == "&lt;x&gt;"


def test_one_fold_leaves_the_other_curves() -> None:
    figure = overlap_by_tau(CURVES[CURVES["kind"].isin(["between", "between by chance"])])
    assert [trace.name for trace in figure.data if trace.name] == [
        NAMES["between"],
        NAMES["between by chance"],
    ]


def test_empty_expert_sets_appear_on_the_log_axis() -> None:
    sizes = pd.DataFrame(
        {
            "tau": [0.5, 0.9],
            "median": [120.0, 0.0],
            "low": [60.0, 0.0],
            "high": [300.0, 2.0],
            "empty": [0.0, 0.6],
        }
    )
    figure = set_sizes(sizes, n_units=672)
    line = figure.data[-1]
    assert figure.layout.yaxis.type == "log"
    assert list(line.y) == [120.0, 0.5]
    assert line.customdata[1][0] == 0.0
    assert line.customdata[1][3] == 0.6
