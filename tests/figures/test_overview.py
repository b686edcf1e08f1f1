"""The headline figure draws what was measured, and says what it draws."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from explorer.figures.overview import headline
from explorer.figures.theme import PALETTE, REPRESENTATIONS


def _points(*weights: str, label: str = "some-model") -> pd.DataFrame:
    rows = [
        {
            "weights": kind,
            "label": label,
            "representation": name,
            "rho": rho,
            "low": rho - 0.1,
            "high": rho + 0.2,
            "n": 1302,
        }
        for kind, sign in zip(weights, (1, -1), strict=False)
        for name, rho in zip(REPRESENTATIONS, (sign * 0.6, sign * 0.3, sign * 0.5), strict=True)
    ]
    return pd.DataFrame(rows)


def _marks(figure):
    return {trace.name: trace for trace in figure.data if trace.y[0] is not None}


def test_each_mark_stands_at_its_rho_with_its_interval() -> None:
    marks = _marks(headline(_points("trained", "untrained")))
    assert len(marks) == 6
    mark = marks["word embedding, untrained"]
    assert mark.y == (-0.3,)
    assert (
        mark.y[0] + mark.error_y.array[0],
        mark.y[0] - mark.error_y.arrayminus[0],
    ) == pytest.approx((-0.1, -0.4))
    assert mark.text[0].strip() == "−0.30"
    assert mark.customdata[0] == ["some-model", "−0.40", "−0.10", 1302]


def test_trained_stands_left_of_untrained_in_the_same_colour_and_another_symbol() -> None:
    marks = _marks(headline(_points("trained", "untrained")))
    for name in REPRESENTATIONS:
        trained, untrained = marks[f"{name}, trained"], marks[f"{name}, untrained"]
        assert trained.x[0] < untrained.x[0]
        assert trained.marker.color == untrained.marker.color == PALETTE[name]
        assert trained.marker.symbol != untrained.marker.symbol


def test_a_run_without_control_has_neither_shift_nor_legend() -> None:
    figure = headline(_points("trained"))
    assert [trace.x[0] for trace in figure.data] == [0, 1, 2]
    assert not any(trace.showlegend for trace in figure.data)


def test_the_axis_holds_every_interval_and_the_ceiling() -> None:
    low, high = headline(_points("trained", "untrained")).layout.yaxis.range
    assert low < -0.7
    assert high > 0.8
    figure = headline(_points("trained"), ceiling=(0.84, "published"))
    assert figure.layout.yaxis.range[1] >= 1
    assert figure.layout.shapes[0].y0 == 0.84
    assert figure.layout.annotations[0].text == "human ceiling 0.84 (published)"


def test_a_representation_without_a_value_leaves_the_others_standing() -> None:
    points = _points("trained")
    points.loc[1, ["rho", "low", "high"]] = math.nan
    figure = headline(points)
    assert figure.data[1].text[0].strip() == "–"
    assert all(math.isfinite(end) for end in figure.layout.yaxis.range)
    assert '"y":[null]' in figure.to_json()


def test_labels_from_users_data_are_escaped() -> None:
    points = _points("trained", label="<b>bold</b>")
    assert headline(points).data[0].customdata[0][0] == "&lt;b&gt;bold&lt;/b&gt;"


def test_figures_of_the_same_numbers_are_equal_and_each_its_own() -> None:
    one, other = (headline(_points("trained", "untrained")) for _ in range(2))
    whole = other.to_json()
    assert one.to_json() == whole
    one.update_layout(height=100)
    one.data[0].marker.size = 1
    assert other.to_json() == whole
    assert headline(_points("trained", "untrained")).to_json() == whole
    assert headline(_points("trained", "untrained", label="other")).to_json() != whole
