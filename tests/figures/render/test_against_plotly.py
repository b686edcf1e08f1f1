"""Our files against plotly.js in a browser: the same marks at the same places."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
import streamlit as st
from playwright.sync_api import Browser, Page
from plotly.offline import get_plotlyjs
from streamlit.testing.v1 import AppTest

from explorer.core.settings import PROJECT
from explorer.figures import render, theme
from explorer.figures.render.arrange import arrange
from explorer.figures.render.axis import Axis
from explorer.figures.render.reading import read_figure
from tests.figures.render.samples import FIGURES
from tests.figures.render.test_every_figure import drawn
from tests.figures.render.test_svg import words

pytestmark = pytest.mark.browser

WIDTH = 960
SHIFT = 0.003
"""Share of the plot area by which a point may stand elsewhere: an axis without a given
range keeps pixels free, and its length differs by a few.
"""
SHIFT_TO_SCALE = 0.01
"""The same where one axis is drawn to the scale of the other."""
SIDES = {"left": 16, "right": 16, "bottom": 24, "top": 60}
"""Pixels by which a side of the plot area may: plotly leaves more room above a colour
bar, and breaks rows of a legend elsewhere.
"""
PAGES = (
    ("overview", ""),
    ("alignment", "Checkpoints"),
    ("alignment", "Word pairs"),
    ("alignment", "What could undo it"),
    ("domains", "Matrix"),
    ("domains", "Over τ"),
    ("domains", "Over training"),
    ("stability", ""),
    ("probe_sets", ""),
)
"""Pages and their sections."""
_LOOK = """async (figure) => {
  await Plotly.newPlot('figure', figure.data, figure.layout, {staticPlot: true});
  const all = document.getElementById('figure')._fullLayout, axes = {}, traces = {};
  for (const name of Object.keys(all).filter((key) => /^[xy]axis\\d*$/.test(key))) {
    const axis = all[name];
    axes[name.replace('axis', '')] = {
      from: axis._offset, length: axis._length,
      ticks: axis.visible && axis.showticklabels ? axis._vals.map((tick) => tick.text) : [],
    };
  }
  const number = /-?[\\d.]+(?:e-?\\d+)?/g;
  const place = (point) => point.getAttribute('transform').match(number).map(Number);
  for (const group of document.querySelectorAll('.scatterlayer > .trace')) {
    traces[group.__data__[0].trace.index] = {
      points: [...group.querySelectorAll('.point')].map(place),
      line: !!group.querySelector('.js-line'), fill: !!group.querySelector('.js-fill'),
      words: group.querySelectorAll('.textpoint').length,
      bars: group.querySelectorAll('.errorbar').length,
    };
  }
  const legend = [...document.querySelectorAll('.legendtext')].map((text) => text.textContent);
  return {axes, traces, legend};
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page with plotly.js and the typeface of the pages, at the address of
    nowhere.
    """
    font = resources.files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf"
    coded = base64.b64encode(font.read_bytes()).decode()
    source = f"url(data:font/ttf;base64,{coded})"
    style = f"@font-face{{font-family:'Source Sans';font-weight:200 900;src:{source}}}"
    opened = browser.new_page(viewport={"width": WIDTH + 40, "height": 1400})
    opened.set_content(
        f"<style>{style} body {{font-family: 'Source Sans'}}</style>a<b>b</b>"
        "<div id='figure'></div>"
    )
    opened.add_script_tag(content=get_plotlyjs())
    opened.evaluate("document.fonts.ready.then(() => true)")
    yield opened
    opened.close()


def bundled(name: str, section: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, go.Figure]:
    """The figures that a page draws of the bundled study."""
    shown: dict[str, go.Figure] = {}

    def catch(figure: go.Figure, *, key: str, **_: object) -> None:
        shown[key] = figure

    monkeypatch.setattr(st, "plotly_chart", catch)
    app = AppTest.from_file(str(PROJECT / "explorer/ui/main.py"), default_timeout=120)
    if name != "overview":
        app.switch_page(f"../../pages/{name}.py")
    if section:
        app.query_params["section"] = section
    app.run()
    assert shown
    return shown


def compare(figure: go.Figure, page: Page) -> None:
    """Assert that plotly.js draws what our SVG draws, where it draws it."""
    styled = go.Figure(figure).update_layout(template=theme.template(False), width=WIDTH)
    theirs = page.evaluate(_LOOK, json.loads(styled.to_json()))
    svg = render.svg(figure, width=WIDTH)
    drawing = read_figure(figure, dark=False)
    height = float(figure.layout.height or 450)
    placed = arrange(drawing, ["#000000"] * len(drawing.traces), float(WIDTH), height)
    for name, axis in placed.axes.items():
        assert _ticks(axis, placed.labels[name]) == sorted(theirs["axes"][name]["ticks"]), name
        start, end = axis.span
        other = theirs["axes"][name]
        sides = ("left", "right") if axis.letter == "x" else ("top", "bottom")
        moved = (start - other["from"], end - other["from"] - other["length"])
        ends = list(zip(sides, moved, strict=True))
        assert all(abs(distance) <= SIDES[side] for side, distance in ends), (name, ends)
    ours = iter(drawn(svg, "trace"))
    for number, trace in enumerate(drawing.traces):
        if trace.get("type", "scatter") == "scatter":
            _compare_trace(trace, next(ours), theirs["traces"].get(str(number)), placed.axes)
    assert words(svg, "legend-text") == theirs["legend"]
    _compare_places(drawing.traces, svg, theirs, placed.axes)


def _ticks(axis: Axis, labels: Any) -> list[str]:
    return sorted(tick.text for tick in labels.ticks) if labels.shown else []


def _compare_trace(trace: dict[str, Any], ours: Any, theirs: Any, axes: dict[str, Axis]) -> None:
    """The same parts."""
    classes = [element.get("class") for element in ours.iter()]
    parts = theirs or {"points": [], "line": False, "fill": False, "words": 0, "bars": 0}
    assert classes.count("point") == len(parts["points"])
    assert classes.count("word") == parts["words"]
    for name in ("fill", "line"):
        # plotly makes an empty path for a key of the legend.
        if name in classes or len(parts["points"]) > 1:
            assert (name in classes) == parts[name], trace.get("name")
    assert ("bar" in classes) == (parts["bars"] > 0)


def _compare_places(
    traces: list[dict[str, Any]], svg: str, theirs: Any, axes: dict[str, Axis]
) -> None:
    """Points, as shares of their axes."""
    groups = iter(drawn(svg, "trace"))
    for number, trace in enumerate(traces):
        if trace.get("type", "scatter") != "scatter":
            continue
        ours = [_place(e) for e in next(groups).iter() if e.get("class") == "point"]
        if not ours:
            continue
        names = [trace.get(f"{letter}axis", letter) for letter in "xy"]
        low = np.array([axes[name].span[0] for name in names])
        length = np.array([axes[name].length for name in names])
        full = np.array([theirs["axes"][name]["length"] for name in names])
        their_places = np.array(theirs["traces"][str(number)]["points"]) / full
        shift = SHIFT_TO_SCALE if axes[names[1]].spec.get("scaleanchor") else SHIFT
        np.testing.assert_allclose((np.array(ours) - low) / length, their_places, atol=shift)


def _place(mark: Any) -> tuple[float, float]:
    if mark.get("cx") is not None:
        return float(mark.get("cx")), float(mark.get("cy"))
    x, y = mark.get("transform").removeprefix("translate(").removesuffix(")").split()
    return float(x), float(y)


@pytest.mark.parametrize(("name", "section"), PAGES)
def test_the_figures_of_a_page_are_those_of_plotly(
    name: str, section: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    for figure in bundled(name, section, monkeypatch).values():
        compare(figure, page)


# Plotly keeps room for the slider of a film, a picture has none.
@pytest.mark.parametrize("name", [name for name in FIGURES if not name.startswith("film.playing")])
def test_a_figure_of_every_kind_is_that_of_plotly(name: str, page: Page) -> None:
    compare(FIGURES[name](), page)
