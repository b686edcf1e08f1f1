"""Title, authors and look of a draft; the report as it will read; its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.core.text import plain
from explorer.reports.archive import archive, page_name
from explorer.reports.page import Written, write_report
from explorer.reports.report import LONGEST, THEMES, Report
from explorer.reports.writing import to_toml
from explorer.ui import shell
from explorer.ui.library import library
from explorer.ui.reports import changing

_PREVIEW_HEIGHT = 900


def head(name: str, report: Report) -> None:
    """Title, authors, date and theme."""
    title = changing.key_of(name, "title", report.title)
    st.text_input(
        "Title",
        report.title,
        key=title,
        max_chars=LONGEST["title"],
        on_change=_set,
        args=(name, title, "title", _line),
    )
    left, middle, right = st.columns([5, 2, 3])
    authors = changing.key_of(name, "authors", report.authors)
    left.text_input(
        "Authors, separated by commas",
        ", ".join(report.authors),
        key=authors,
        max_chars=2000,
        on_change=_set,
        args=(name, authors, "authors", _names),
    )
    date = changing.key_of(name, "date", report.date)
    middle.text_input(
        "Date",
        report.date,
        key=date,
        max_chars=10,
        placeholder="day of export",
        help="Such as 2026-11-28.",
        on_change=_set,
        args=(name, date, "date", _line),
    )
    theme = changing.key_of(name, "theme", report.theme)
    with right:
        st.segmented_control(
            "Light or dark",
            THEMES,
            default=report.theme,
            required=True,
            key=theme,
            help="“auto” follows the reader. Paper is always light.",
            on_change=_set,
            args=(name, theme, "theme", _line),
        )


def files(name: str, report: Report) -> None:
    """Buttons that export the report, and the draft itself."""
    stem = page_name(report.title)
    with st.container(horizontal=True, key="report_files"):
        st.download_button(
            "HTML",
            data=lambda: _written(report).html.encode(),
            file_name=f"{stem}.html",
            mime="text/html",
            key="report_html",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
            help="One file that opens anywhere, without a network; figures can be zoomed where "
            "scripts run.",
        )
        st.download_button(
            "ZIP",
            data=lambda: archive(_written(report)),
            file_name=f"{stem}.zip",
            mime="application/zip",
            key="report_zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            help="The HTML, and of every exhibit its SVG and CSV.",
        )
        st.download_button(
            "Draft",
            data=lambda: to_toml(report).encode(),
            file_name=f"{name}.toml",
            mime="application/toml",
            key="report_toml",
            icon=":material/description:",
            on_click="ignore",
            help="The TOML, for others to open, for `explorer report` and `explorer verify`.",
        )


def preview(report: Report) -> None:
    """The report as it will read, and what of it could not be made."""
    with st.spinner("Measuring …"):
        written = write_report(report, library(), live_figures=False)
    for problem in written.problems:
        shell.notice(plain(problem))
    for outcome in written.outcomes:
        if outcome.status != "equal":
            shell.warn(plain(f"Claim {outcome.status}: {outcome.what}: {outcome.why}"))
    # Its policy lets nothing run and nothing be fetched; what people wrote is escaped.
    st.iframe(written.html, height=_PREVIEW_HEIGHT, alt=f"Preview of {report.title}")


def _written(report: Report) -> Written:
    return write_report(report, library())


def _set(name: str, key: str, field: str, read: Callable[[str], Any]) -> None:
    value = read(str(st.session_state[key] or ""))
    changing.change(name, lambda report: replace(report, **{field: value}))


def _line(text: str) -> str:
    return text.strip()


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))
