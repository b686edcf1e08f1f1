"""An exhibit as a file: a picture, a page, or its data."""

from __future__ import annotations

import html
import json
import math
from typing import Any, Literal

import plotly.graph_objects as go

from explorer import __version__
from explorer.exhibits.exhibit import Exhibit, Table
from explorer.figures import render
from explorer.figures.domains import network_figure

Format = Literal["svg", "png", "html", "csv", "json"]
FORMATS: tuple[Format, ...] = ("svg", "png", "html", "csv", "json")
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2rem auto; padding: 0 1rem }
figcaption, .note { color: #57606a; font-size: 14px } figure { margin: 0 }
table { border-collapse: collapse } th, td { padding: .25rem .75rem; text-align: left }
tr { border-bottom: 1px solid #d0d7de }
@media (prefers-color-scheme: dark) { body { background: #0e1117; color: #e8ecf1 } }
"""


def export(exhibit: Exhibit, form: Format, *, dark: bool = False, width: int = 960) -> bytes:
    """The exhibit as the content of a file.

    width: of a picture, in pixels. Nothing is fetched: neither a browser nor a network
    is needed.
    """
    if form == "csv":
        return exhibit.data.to_csv(index=False).encode()
    if form == "json":
        return json.dumps(record(exhibit), ensure_ascii=False, allow_nan=False).encode()
    if form == "html":
        return _page(exhibit, dark).encode()
    picture = svg(exhibit, dark=dark, width=width)
    return picture.encode() if form == "svg" else render.png(picture)


def svg(exhibit: Exhibit, *, dark: bool = False, width: int = 960) -> str:
    """The exhibit as an SVG picture."""
    if exhibit.table is not None and _is_table(exhibit):
        columns, rows = _texts(exhibit.table)
        return render.table_svg(columns, rows, dark=dark)
    return render.svg(_drawn(exhibit), dark=dark, width=width, title=exhibit.title, alt=exhibit.alt)


def record(exhibit: Exhibit) -> dict[str, Any]:
    """The exhibit as plain values: what it says and the data behind it.

    Numbers that are not there are None.
    """
    rows = exhibit.data.to_dict("records")
    return {
        "name": exhibit.name,
        "title": exhibit.title,
        "caption": exhibit.caption,
        "alt": exhibit.alt,
        "lead": exhibit.lead,
        "notes": list(exhibit.notes),
        "program": __version__,
        "columns": [str(column) for column in exhibit.data.columns],
        "data": [{str(name): _plain(value) for name, value in row.items()} for row in rows],
    }


def fragment(exhibit: Exhibit) -> str:
    """The exhibit as a piece of HTML that needs no script: picture or table, caption, notes."""
    body = _table(exhibit.table) if _is_table(exhibit) else svg(exhibit)
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in exhibit.notes)
    return f"<figure>{body}<figcaption>{html.escape(exhibit.caption)}</figcaption></figure>{notes}"


def _drawn(exhibit: Exhibit) -> go.Figure:
    if exhibit.network is not None:
        return network_figure(exhibit.network.data)
    assert exhibit.figure is not None
    return exhibit.figure


def _page(exhibit: Exhibit, dark: bool) -> str:
    caption = html.escape(exhibit.caption)
    if _is_table(exhibit):
        body = fragment(exhibit)
    else:
        drawn = render.html(_drawn(exhibit), dark=dark, title=exhibit.title, alt=exhibit.alt)
        body = f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>"
    title = html.escape(exhibit.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1>{body}</body></html>"
    )


def _is_table(exhibit: Exhibit) -> bool:
    """Whether the table is what is shown, not what goes with a picture."""
    return exhibit.figure is None and exhibit.network is None


def _texts(table: Table) -> tuple[list[str], list[list[str]]]:
    spelled = table.spelled
    return [str(label) for label in spelled.columns], spelled.astype(str).to_numpy().tolist()


def _table(table: Table | None) -> str:
    assert table is not None
    labels, texts = _texts(table)
    head = "".join(f"<th>{html.escape(label)}</th>" for label in labels)
    rows = ("".join(f"<td>{html.escape(text)}</td>" for text in row) for row in texts)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
