"""Recovery of domains against tau and over training steps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.recovery import TITLES, over_steps, over_tau


def rows(**columns: list[object]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    plain = {
        "ratio": 2.0,
        "low": 1.5,
        "high": 3.0,
        "ari": 0.4,
        "ari_chance": 0.1,
        "nmi": 0.6,
        "nmi_chance": 0.5,
    }
    rest = {
        "modularity": 0.5,
        "domain_modularity": 0.3,
        "n": 40,
        "tau": 0.5,
        "label": "a",
        "run": "r",
    }
    return pd.DataFrame({name: [value] * n for name, value in (plain | rest).items()} | columns)


def curve(figure: go.Figure, name: str) -> go.Scatter:
    return next(trace for trace in figure.data if trace.name == name and trace.showlegend)


STEPS = rows(
    family=["small", "small", "small", "other"],
    label=["small · step0", "small · step16", "small · step512", "other"],
    step=[0.0, 16.0, 512.0, np.nan],
    ratio=[np.nan, 1.2, 4.0, 17.0],
    low=[np.nan, 0.9, 2.0, 7.0],
    high=[np.nan, 1.6, 8.0, 40.0],
    run=["r0", "r16", "r512", "x"],
)


def test_an_undefined_ratio_is_a_cross_and_not_left_out() -> None:
    figure = over_steps(STEPS)
    line = curve(figure, "small")
    assert np.isnan(line.y[0])
    crosses = [trace for trace in figure.data if trace.marker.symbol == "x-thin"]
    assert len(crosses) == 1
    assert list(crosses[0].x) == [line.x[0]]
    assert crosses[0].text[0].startswith("not defined")


def test_an_infinite_and_a_zero_ratio_are_crosses_with_their_reason() -> None:
    figure = over_steps(STEPS.assign(ratio=[0.0, np.inf, 4.0, 17.0], low=np.nan, high=np.nan))
    texts = [list(trace.text) for trace in figure.data if trace.marker.symbol == "x-thin"]
    assert texts == [["no overlap within domains: 0", "no overlap across domains: infinite"]]


def test_the_ratio_has_a_log_axis_and_its_interval() -> None:
    figure = over_steps(STEPS)
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis2.type != "log"
    line = curve(figure, "small")
    assert list(line.error_y.array)[1:] == [1.6 - 1.2, 4.0]
    assert 10 ** figure.layout.yaxis.range[0] < 0.9
    assert 10 ** figure.layout.yaxis.range[1] > 40


def test_step_0_is_left_of_the_first_and_an_unknown_step_right_of_the_last() -> None:
    figure = over_steps(STEPS)
    places = list(curve(figure, "small").x)
    assert places == sorted(places)
    assert curve(figure, "other").x[0] > places[-1]


def test_a_run_of_unknown_step_is_a_point_without_a_line_to_the_others() -> None:
    figure = over_steps(STEPS.assign(family="small"))
    known, unknown = [
        trace for trace in figure.data if trace.name == "small" and trace.yaxis == "y"
    ]
    assert (len(known.x), len(unknown.x)) == (3, 1)
    assert (known.showlegend, unknown.showlegend) == (True, False)


def test_step_0_is_named_as_the_random_initialisation() -> None:
    figure = over_steps(STEPS)
    assert "random init" in figure.layout.xaxis2.ticktext[0]


def test_the_chosen_run_stands_out_and_a_point_leads_to_its_run() -> None:
    figure = over_steps(STEPS, selected="r16")
    halo = next(trace for trace in figure.data if trace.marker.size == 24 and len(trace.x))
    assert halo.y[0] == 1.2
    assert [row[0] for row in curve(figure, "small").customdata] == ["r0", "r16", "r512"]


def test_every_measure_has_a_panel_against_tau_for_the_run_and_its_control() -> None:
    points = rows(
        tau=[0.5, 0.6, 0.5, 0.6], label=["a", "a", "b", "b"], control=[False, False, True, True]
    )
    figure = over_tau(points, mark=0.6)
    assert {note.text for note in figure.layout.annotations} == {
        f"<b>{title}</b>" for title in TITLES.values()
    }
    assert curve(figure, "a").line.color != curve(figure, "b").line.color
    assert sum(trace.name == "a" for trace in figure.data) == len(TITLES)


def test_chance_is_drawn_for_the_two_scores_of_agreement_only() -> None:
    points = rows(tau=[0.5, 0.6], label=["a", "a"], control=[False, False])
    dotted = [
        list(t.y) for t in over_tau(points).data if t.mode == "lines" and t.line.dash == "dot"
    ]
    assert dotted == [[0.1, 0.1], [0.5, 0.5]]


def test_nothing_defined_anywhere_is_drawn_too() -> None:
    figure = over_steps(STEPS.assign(ratio=np.nan, low=np.nan, high=np.nan))
    assert np.isfinite(figure.layout.yaxis.range).all()
