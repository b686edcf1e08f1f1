"""The sentences of a probe set: searched, filtered, paged, ticked."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from explorer.core.text import plain
from explorer.probes.probe_set import ProbeSet
from explorer.results import probe_sets as results
from explorer.ui import footer, login, shell
from explorer.ui.controls import address
from explorer.ui.probe_sets import card, drafts
from explorer.ui.probe_sets.browser import first_page, holds

A_PAGE = 25
ANY = "any source"
ALL, TWINS, OTHERS, EXCLUDED = (
    "all sentences",
    "duplicates and near duplicates",
    "naming other concepts",
    "excluded",
)


def show(probes: ProbeSet, concept: str | None) -> None:
    """The sentences of a concept, or of all: searched, filtered, paged; a tick takes
    one out of the draft.
    """
    draft = drafts.of(probes)
    closed = login.closed()
    rows = _filtered(probes, concept, draft.excluded)
    pages = max(1, math.ceil(len(rows) / A_PAGE))
    address.check("page", [str(n) for n in range(1, pages + 1)], "1")
    if not 1 <= int(st.session_state.get("page") or 1) <= pages:
        first_page()
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="listed",
    ):
        ticking = "" if closed else " Tick one to exclude it from a new probe set."
        st.caption(f"Sentences: {len(rows):,}.{ticking}")
        st.download_button(
            "These sentences as CSV",
            data=lambda: footer.csv(rows.drop(columns=["at"]).assign(number=rows["at"] + 1)),
            file_name=f"sentences-{probes.info.name}{f'-{concept}' if concept else ''}.csv",
            mime="text/csv",
            key="sentences_csv",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )
    if rows.empty:
        shell.notice("No sentence fits.")
    slot = st.container(gap="xsmall", key="sentences")
    page = int(st.pagination(pages, key="page", bind="query-params")) if pages > 1 else 1
    with slot:
        for row in rows.iloc[(page - 1) * A_PAGE : page * A_PAGE].itertuples(index=False):
            _sentence(probes, row, draft.excluded, named=concept is None, closed=closed)


def _sentence(
    probes: ProbeSet,
    row: object,
    excluded: frozenset[tuple[str, int]],
    *,
    named: bool,
    closed: bool,
) -> None:
    concept, at = str(row.concept), int(row.at)  # type: ignore[attr-defined]
    out = (concept, at) in excluded
    if closed:
        st.markdown(f"{_shown(row)} :small[:gray[{plain(_note(row, named))}]]")
        return
    st.checkbox(
        f"{f'~~{_shown(row)}~~' if out else _shown(row)} :small[:gray[{plain(_note(row, named))}]]",
        value=out,
        key=f"out-{probes.info.digest[:12]}-{at}-{concept}",
        on_change=drafts.toggle,
        args=(probes, concept, at),
    )


def _shown(row: object) -> str:
    return card.marked(row.text, row.concept)  # type: ignore[attr-defined]


def _note(row: object, named: bool) -> str:
    parts = [row.concept] if named else []  # type: ignore[attr-defined]
    parts += [f"no. {row.at + 1}", row.source, row.prompt]  # type: ignore[attr-defined]
    for column, how in (("same", "the same as"), ("near", "nearly the same as")):
        if (twin := getattr(row, column)) >= 0:
            parts.append(f"{how} no. {twin + 1}")
    return " · ".join(part for part in parts if part)


def _filtered(
    probes: ProbeSet, concept: str | None, excluded: frozenset[tuple[str, int]]
) -> pd.DataFrame:
    sources = [ANY, *probes.info.sources]
    first, second, third = st.columns([4, 3, 3], vertical_alignment="bottom")
    with first:
        sought = st.text_input(
            "Search", key="search", bind="query-params", type="search", on_change=first_page
        )
    with second:
        source = address.pick("source", "Source", sources, on_change=first_page)
    with third:
        kinds = (ALL, TWINS, OTHERS, EXCLUDED)
        kind = address.pick("show", "Show", kinds, on_change=first_page)
    rows = results.sentence_table(probes)
    if concept is not None:
        rows = rows[rows["concept"] == concept]
    if source != ANY:
        rows = rows[rows["source"] == source]
    if kind == TWINS:
        rows = rows[(rows["same"] >= 0) | (rows["near"] >= 0)]
    elif kind == OTHERS:
        rows = rows[rows["names_others"]]
    elif kind == EXCLUDED:
        rows = rows[[pair in excluded for pair in zip(rows["concept"], rows["at"], strict=True)]]
    return rows[holds(rows["text"], sought)] if sought else rows
