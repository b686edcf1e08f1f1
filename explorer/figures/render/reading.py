"""A figure as plain values, and a refusal of what this package cannot draw."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures import theme

_FONT = {"size", "color", "family"}
_DRAWN = {
    "scatter": {
        *("type", "mode", "x", "y", "xaxis", "yaxis", "name", "showlegend", "legendgroup"),
        *("visible", "opacity", "cliponaxis", "fill", "fillcolor", "connectgaps"),
        *(f"line.{name}" for name in ("color", "width", "dash", "shape")),
        *(f"marker.{name}" for name in ("color", "size", "symbol", "opacity")),
        *("marker.line.color", "marker.line.width"),
        *(
            f"error_{axis}.{name}"
            for axis in "xy"
            for name in ("array", "arrayminus", "symmetric", "color", "thickness", "width")
        ),
        *("error_x.type", "error_y.type", "error_x.visible", "error_y.visible"),
        *("text", "textposition", *(f"textfont.{name}" for name in _FONT)),
        "textfont.shadow",
    },
    "heatmap": {
        *("type", "z", "zmin", "zmax", "colorscale", "xaxis", "yaxis", "visible", "showscale"),
        *("name", "showlegend"),
        *(
            f"colorbar.{name}"
            for name in (
                *("orientation", "thickness", "outlinewidth", "nticks", "tickformat"),
                *("x", "y", "xanchor", "yanchor", "len", "title.text", "title.side"),
            )
        ),
    },
    "axis": {
        *("anchor", "autorange", "automargin", "color", "domain", "dtick", "fixedrange"),
        *("gridcolor", "linecolor", "linewidth", "matches", "nticks", "range", "rangemode"),
        *("showgrid", "showline", "showticklabels", "side", "tickangle", "tickformat"),
        "scaleanchor",
        *("tickmode", "ticktext", "tickvals", "type", "visible", "zeroline"),
        *("zerolinecolor", "zerolinewidth"),
        *(f"tickfont.{name}" for name in _FONT),
        *("title.text", *(f"title.font.{name}" for name in _FONT)),
    },
    "layout": {
        *("height", "width", "showlegend", "paper_bgcolor", "plot_bgcolor", "colorway"),
        *(f"font.{name}" for name in _FONT),
        *(f"margin.{side}" for side in "ltrb"),
        *(
            f"legend.{name}"
            for name in (
                *("orientation", "x", "y", "xref", "yref", "xanchor", "yanchor"),
                *("traceorder", *(f"font.{name}" for name in _FONT)),
            )
        ),
        *("title.text", *(f"title.{n}" for n in ("x", "y", "xanchor", "yanchor", "xref", "yref"))),
        *("title.pad.t", "title.pad.l", "title.subtitle.text"),
        *(f"title.font.{name}" for name in _FONT),
        *(f"title.subtitle.font.{name}" for name in _FONT),
    },
    "annotation": {
        *("text", "x", "y", "xref", "yref", "xanchor", "yanchor", "xshift", "yshift"),
        *("showarrow", "textangle", "visible", *(f"font.{name}" for name in _FONT)),
    },
    "shape": {
        *("type", "x0", "x1", "y0", "y1", "xref", "yref", "fillcolor", "opacity", "layer"),
        *("visible", *(f"line.{name}" for name in ("color", "width", "dash"))),
    },
}
_NO_EFFECT = re.compile(
    r"(hover\w*|customdata|unselected|selected|selectedpoints|uid|uirevision|ids|meta|template"
    r"|dragmode|selectdirection|clickmode|newshape|modebar|transition|autosize|legend\.item\w*"
    r"|updatemenus|sliders)(\..*)?"
)
"""What a picture does not show: answers to a pointer."""


@dataclass(frozen=True)
class Drawing:
    """A figure with its template applied."""

    traces: list[dict[str, Any]]
    axes: dict[str, dict[str, Any]]
    """Name in traces ("x", "y2") → its layout."""
    layout: dict[str, Any]

    @property
    def ink(self) -> str:
        """Colour of text."""
        return str(self.layout["font"]["color"])

    @property
    def font_size(self) -> float:
        """Size of text, in pixels."""
        return float(self.layout["font"]["size"])


def read_figure(figure: go.Figure, *, dark: bool) -> Drawing:
    """The figure's values under the template of light or dark pages.

    Raises NotImplementedError for a trace type or a property that would change the
    picture and is not drawn.
    """
    template = theme.template(dark).layout.to_plotly_json()
    axes_of_template = {letter: template.pop(f"{letter}axis") for letter in "xy"}
    layout = _merged(template, figure.layout.to_plotly_json())
    axes = {}
    for name in [key for key in layout if re.fullmatch(r"[xy]axis\d*", key)]:
        _check("axis", layout[name], name)
        axes[name.replace("axis", "")] = layout.pop(name)
    traces = [trace.to_plotly_json() for trace in figure.data]
    for number, trace in enumerate(traces):
        _check_trace(trace, number)
    named = {trace.get(f"{letter}axis", letter) for trace in traces for letter in "xy"}
    axes = {
        name: _merged(axes_of_template[name[0]], axes.get(name, {}))
        for name in sorted({*named, *axes})
    }
    for part in ("annotation", "shape"):
        for value in layout.get(f"{part}s", ()):
            _check(part, value, f"layout.{part}s")
    rest = {key: value for key, value in layout.items() if key not in ("annotations", "shapes")}
    _check("layout", rest, "layout")
    return Drawing(traces, axes, layout)


def _check_trace(trace: dict[str, Any], number: int) -> None:
    kind = str(trace.get("type", "scatter"))
    if kind not in ("scatter", "heatmap"):
        raise NotImplementedError(f"Traces of type {kind!r} are not drawn (trace {number}).")
    _check(kind, trace, f"{kind} of trace {number}")


def _check(part: str, values: Mapping[str, Any], where: str) -> None:
    for path in _paths(values):
        if path not in _DRAWN[part] and not _NO_EFFECT.fullmatch(path):
            raise NotImplementedError(f"The property {path!r} of {where} is not drawn.")


def _paths(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping) and "bdata" not in value:
            yield from _paths(value, f"{before}{name}.")
        elif value is not None:
            yield before + name


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[name] = _merged(below, value) if both else value  # type: ignore[arg-type]
    return merged


def numbers(values: Any) -> np.ndarray:
    """A list or an array of a trace as floats; what is missing is NaN.

    Raises NotImplementedError for words and dates, which would need an axis of
    categories.
    """
    if isinstance(values, Mapping):
        coded = np.frombuffer(base64.b64decode(values["bdata"]), np.dtype(values["dtype"]))
        shape = values.get("shape")
        values = coded.reshape([int(n) for n in str(shape).split(",")]) if shape else coded
    try:
        return np.array(values if values is not None else [], float)
    except (TypeError, ValueError):
        raise NotImplementedError("Only numbers are drawn on axes, not words or dates.") from None
