"""Significance, loss, differences, thresholds and partial ρ as they are drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from explorer.figures.alignment import over_checkpoints
from explorer.figures.axes import step_axis
from explorer.figures.differences import differences
from explorer.figures.partial import raw_and_partial
from explorer.figures.theme import PALETTE, REPRESENTATIONS
from explorer.figures.threshold import by_threshold
from tests.figures.test_alignment import NAN, marked, points


def test_open_marks_are_those_that_do_not_differ_from_0() -> None:
    table = points({"a": [0, 8, 64]}).assign(p_holm=lambda t: np.where(t["step"] < 8, 0.2, 0.01))
    figure = over_checkpoints(table)
    for trace in marked(figure):
        assert list(trace.marker.symbol) == ["circle-open", "circle", "circle"]
    assert any("does not differ from 0" in (trace.name or "") for trace in figure.data)


def test_a_figure_of_clear_points_has_no_legend_for_open_marks() -> None:
    figure = over_checkpoints(points({"a": [0, 8, 64]}, p_holm=0.001))
    assert not any("does not differ" in (trace.name or "") for trace in figure.data)


def test_loss_lies_beneath_on_the_same_axis() -> None:
    table = points({"a": [0, 8, 64], "b": [0, 8, 64], "c": [NAN]})
    table["held_out_loss"] = np.where(table["family"] == "c", NAN, 9 - table["step"] / 32)
    figure = over_checkpoints(table)
    losses = [trace for trace in figure.data if (trace.name or "").startswith("held-out loss")]
    assert [trace.name for trace in losses] == ["held-out loss · a", "held-out loss · b"]
    assert list(losses[0].y) == [9, 8.75, 7]
    assert losses[0].line.dash != losses[1].line.dash
    assert losses[0].xaxis == "x4"
    assert figure.layout.xaxis.matches == "x4"
    rho = next(trace for trace in marked(figure) if trace.customdata[0][1] == "word embedding")
    assert list(losses[0].x) == list(rho.x)


def test_a_click_on_a_loss_chooses_the_run_alone() -> None:
    table = points({"a": [0, 8, 64]}, held_out_loss=3.0)
    loss = next(
        trace for trace in over_checkpoints(table).data if (trace.name or "").startswith("held-out")
    )
    assert [list(custom[:2]) for custom in loss.customdata] == [
        [f"a-{step}", None] for step in (0, 8, 64)
    ]


def test_a_model_without_steps_comes_last_and_takes_less_room() -> None:
    figure = over_checkpoints(points({"released": [0, NAN], "trained": [0, 8, 64, 512]}))
    assert [a.text for a in figure.layout.annotations] == ["<b>trained</b>", "<b>released</b>"]
    tall, short = (np.ptp(figure.layout[axis].domain) for axis in ("yaxis", "yaxis2"))
    assert tall > short
    ticks = dict(zip(figure.layout.xaxis.ticktext, figure.layout.xaxis.tickvals, strict=True))
    assert (ticks["512"] - ticks["8"]) / (ticks["final"] - ticks["0<br>random init"]) > 0.5


def test_models_in_one_panel_do_not_cover_each_other() -> None:
    figure = over_checkpoints(points({"a": [0, 8, 64], "b": [0, 8, 64]}), panels="representation")
    a, b = (t for t in marked(figure) if t.customdata[0][1] == "experts")
    assert not set(a.x) & set(b.x)
    legend = [trace.name for trace in figure.data if trace.showlegend and trace.name]
    assert legend == ["a", "b"]


def test_the_permutation_p_is_in_the_hover() -> None:
    figure = over_checkpoints(points({"a": [0, 8]}, null_low=-0.1, null_high=0.1, null_p=0.02))
    assert all("p of shuffled words = 0.020" in trace.customdata[0][8] for trace in marked(figure))


def test_labels_of_crowded_steps_give_way_and_the_last_stays() -> None:
    axis = step_axis([0, *(16 * 2.0**k for k in range(9)), 4882, NAN])
    texts = [text for _, text in axis.ticks]
    assert texts == ["0<br>random init", "final", "16", "64", "256", "1.02k", "4.88k"]


def delta_table(**extra: object) -> pd.DataFrame:
    rows = [
        {
            "group": group,
            "step": step,
            "representation": kind,
            "checkpoint": f"{group} · step{step}",
            "comparison": f"experts − {kind}",
        }
        for group in ("<b>x</b>", "y")
        for step in (0.0, 8.0, NAN)
        for kind in REPRESENTATIONS[1:]
    ]
    values = {"delta": 0.1, "low": -0.1, "high": 0.3, "p": 0.2, "p_holm": 0.4, "n": 30}
    return pd.DataFrame(rows).assign(**values, **extra)


def test_differences_have_a_panel_a_group_and_the_colours_of_representations() -> None:
    figure = differences(delta_table())
    assert [a.text for a in figure.layout.annotations] == [
        "<b>&lt;b&gt;x&lt;/b&gt;</b>",
        "<b>y</b>",
    ]
    traces = marked(figure)
    assert len(traces) == 4
    assert {trace.line.color for trace in traces} == {PALETTE[kind] for kind in REPRESENTATIONS[1:]}
    assert list(traces[0].error_y.array) == pytest.approx([0.2] * 3)
    assert set(traces[0].marker.symbol) == {"circle-open"}
    names = {trace.name for trace in figure.data if trace.showlegend}
    assert names >= {"experts − word embedding", "open: Δρ does not differ from 0 (Holm)"}


def test_an_undefined_difference_is_a_gap() -> None:
    table = delta_table()
    table.loc[:, ["delta", "low", "high", "p", "p_holm"]] = NAN
    assert np.isfinite(differences(table).layout.yaxis.range).all()


def test_thresholds_show_rho_and_the_share_of_empty_sets() -> None:
    taus = [0.5, 0.7, 0.9]
    rows = {
        "tau": taus,
        "rho": [0.6, 0.5, NAN],
        "low": [0.5, 0.4, NAN],
        "high": [0.7, 0.6, NAN],
        "n": 30,
    }
    table = pd.concat(
        [
            pd.DataFrame(rows).assign(label=label, empty=[0.0, 0.2, 1.0])
            for label in ("trained", "<i>untrained")
        ]
    )
    figure = by_threshold(table, tau=0.7)
    lines = [trace for trace in figure.data if trace.fill is None]
    assert [trace.line.dash for trace in lines] == ["solid", "solid", "dot", "dot"]
    assert list(lines[1].y) == [0.0, 0.2, 1.0]
    assert lines[1].yaxis == "y2"
    assert "<i>" not in "".join(str(trace.name) for trace in figure.data)
    assert len(figure.layout.shapes) == 1


def test_a_dumbbell_goes_from_raw_to_partial_in_the_colour_of_the_representation() -> None:
    rows = [
        {
            "label": label,
            "representation": kind,
            "rho": 0.6,
            "low": 0.5,
            "high": 0.7,
            "p": 0.001,
            "n": 30,
        }
        | (
            {
                "partial": 0.4,
                "partial_low": 0.3,
                "partial_high": 0.5,
                "partial_p": 0.01,
                "p_holm": 0.2,
            }
            if kind in REPRESENTATIONS
            else dict.fromkeys(
                ("partial", "partial_low", "partial_high", "partial_p", "p_holm"), NAN
            )
        )
        for label in ("a", "b")
        for kind in (*REPRESENTATIONS, "shared words alone")
    ]
    figure = raw_and_partial(pd.DataFrame(rows), ["a", "b"])
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert len(lines) == 6
    assert all(list(line.x) == [0.6, 0.4] for line in lines)
    assert {line.line.color for line in lines} == {PALETTE[kind] for kind in REPRESENTATIONS}
    assert list(figure.layout.yaxis.ticktext) == [*REPRESENTATIONS, "shared words alone"] * 2
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert sorted(names) == [
        "open: ρ does not differ from 0 (Holm)",
        "raw ρ",
        "ρ given shared words",
    ]
    heights = [
        trace.y[0] for trace in figure.data if trace.mode == "markers" and trace.y[0] is not None
    ]
    assert len(set(heights)) == len(heights)
