"""The blocks of a draft: words and exhibits, to be written, ordered and removed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer.core.errors import InputError
from explorer.core.text import plain
from explorer.exhibits.registry import row_of
from explorer.exhibits.row import SWITCH
from explorer.reports.report import LONGEST, Block, Report, Shown, Words
from explorer.results.selection import selection
from explorer.ui.library import library
from explorer.ui.reports import changing, claiming

_OFF = ("", SWITCH[0])
NEW = Words("Write here, in **Markdown**.")


def show(name: str, report: Report) -> None:
    """Every block with its controls."""
    labels = _labels()
    for place, block in enumerate(report.blocks):
        with st.container(border=True, key=f"block-{place}"):
            _head(name, report, place, block, labels)
            if isinstance(block, Words):
                _words(name, place, block)
            else:
                _caption(name, place, block)


def append(name: str) -> None:
    """Put words at the end of a draft."""
    changing.change(name, lambda report: replace(report, blocks=(*report.blocks, NEW)))


def _head(name: str, report: Report, place: int, block: Block, labels: dict[str, str]) -> None:
    st.markdown(f"**{place + 1}.** {_title(block, labels)}")
    with st.container(horizontal=True, gap="small"):
        for by, icon, what in (
            (-1, ":material/arrow_upward:", "up"),
            (1, ":material/arrow_downward:", "down"),
        ):
            st.button(
                f"Move {what}",
                key=f"report-{what}-{place}",
                icon=icon,
                type="tertiary",
                on_click=changing.move,
                args=(name, place, block, by),
                disabled=not 0 <= place + by < len(report.blocks),
            )
        st.button(
            "Add text below",
            key=f"report-text-{place}",
            icon=":material/notes:",
            type="tertiary",
            on_click=changing.put_after,
            args=(name, place, block, NEW),
        )
        st.button(
            "Remove",
            key=f"report-remove-{place}",
            icon=":material/close:",
            type="tertiary",
            on_click=changing.remove,
            args=(name, place, block),
        )
        if isinstance(block, Shown):
            claiming.button(name, place, block)


def _words(name: str, place: int, block: Words) -> None:
    key = changing.key_of(name, f"text-{place}", block)
    st.text_area(
        "Text in Markdown",
        block.text,
        key=key,
        height="content",
        max_chars=LONGEST["text"],
        label_visibility="collapsed",
        on_change=changing.set_block,
        args=(name, place, block, key, "text"),
    )


def _caption(name: str, place: int, block: Shown) -> None:
    key = changing.key_of(name, f"caption-{place}", block)
    st.text_input(
        "Your caption",
        block.caption,
        key=key,
        max_chars=LONGEST["caption"],
        placeholder="What the reader should see in it. The provenance is added by itself.",
        on_change=changing.set_block,
        args=(name, place, block, key, "caption"),
    )


def _title(block: Block, labels: dict[str, str]) -> str:
    if isinstance(block, Words):
        return "Text"
    source = block.source
    try:
        row = row_of(source.exhibit)
    except InputError as error:
        return f":red[{plain(error.what)}] {plain(error.hint)}"
    run = _run(source.run, labels)
    view = [run, f"τ {source.tau}" if source.tau else "", source.human]
    chosen = source.options.items()
    options = [f"{option} {value}" for option, value in chosen if value not in _OFF]
    facts = plain(" · ".join(filter(None, [*view, *options])))
    return f"**{plain(row.name)}** {plain(row.about)}  \n:small[:gray[{facts}]]"


def _run(given: str, labels: dict[str, str]) -> str:
    fitting = [label for run_id, label in labels.items() if given and run_id.startswith(given)]
    if len(fitting) == 1:
        return fitting[0]
    return f"run {given[:8]}, which is not there" if given else "the run that pages open on"


def _labels() -> dict[str, str]:
    chosen = selection(library())
    return {run.id: run.label for run in chosen.runs}
