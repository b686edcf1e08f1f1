"""The grid over set sizes, and overlap against one of them."""

from __future__ import annotations

import itertools

import pandas as pd

from explorer.figures.set_growth import by_size
from explorer.figures.stability import NAMES
from explorer.figures.stability_grid import grid, source_colours
from explorer.figures.theme import PALETTE

COLOURS = source_colours(["gpt", "chat"])
CURVES = pd.DataFrame(
    [
        {
            "source": s,
            "n_positive": p,
            "n_negative": n,
            "tau": tau,
            "kind": kind,
            "mean": 0.5,
            "low": 0.4,
            "high": 0.6,
        }
        for s, p, n, kind, tau in itertools.product(
            ("gpt", "chat"), (100, 400), (500, 1000), NAMES, (0.5, 0.6)
        )
    ]
).assign(n=40)
POINTS = CURVES[(CURVES["kind"] == "within") & (CURVES["tau"] == 0.5)].assign(shared=0.1)


def test_columns_are_positive_sizes_and_rows_negative_ones_as_in_the_paper() -> None:
    figure = grid(CURVES, colours=COLOURS)
    titles = [annotation.text for annotation in figure.layout.annotations]
    assert titles[:4] == ["N⁺ 100", "N⁺ 400", "N⁻ 500", "N⁻ 1,000"]
    mark = next(trace for trace in figure.data if (trace.name or "").startswith("paper"))
    assert (mark.xaxis, mark.yaxis) == ("x4", "y4")
    assert (tuple(mark.x), tuple(mark.y)) == ((0.5,), (0.8,))
    assert "not ours" in mark.name


def test_colour_tells_the_source_and_dash_the_kind() -> None:
    lines = [trace for trace in grid(CURVES, colours=COLOURS).data if trace.name in COLOURS]
    assert len(lines) == 2 * 2 * 2 * 2
    for trace in lines:
        assert trace.line.color == COLOURS[trace.name]
        assert (trace.line.dash, trace.marker.symbol) in {("solid", "circle"), ("dash", "square")}


def test_each_source_is_once_in_the_legend() -> None:
    shown = [
        trace.name for trace in grid(CURVES, colours=COLOURS).data if trace.showlegend is not False
    ]
    assert sorted(shown) == sorted(set(shown))
    assert {"gpt", "chat", NAMES["within"], NAMES["between"]} <= set(shown)


def test_a_sweep_without_the_paper_s_cell_has_no_mark() -> None:
    figure = grid(CURVES[CURVES["n_positive"] == 100], colours=COLOURS)
    assert not any((trace.name or "").startswith("paper") for trace in figure.data)


def test_colours_do_not_depend_on_the_order_and_mean_nothing_else_on_the_page() -> None:
    assert source_colours(["b", "a"]) == source_colours(["a", "b", "a"])
    assert not {PALETTE["within"], PALETTE["between"]} & set(
        source_colours(map(str, range(7))).values()
    )


def test_one_line_a_source_and_other_size_with_intervals() -> None:
    figure = by_size(POINTS, along="n_positive", colours=COLOURS, paper=True)
    lines = [trace for trace in figure.data if trace.name in COLOURS]
    assert len(lines) == 4
    assert {trace.line.dash for trace in lines} == {"solid", "dash"}
    assert all(abs(value - 0.1) < 1e-9 for trace in lines for value in trace.error_y.array)
    (mark,) = (trace for trace in figure.data if trace.name.startswith("paper"))
    assert tuple(mark.x) == (400,)
    assert tuple(figure.layout.xaxis.tickvals) == (100, 400)


def test_the_paper_s_value_is_a_line_where_the_axis_does_not_reach_its_size() -> None:
    figure = by_size(
        POINTS[POINTS["n_positive"] == 100], along="n_positive", colours=COLOURS, paper=True
    )
    (mark,) = (trace for trace in figure.data if trace.name.startswith("paper"))
    assert mark.mode == "lines"


def test_names_of_sources_are_escaped() -> None:
    named = POINTS.assign(source="<b>")
    figure = by_size(named, along="n_negative", colours={"<b>": "#000000"})
    assert figure.data[0].name == "&lt;b&gt;"
