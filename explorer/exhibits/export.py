"""An exhibit as a file: a picture, a page, or its data."""

from __future__ import annotations

import contextlib
import html
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from explorer import __version__
from explorer.core.errors import InputError, ResourceError
from explorer.figures import render, tokens
from explorer.figures.domains import network_figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.exhibits.exhibit import Exhibit, Table, Tokens

Format = Literal["svg", "png", "html", "csv", "json"]
_CALCULATED = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS: tuple[Format, ...] = ("svg", "png", "html", "csv", "json")


def export(exhibit: Exhibit, form: Format, *, dark: bool = False, width: int = 960) -> bytes:
    """The exhibit as the content of a file.

    width: of a picture, in pixels. Nothing is fetched: neither a browser nor a network
    is needed.
    """
    if form == "csv":
        return csv_text(exhibit.data).encode()
    if form == "json":
        return json.dumps(record(exhibit), ensure_ascii=False, allow_nan=False).encode()
    if form == "html":
        return _page(exhibit, dark, width).encode()
    picture = svg(exhibit, dark=dark, width=width)
    return picture.encode() if form == "svg" else render.png(picture)


def csv_text(table: pd.DataFrame, separator: str = ",") -> str:
    """A table as CSV that a spreadsheet takes for what it is.

    A text that such a program would calculate (it begins with =, +, -, @, a tab or a
    line break) gets an apostrophe before it, which these programs hide.
    """
    guarded = table.copy(deep=False)
    for place, kind in enumerate(table.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            guarded.isetitem(place, table.iloc[:, place].map(_guarded))
    return str(guarded.to_csv(index=False, sep=separator))


def _guarded(value: Any) -> Any:
    calculated = isinstance(value, str) and value.startswith(_CALCULATED)
    return f"'{value}" if calculated else value


def format_of(path: str) -> Format:
    """The format that the ending of a file's name says. Raises InputError."""
    ending = Path(path).suffix.lstrip(".").lower()
    for form in FORMATS:
        if ending == form:
            return form
    raise InputError(
        f"“{path}” has an ending that names no format.", f"Known: {', '.join(FORMATS)}."
    )


def save(
    exhibit: Exhibit, path: Path, form: Format, *, dark: bool = False, width: int = 960
) -> None:
    """Write an exhibit to a file, whole or not at all. Raises ResourceError."""
    content = export(exhibit, form, dark=dark, width=width)
    scratch = path.with_name(f".{path.name}.writing")
    try:
        scratch.write_bytes(content)
        scratch.replace(path)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError, ValueError):
            scratch.unlink(missing_ok=True)
        why = getattr(error, "strerror", None) or error
        raise ResourceError(f"{path} cannot be written: {why}.", "Give another file.") from error


def svg(exhibit: Exhibit, *, dark: bool = False, width: int = 960) -> str:
    """The exhibit as an SVG picture. Raises InputError for shaded sentences, which are
    text.
    """
    if exhibit.tokens is not None:
        raise InputError(
            f"“{exhibit.name}” is text, not a picture.", "Ask for html, csv or json instead."
        )
    if exhibit.table is not None and not exhibit.drawn:
        columns, rows = _texts(exhibit.table)
        return render.table_svg(columns, rows, dark=dark)
    figure = drawn_figure(exhibit)
    assert figure is not None
    return render.svg(figure, dark=dark, width=width, title=exhibit.title, alt=exhibit.alt)


def drawn_figure(exhibit: Exhibit) -> go.Figure | None:
    """Its figure, a network as one; None for a table and for sentences."""
    return exhibit.figure if exhibit.network is None else network_figure(exhibit.network.data)


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
        "data": [{str(name): plain_value(value) for name, value in row.items()} for row in rows],
    }


def fragment(exhibit: Exhibit) -> str:
    """The exhibit as a piece of HTML that needs no script: picture or table, caption,
    notes.
    """
    if exhibit.tokens is not None:
        drawn = f"<style>{tokens.STYLE}</style>{_markup(exhibit.tokens)}"
        return _figure(exhibit, drawn)
    return _figure(exhibit, svg(exhibit) if exhibit.drawn else _table(exhibit.table))


def _markup(shown: Tokens) -> str:
    return tokens.markup(shown.rows, shown.low, shown.high)


def _page(exhibit: Exhibit, dark: bool, width: int) -> str:
    figure = drawn_figure(exhibit)
    if figure is None:
        body = fragment(exhibit)
    else:
        drawn = render.html(figure, dark=dark, width=width, title=exhibit.title, alt=exhibit.alt)
        body = _figure(exhibit, drawn)
    title, lead = html.escape(exhibit.title), html.escape(exhibit.lead)
    return render.page(
        f"<h1>{title}</h1><p>{lead}</p>{body}", title=exhibit.title, dark=dark, width=width
    )


def _figure(exhibit: Exhibit, drawn: str) -> str:
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in exhibit.notes)
    return f"<figure>{drawn}<figcaption>{html.escape(exhibit.caption)}</figcaption></figure>{notes}"


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


def plain_value(value: Any) -> str | int | float | bool | None:
    """A cell as JSON has it; None for what is missing or no finite number."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return None if value is pd.NaT or value is pd.NA else str(value)
