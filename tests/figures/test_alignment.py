"""Alignment over checkpoints, its references, and the pairs behind a point."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from scipy.stats import spearmanr

from explorer.figures.alignment import over_checkpoints
from explorer.figures.axes import compact, step_axis
from explorer.figures.pairs import pair_scatter
from explorer.figures.theme import PALETTE, REPRESENTATIONS

NAN = float("nan")


def points(families: dict[str, list[float]], **extra: float) -> pd.DataFrame:
    rows = [
        {
            "run": f"{family}-{step}",
            "family": family,
            "label": f"{family} step {step}",
            "step": step,
            "representation": kind,
        }
        | {"rho": 0.1 * k, "low": 0.1 * k - 0.05, "high": 0.1 * k + 0.05, "p": 0.01, "n": 297}
        | extra
        for family, steps in families.items()
        for step in steps
        for k, kind in enumerate(REPRESENTATIONS)
    ]
    return pd.DataFrame(rows)


def marked(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.customdata is not None]


def test_step_zero_is_left_and_an_unknown_step_right_of_all_others() -> None:
    axis = step_axis([NAN, 143_000, 512, 0, 1])
    assert axis.place(0) < axis.place(1) < axis.place(512) < axis.place(143_000) < axis.place(NAN)
    assert axis.place(1000) - axis.place(100) == pytest.approx(axis.place(100) - axis.place(10))


@pytest.mark.parametrize("steps", [[0], [NAN], [7], [0, NAN], [0, 7], [7, NAN]])
def test_few_checkpoints_have_an_axis(steps: list[float]) -> None:
    axis = step_axis(steps)
    assert len(axis.ticks) == len(steps)
    assert axis.span > 0
    assert len({axis.place(step) for step in steps}) == len(steps)


def test_many_steps_are_labelled_by_decades() -> None:
    assert [text for _, text in step_axis([float(s) for s in range(1, 1001)]).ticks] == [
        "1",
        "10",
        "100",
        "1k",
    ]


@pytest.mark.parametrize(
    ("step", "text"), [(1, "1"), (512, "512"), (4000, "4k"), (143_000, "143k"), (1.5e6, "1.5M")]
)
def test_steps_are_written_short(step: float, text: str) -> None:
    assert compact(step) == text


def test_each_representation_has_its_colour_in_every_family() -> None:
    figure = over_checkpoints(points({"a": [0, 8, 64, 512], "b": [0, NAN]}))
    assert {(t.customdata[0][1], t.line.color) for t in marked(figure)} == {
        (r, PALETTE[r]) for r in REPRESENTATIONS
    }


def test_a_trajectory_has_bands_and_two_checkpoints_have_bars() -> None:
    figure = over_checkpoints(points({"long": [1, 8, 64], "short": [0, NAN]}))
    bars = {
        str(trace.customdata[0][2]).split()[0]: trace.error_y.array is not None
        for trace in marked(figure)
    }
    assert bars == {"long": False, "short": True}
    assert sum(trace.fill == "toself" for trace in figure.data) == len(REPRESENTATIONS)


def test_panels_by_model_or_by_representation() -> None:
    table = points({"a": [0, 8], "b": [0, 8]})
    by_model, by_kind = over_checkpoints(table), over_checkpoints(table, panels="representation")
    assert [a.text for a in by_model.layout.annotations] == ["<b>a</b>", "<b>b</b>"]
    assert [a.text for a in by_kind.layout.annotations] == [f"<b>{r}</b>" for r in REPRESENTATIONS]
    symbols = {str(t.customdata[0][2])[0]: t.marker.symbol for t in marked(by_kind)}
    assert symbols["a"] != symbols["b"]


def test_a_legend_entry_appears_once() -> None:
    figure = over_checkpoints(
        points({"a": [0, 8], "b": [0, 8]}, null_low=-0.1, null_high=0.1),
        ceiling=(0.84, "published"),
    )
    names = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert sorted(names) == sorted(
        {*REPRESENTATIONS, "shuffled words, 95%", "human ceiling 0.84 (published)"}
    )


def test_a_point_carries_its_run_and_representation() -> None:
    figure = over_checkpoints(points({"a": [0, 8]}))
    found = {(c[0], c[1]) for trace in marked(figure) for c in trace.customdata}
    assert found == set(itertools.product(["a-0", "a-8"], REPRESENTATIONS))


def test_the_papers_results_are_named_as_not_ours() -> None:
    figure = over_checkpoints(points({"a": [0, 8]}), marks={"pythia-70m": 0.70})
    (trace,) = [t for t in figure.data if t.name and "paper" in t.name]
    assert "not ours" in trace.name
    assert trace.marker.symbol == "star"
    assert list(trace.y) == [0.70]
    assert figure.layout.yaxis.range[1] > 0.70


def test_the_selected_point_stands_out_and_is_no_open_mark() -> None:
    figure = over_checkpoints(points({"a": [0, 8]}), selected=("a-8", "word embedding"))
    (halo,) = [t for t in figure.data if t.marker.size == 24]
    assert halo.marker.symbol == "circle"
    (line,) = [t for t in marked(figure) if t.customdata[0][1] == "word embedding"]
    assert (halo.x[0], halo.y[0]) == (line.x[1], line.y[1])


def test_an_undefined_alignment_is_drawn_as_a_gap() -> None:
    table = points({"a": [0, 8]})
    table.loc[table["step"] == 8, ["rho", "low", "high", "p"]] = NAN
    figure = over_checkpoints(table)
    assert all(np.isnan(trace.y[1]) for trace in marked(figure))
    assert np.isfinite(figure.layout.yaxis.range).all()


def test_names_from_users_are_escaped() -> None:
    text = over_checkpoints(points({"<b>x</b>": [0, 8], "y": [0, 8]}).assign(run="0a")).to_json()
    assert "<b>x" not in text
    assert "\\u003cb\\u003ex" not in text


PAIRS = pd.DataFrame(
    {
        "word1": ["cat", "<i>", "sun"],
        "word2": ["dog", "b", "moon"],
        "score": [45.0, 3, 30],
        "similarity": [0.4, 0.1, 0.2],
    }
)


def test_hovering_a_pair_names_its_words() -> None:
    (trace,) = pair_scatter(PAIRS, representation="experts", scale="MEN score").data
    assert list(trace.customdata[0]) == ["cat", "dog", 45.0, 0.4]
    assert trace.customdata[1][0] == "&lt;i&gt;"
    assert trace.marker.color.startswith("rgba(0,114,178")


def test_the_line_through_the_ranks_has_the_slope_of_spearman() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"word1": "a", "word2": "b", "score": rng.random(60), "similarity": rng.random(60)}
    )
    line = pair_scatter(table, representation="word embedding", scale="score", ranks=True).data[1]
    slope = (line.y[1] - line.y[0]) / (line.x[1] - line.x[0])
    assert slope == pytest.approx(spearmanr(table["score"], table["similarity"]).statistic)


@pytest.mark.parametrize("ranks", [False, True])
@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_pairs_are_drawn_too(rows: int, ranks: bool) -> None:
    figure = pair_scatter(PAIRS.head(rows), representation="experts", scale="score", ranks=ranks)
    assert len(figure.data[0].x) == rows
