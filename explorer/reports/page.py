"""A report as one HTML file that reads anywhere: without scripts, without a network."""

from __future__ import annotations

import base64
import datetime
import functools
import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources

from explorer import __version__
from explorer.core.header import header
from explorer.core.records import RunInfo
from explorer.figures import tokens
from explorer.figures.render import live
from explorer.figures.render.markup import escaped
from explorer.figures.render.typeface import font_face
from explorer.reports.appendix import appendix_html
from explorer.reports.claims import Outcome, check_claims
from explorer.reports.hypotheses import Judged, found_by_key, hypotheses_html, judged
from explorer.reports.making import distinct, make_all
from explorer.reports.report import Report, Shown
from explorer.reports.sections import Section, sections_of
from explorer.reports.writing import to_toml
from explorer.store.library import Library

RECORD, RECORD_VERSION = "report record", 1
"""Of the island that `verify` reads; the version is that of its form."""


@dataclass(frozen=True)
class Written:
    """A report measured and written."""

    report: Report
    """As it was written: every exhibit with its whole address, options and digest."""
    sections: tuple[Section, ...]
    outcomes: tuple[Outcome, ...]
    """Of its claims."""
    plans: tuple[Judged, ...]
    """What the studies of its runs expected."""
    runs: tuple[RunInfo, ...]
    html: str

    @property
    def problems(self) -> list[str]:
        """What could not be shown, as sentences."""
        return [
            f"{part.label}: {part.made.problem}"
            for part in self.sections
            if part.made is not None and part.made.problem
        ]


def write_report(report: Report, library: Library, *, live_figures: bool = True) -> Written:
    """Measure a report from the runs at hand and write it as HTML.

    live_figures: whether figures can be pointed at where scripts run; adds 2 MB. An
    exhibit that cannot be made becomes a sentence.
    """
    made = make_all(report, library)
    sections = sections_of(report, made)
    outcomes = check_claims(report, library)
    runs = distinct(run for this in made for run in this.runs)
    pinned = _pinned(report, sections)
    plans = judged(pinned, runs, library)
    html = _html(pinned, sections, outcomes, plans, runs, live_figures)
    return Written(pinned, tuple(sections), tuple(outcomes), tuple(plans), runs, html)


def section_digest(html: str) -> str:
    """Of what stands in a section; 16 hex digits."""
    return hashlib.sha256(html.encode("utf-8", "replace")).hexdigest()[:16]


def file_digest(path: str) -> str:
    """sha256 of a file; empty where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _pinned(report: Report, sections: Sequence[Section]) -> Report:
    """The report with the addresses that its exhibits were made of."""
    blocks = list(report.blocks)
    for place, part in enumerate(sections):
        block = blocks[place]
        if isinstance(block, Shown) and part.made is not None:
            digest = part.numbers.digest if part.numbers else ""
            blocks[place] = replace(block, source=part.made.source, digest=digest)
    day = report.date or datetime.datetime.now(datetime.UTC).date().isoformat()
    return replace(report, blocks=tuple(blocks), date=day)


def _html(
    report: Report,
    sections: Sequence[Section],
    outcomes: Sequence[Outcome],
    plans: Sequence[Judged],
    runs: Sequence[RunInfo],
    live_figures: bool,
) -> str:
    appendix = appendix_html(sections, runs, outcomes)
    head = _heading(report)
    blocks = "".join(f'<section id="{part.name}">{part.html}</section>\n' for part in sections)
    parts = {part.name: part.html for part in sections} | {"heading": head, "appendix": appendix}
    if expected := hypotheses_html(plans):
        blocks += f'<section id="hypotheses">{expected}</section>\n'
        parts["hypotheses"] = expected
    body = (
        f'<main>\n<header id="heading">{head}</header>\n{blocks}'
        f'<section id="appendix" class="appendix">{appendix}</section>\n</main>\n'
    )
    record = {
        **header(RECORD, RECORD_VERSION, [run.id for run in runs]),
        "report": to_toml(report),
        "sections": {name: section_digest(html) for name, html in parts.items()},
        "drawings": {part.name: section_digest(part.drawing) for part in sections if part.drawing},
        "numbers": {part.name: part.numbers.to_table() for part in sections if part.numbers},
        "files": {run.id: file_digest(run.path) for run in runs},
        "hypotheses": {key: row.number or row.why for key, row in found_by_key(plans).items()},
    }
    scripts = _island("record", json.dumps(record, ensure_ascii=False, allow_nan=False))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
    if live_figures and any(part.drawing for part in sections):
        scripts += "".join(
            _island(f"drawing-{part.name}", part.drawing) for part in sections if part.drawing
        )
        scripts += _live()
        hashes = " ".join(f"'sha256-{_hash(text)}'" for text in (live.script(), _file("page.js")))
        policy += f"; script-src {hashes}"
    policy += "; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="en" data-theme="{escaped(report.theme)}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="Expert Explorer {__version__}">\n'
        f"<title>{escaped(report.title)}</title>\n"
        f"<style>\n{font_face()}{_file('page.css')}{tokens.STYLE}</style>\n</head>\n<body>\n{body}{scripts}\n"
        "</body>\n</html>\n"
    )


def _heading(report: Report) -> str:
    by = " · ".join(filter(None, (", ".join(report.authors), report.date)))
    return f'<h1>{escaped(report.title)}</h1><p class="by">{escaped(by)}</p>'


def _island(name: str, written: str) -> str:
    """JSON in a page, which no browser runs or takes for the end of a script."""
    inert = written.replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{inert}</script>\n'


@functools.cache
def _live() -> str:
    """The library that draws, packed, and the script that unpacks it."""
    packed = base64.b64encode(gzip.compress(live.script().encode(), 9, mtime=0)).decode()
    return (
        f"{_island('templates', live.templates())}"
        f'<script type="application/gzip" id="library">{packed}</script>\n'
        f"<script>{_file('page.js')}</script>\n"
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@functools.cache
def _file(name: str) -> str:
    return resources.files("explorer.reports").joinpath(name).read_text("utf-8")
