"""What an SVG says of a figure, and what it refuses to draw."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.figures import render, theme
from tests.figures.render.test_every_figure import drawn

pytestmark = pytest.mark.slow

ODD = 'a & b < c > d "e" \x00\x1b\ud800 é 日'
POINTS = {"x": [1, 2, 3], "y": [1, 4, 9], "mode": "lines+markers"}


def figure(*traces: dict[str, object], **layout: object) -> go.Figure:
    """A figure of scatter traces in the project's frame."""
    return theme.frame(go.Figure([{"type": "scatter", **t} for t in traces], layout), height=400)


def words(svg: str, name: str) -> list[str]:
    """Texts of elements of a class."""
    return ["".join(element.itertext()) for element in drawn(svg, name)]


def places(svg: str) -> np.ndarray:
    """Pixels of round marks, (n, 2)."""
    return np.array([[float(e.get(k, "nan")) for k in ("cx", "cy")] for e in drawn(svg, "point")])


@pytest.mark.parametrize(
    ("trace", "name"),
    [
        ({"type": "bar", "y": [1]}, "'bar'"),
        ({"x": [1], "y": [1], "fillpattern": {"shape": "/"}}, "'fillpattern.shape'"),
        (
            {"x": [1], "y": [1], "marker": {"gradient": {"type": "radial"}}},
            "'marker.gradient.type'",
        ),
        ({"x": [1], "y": [1], "mode": "markers", "marker": {"symbol": "hash"}}, "'hash'"),
        ({"x": [1, 2], "y": [1, 2], "mode": "lines", "line": {"shape": "spline"}}, "'spline'"),
        ({"x": [1, 2], "y": [1, 2], "fill": "tonexty"}, "'tonexty'"),
        ({"x": [1, 2], "y": [1, 2], "mode": "lines", "line": {"dash": "7px"}}, "'7px'"),
        ({"x": ["a", "b"], "y": [1, 2]}, "words"),
        ({"x": [1], "y": [1], "mode": "markers", "marker": {"color": "tomato"}}, "'tomato'"),
    ],
)
def test_a_trace_that_would_look_different_is_refused_by_name(
    trace: dict[str, object], name: str
) -> None:
    with pytest.raises(NotImplementedError, match=name):
        render.svg(figure(trace))


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        ({"xaxis": {"rangeslider": {"visible": True}}}, "'rangeslider.visible'"),
        ({"xaxis": {"type": "category"}}, "'category'"),
        ({"yaxis": {"type": "log"}}, "tickvals"),
        ({"annotations": [{"text": "here", "x": 1, "y": 1}]}, "arrows"),
        ({"shapes": [{"type": "circle", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]}, "'circle'"),
        ({"images": [{"source": "a.png"}]}, "'images'"),
        ({"polar": {"bgcolor": "#fff"}}, "'polar.bgcolor'"),
    ],
)
def test_a_layout_that_would_look_different_is_refused_by_name(
    layout: dict[str, object], name: str
) -> None:
    with pytest.raises(NotImplementedError, match=name):
        render.svg(figure(POINTS, **layout))


def test_answers_to_the_pointer_do_not_matter() -> None:
    pointed: dict[str, Any] = {
        "hovertemplate": "%{x}",
        "customdata": [[1]] * 3,
        "unselected": {},
        "uid": "a",
    }
    assert render.svg(figure({**POINTS, **pointed})) == render.svg(figure(POINTS))


def test_text_of_users_stays_text_everywhere() -> None:
    odd = theme.safe(ODD)
    trace = POINTS | {"name": odd, "showlegend": True, "mode": "markers+text", "text": odd}
    note = {"text": odd, "x": 1, "y": 1, "showarrow": False}
    axis = {"title": {"text": odd}, "tickvals": [1], "ticktext": [odd]}
    svg = render.svg(
        figure(trace, annotations=[note], xaxis=axis, title={"text": odd}), title=ODD, alt=ODD
    )
    seen = 'a & b < c > d "e"  é 日'
    for name, count in {
        "word": 3,
        "legend-text": 1,
        "annotation": 1,
        "tick": 1,
        "title": 1,
    }.items():
        assert words(svg, name).count(seen) == count, name
    assert ElementTree.fromstring(svg).get("aria-label") == seen


def test_plotly_s_markup_is_drawn_and_not_shown() -> None:
    text = 'N<sup>+</sup> of <b>bold</b><br>and <i>x</i> <span style="color:#ff0000">red</span>'
    svg = render.svg(figure(POINTS, title={"text": text}))
    assert words(svg, "title") == ["N+ of boldand x red"]
    (title,) = drawn(svg, "title")
    styles = {"".join(span.itertext()): span.attrib for span in title.iter() if "tspan" in span.tag}
    assert styles["bold"]["font-weight"] == "bold"
    assert styles["x"]["font-style"] == "italic"
    assert styles["red"]["fill"] == "#ff0000"
    assert float(styles["+"]["font-size"]) < float(title.get("font-size", "nan"))
    # The raised sign goes up, and what follows comes back down.
    assert float(styles["+"]["dy"]) == -float(styles[" of "]["dy"]) < 0


def test_given_ranges_place_points_and_log_axes_take_logarithms() -> None:
    axis = {"type": "log", "range": [0, 2], "tickvals": [1, 10, 100]}
    trace = {"x": [1, 10, 100, 0], "y": [0, 1, 2, 1], "mode": "markers"}
    svg = render.svg(figure(trace, xaxis=axis, yaxis={"range": [0, 2]}))
    points = places(svg)
    assert len(points) == 3, "0 has no place on a log axis"
    assert np.diff(points[:, 0]) == pytest.approx([np.ptp(points[:, 0]) / 2] * 2, abs=0.02)
    assert (np.diff(points[:, 1]) < 0).all()
    assert words(svg, "tick") == ["1", "10", "100", *(f"{k / 2:g}" for k in range(5))]


def test_marks_have_room_and_lines_alone_reach_the_sides() -> None:
    marked, bare = (render.svg(figure({**POINTS, "mode": mode})) for mode in ("markers", "lines"))
    (area,) = [e for e in ElementTree.fromstring(marked).iter() if e.tag.endswith("clipPath")]
    left, width = (float(area[0].get(key, "nan")) for key in ("x", "width"))
    assert places(marked)[:, 0].min() > left + 0.04 * width
    (line,) = drawn(bare, "line")
    first = float(line.get("d", "")[1:].split(",")[0])
    assert first == pytest.approx(left, abs=12)


def test_a_missing_value_is_a_gap() -> None:
    trace = {"x": [1, 2, 3, 4, 5], "y": [1, 2, None, 4, 5], "mode": "lines+markers"}
    svg = render.svg(figure(trace))
    (line,) = drawn(svg, "line")
    assert line.get("d", "").count("M") == 2
    assert len(drawn(svg, "point")) == 4


def test_entries_of_a_group_stand_together_and_traces_can_stay_out() -> None:
    named = [("a", "g"), ("b", None), ("c", "g"), ("hidden", None)]
    traces = [
        POINTS | {"name": name, "legendgroup": group, "showlegend": name != "hidden"}
        for name, group in named
    ]
    assert words(render.svg(figure(*traces)), "legend-text") == ["a", "c", "b"]
    assert words(render.svg(figure(POINTS | {"name": "alone"})), "legend-text") == []


def test_a_long_entry_of_the_legend_stays_in_a_narrow_picture() -> None:
    name = "a name of many words that is longer than a phone is wide " * 2
    svg = render.svg(figure(POINTS | {"name": name, "showlegend": True}), width=390)
    (entry,) = drawn(svg, "legend-text")
    assert len(list(entry)) >= 2, "lines after the first"
    assert words(svg, "legend-text")[0].replace(" ", "") == name.replace(" ", "")
    heights = [400 - place for place in places(svg)[:, 1]]
    assert min(heights) > len(list(entry)) * 14, "the plot area makes room"


def test_long_labels_move_the_plot_area_and_stay_in_the_picture() -> None:
    long = {"tickvals": [1, 9], "ticktext": ["a label that needs room", "b"]}
    wide, narrow = (render.svg(figure(POINTS, yaxis=axis)) for axis in (long, {}))
    assert places(wide)[0, 0] > places(narrow)[0, 0] + 50
    tick = next(e for e in drawn(wide, "tick") if "room" in "".join(e.itertext()))
    assert float(tick.get("x", "nan")) > len("a label that needs room") * 5


def test_crowded_labels_below_an_axis_are_turned() -> None:
    axis = {"tickvals": [1, 2, 3], "ticktext": ["a word that is long"] * 3}
    upright = render.svg(figure(POINTS, xaxis=axis), width=960)
    turned = render.svg(figure(POINTS, xaxis=axis), width=300)
    assert "rotate(0" not in upright
    assert not any(e.get("transform") for e in drawn(upright, "tick"))
    assert sum(bool(e.get("transform")) for e in drawn(turned, "tick")) == 3


def test_dark_and_light_differ_in_ink_and_paper_alone() -> None:
    light, dark = (render.svg(figure(POINTS), dark=dark) for dark in (False, True))
    for mode, svg in ((False, light), (True, dark)):
        assert theme.INK[mode] in svg
        assert theme.BACKGROUND[mode] in svg
    assert (
        light.replace(theme.INK[False], theme.INK[True]).replace(
            theme.BACKGROUND[False], theme.BACKGROUND[True]
        )
        == dark
    )


def test_cells_without_a_value_are_clear_and_the_others_have_their_colour() -> None:
    heat = go.Heatmap(
        z=[[0, np.nan], [1, 0.5]],
        zmin=0,
        zmax=1,
        colorscale=[[0, "#000000"], [1, "#ff0000"]],
        showscale=False,
    )
    colours = _pixels(render.svg(theme.frame(go.Figure(heat), height=400)))
    # The first row is at the bottom.
    assert [colours[-1, 0].tolist(), colours[0, 0].tolist()] == [[0, 0, 0, 255], [255, 0, 0, 255]]
    assert colours[-1, -1][3] == 0
    assert colours[0, -1].tolist() == [128, 0, 0, 255]


def _pixels(svg: str) -> np.ndarray:
    """The picture in an SVG, (rows, columns, 4)."""
    import base64
    import io

    from PIL import Image

    (picture,) = [e for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("image")]
    data = base64.b64decode(picture.get("href", "").split(",")[1])
    return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))
