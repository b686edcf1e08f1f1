"""No figure of this project loses a mark on its way into a file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer import figures
from explorer.figures import render
from explorer.figures.render.reading import numbers
from tests.figures.render.samples import FIGURES, NOT_WHOLE

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str, name: str) -> list[ElementTree.Element]:
    """Elements of a class."""
    return [e for e in ElementTree.fromstring(svg).iter() if e.get("class") == name]


def finite(trace: go.Scatter) -> int:
    """Points of a trace that have a place."""
    x, y = numbers(trace.to_plotly_json()["x"]), numbers(trace.to_plotly_json()["y"])
    return int((np.isfinite(x) & np.isfinite(y)).sum())


def test_every_function_that_makes_a_figure_is_sampled() -> None:
    names = set()
    for module in pkgutil.iter_modules(figures.__path__):
        if module.ispkg:
            continue
        loaded = importlib.import_module(f"explorer.figures.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            made_here = function.__module__ == loaded.__name__ and not name.startswith("_")
            if made_here and function.__annotations__.get("return") == "go.Figure":
                names.add(f"{module.name}.{name}")
    assert names - NOT_WHOLE == {name.split(" ")[0] for name in FIGURES}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", FIGURES)
def test_every_mark_line_fill_and_word_of_a_figure_is_drawn(name: str, dark: bool) -> None:
    figure = FIGURES[name]()
    svg = render.svg(figure, dark=dark)
    scatters = [trace for trace in figure.data if trace.type == "scatter"]
    points = dict.fromkeys(("markers", "text"), 0)
    for trace in scatters:
        for part in points:
            points[part] += finite(trace) if part in (trace.mode or "lines+markers") else 0
        if "text" in (trace.mode or "") and not isinstance(trace.text, str):
            points["text"] -= sum(word == "" for word in trace.text)
    filled = [trace for trace in scatters if trace.fill and finite(trace)]
    lines = [t for t in scatters if "lines" in t.mode and t.line.width != 0 and finite(t) > 1]
    assert len(drawn(svg, "point")) == points["markers"]
    assert len(drawn(svg, "word")) == points["text"]
    assert len(drawn(svg, "fill")) == len(filled)
    assert len(drawn(svg, "line")) == len(lines)
    assert len(drawn(svg, "shape")) == len(figure.layout.shapes)
    assert len(drawn(svg, "annotation")) == len(figure.layout.annotations)
    assert len(drawn(svg, "heatmap")) == sum(trace.type == "heatmap" for trace in figure.data)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_needs_nothing_but_its_file(name: str) -> None:
    svg = render.svg(FIGURES[name](), title="a title", alt="what it shows")
    root = ElementTree.fromstring(svg)
    assert [root.findtext(f"{SVG}{tag}") for tag in ("title", "desc")] == [
        "a title",
        "what it shows",
    ]
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if attribute.endswith("href"):
                assert value.startswith("data:image/png;base64,")
            assert "nan" not in value.lower().split(",")
    assert svg.count("http") == 1, "only the namespace of SVG"


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_file(name: str) -> None:
    assert render.svg(FIGURES[name]()) == render.svg(FIGURES[name]())


@pytest.mark.parametrize("width", [240, 390, 2000])
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_any_width_is_drawn(name: str, width: int) -> None:
    root = ElementTree.fromstring(render.svg(FIGURES[name](), width=width))
    assert root.get("width") == str(width)


@pytest.mark.parametrize("name", FIGURES)
def test_words_along_an_axis_do_not_touch(name: str) -> None:
    root = ElementTree.fromstring(render.svg(FIGURES[name]()))
    for axis in [e for e in root.iter() if (e.get("class") or "").startswith("axis y")]:
        ticks = [e for e in axis if e.get("class") == "tick"]
        places = sorted(float(tick.get("y", "nan")) for tick in ticks)
        size = float(ticks[0].get("font-size", "nan")) if ticks else 0.0
        assert all(np.diff(places) >= 0.95 * size)
