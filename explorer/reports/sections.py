"""The parts of a report as HTML that reads without scripts."""

from __future__ import annotations

import logging
import shlex
from dataclasses import dataclass

from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.export import drawn_figure, svg
from explorer.exhibits.registry import row_of
from explorer.figures import tokens
from explorer.figures.render import live
from explorer.figures.render.markup import escaped
from explorer.reports.making import Made, fault
from explorer.reports.markdown import html_of, inline_html_of
from explorer.reports.numbers import Numbers, numbers_of
from explorer.reports.report import Report, Shown, Source, Words

WIDTH = 760
"""Pixels of a picture: what A4 has room for."""
MOST_ROWS = 60
"""Of a table; the CSV has all."""
_LOG = logging.getLogger("explorer")


@dataclass(frozen=True)
class Section:
    """A block as it stands in the page."""

    name: str
    """Its id there: block-1, block-2, …"""
    html: str
    """Its inside."""
    label: str = ""
    """“Figure 2”, “Table 3”; empty for words."""
    made: Made | None = None
    numbers: Numbers | None = None
    picture: str = ""
    """SVG, light; empty for a table or tokens."""
    drawing: str = ""
    """JSON for a script; empty where nothing is drawn anew."""


def sections_of(report: Report, made: list[Made]) -> list[Section]:
    """The blocks of a report with its exhibits as made; figures and tables are numbered
    apart.
    """
    parts, counts, exhibits = [], {"Figure": 0, "Table": 0}, iter(made)
    for place, block in enumerate(report.blocks, 1):
        name = f"block-{place}"
        if isinstance(block, Words):
            parts.append(Section(name, html_of(block.text)))
            continue
        this = next(exhibits)
        kind = "Figure" if this.exhibit is None or this.exhibit.drawn else "Table"
        counts[kind] += 1
        parts.append(_section(name, block, this, f"{kind} {counts[kind]}"))
    return parts


def command_of(source: Source, out: str) -> str:
    """The command that writes an exhibit to a file."""
    parts = ["explorer", "show", source.exhibit]
    for name, value in source.address.items():
        parts += [f"--{name}", value]
    for name, value in source.options.items():
        parts += ["--set", f"{name}={value}"]
    return shlex.join([*parts, "--out", out])


def table_html(table: Table, most: int = MOST_ROWS) -> str:
    """A table with its head and at most so many rows; a sentence tells of more."""
    head = "".join(
        f'<th scope="col" class="{_kind(column)}">{escaped(column.label or column.name)}</th>'
        for column in table.columns
    )
    rows = table.rows.head(most)
    cells = [
        [f'<td class="{_kind(c)}">{escaped(c.spell(v))}</td>' for v in rows[c.name]]
        for c in table.columns
    ]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    rest = len(table.rows) - most
    more = f'<p class="note">{rest:,} more rows: see the data.</p>' if rest > 0 else ""
    return (
        f'<div class="table" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
        f"</div>{more}"
    )


def _section(name: str, block: Shown, made: Made, label: str) -> Section:
    if made.exhibit is None:
        return Section(name, _missing(block, made, label), label, made)
    try:
        return _whole(name, block, made, made.exhibit, label)
    except Exception as error:  # noqa: BLE001 - one exhibit must not take the rest along
        _LOG.exception("“%s” of a report", made.source.exhibit)
        gone = Made(made.source, runs=made.runs, problem=fault(error))
        return Section(name, _missing(block, gone, label), label, gone)


def _whole(name: str, block: Shown, made: Made, exhibit: Exhibit, label: str) -> Section:
    figure = drawn_figure(exhibit)
    picture = "" if figure is None else svg(exhibit, width=WIDTH)
    if figure is not None:
        shown = f'<div class="picture" data-block="{name}">{picture}</div>'
    elif exhibit.tokens is not None:
        part = exhibit.tokens
        shown = f'<div class="shaded">{tokens.markup(part.rows, part.low, part.high)}</div>'
    else:
        assert exhibit.table is not None
        shown = table_html(exhibit.table)
    about = f'<p class="quiet">{escaped(row_of(made.source.exhibit).about)}</p>'
    lead = f'<p class="lead">{escaped(exhibit.lead)}</p>' if exhibit.lead else ""
    notes = "".join(f'<p class="note">{escaped(note)}</p>' for note in exhibit.notes)
    beside = ""
    if exhibit.table is not None and exhibit.drawn:
        beside = f"<details><summary>As a table</summary>{table_html(exhibit.table)}</details>"
    inside = (
        f"<h2>{label}. {escaped(exhibit.title)}</h2>{about}{lead}<figure>{shown}<figcaption>"
        f'{_own(block)}<p class="provenance">{escaped(exhibit.caption)}</p></figcaption></figure>'
        f"{notes}{beside}"
    )
    numbers = numbers_of(exhibit.data)
    drawing = "" if figure is None else live.drawing(figure)
    return Section(name, inside, label, made, numbers, picture, drawing)


def _missing(block: Shown, made: Made, label: str) -> str:
    return (
        f"<h2>{label}. {escaped(made.source.exhibit)}</h2>"
        f'<p class="missing" role="note">Not shown: {escaped(made.problem)}</p>{_own(block)}'
    )


def _own(block: Shown) -> str:
    return f'<p class="own">{inline_html_of(block.caption)}</p>' if block.caption else ""


def _kind(column: Column) -> str:
    return "number" if column.format in ("integer", "number", "p", "percent") else "text"
