"""Claims of a report: numbers that its author states, recomputed at each export."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from explorer.core.plan import Cell
from explorer.core.text import plain
from explorer.reports.claims import number_in, spelled, told
from explorer.reports.making import make
from explorer.reports.numbers import distinguishing, row_where
from explorer.reports.report import LONGEST, Claim, Report, Shown
from explorer.ui import shell
from explorer.ui.library import library
from explorer.ui.reports import changing

_ENDS = ("low", "high")
"""The columns of an interval, in the data of every exhibit that has one."""
_DIGITS = 2


def button(name: str, place: int, block: Shown) -> None:
    """The control that states a number of an exhibit."""
    if st.button(
        "State a number",
        key=f"report-claim-{place}",
        icon=":material/fact_check:",
        type="tertiary",
        help="A claim: it is recomputed at each export and by `explorer verify`.",
    ):
        _state(name, block)


def listed(name: str, report: Report) -> None:
    """The claims of a draft, each with a way to take it out."""
    if not report.claims:
        return
    st.subheader("Claims", anchor=False)
    st.caption("Recomputed at each export, and by `explorer verify`.")
    for place, claim in enumerate(report.claims):
        with st.container(horizontal=True, vertical_alignment="center"):
            number = spelled(claim.value, claim.low, claim.high)
            st.markdown(f"{plain(told(claim))}: **{plain(number)}**")
            st.button(
                "Remove",
                key=f"report-unclaim-{place}",
                icon=":material/close:",
                type="tertiary",
                on_click=_remove,
                args=(name, claim),
            )


@st.dialog("State a number", width="large")
def _state(name: str, block: Shown) -> None:
    with shell.guard():
        made = make(block.source, library())
        if made.exhibit is None:
            shell.notice(plain(made.problem))
            return
        data = made.exhibit.data.reset_index(drop=True)
        numbers = [str(column) for column in data if pd.api.types.is_float_dtype(data[column])]
        if data.empty or not numbers:
            shell.notice("The data of this exhibit hold no number to state.")
            return
        _form(name, block, data, numbers)


def _form(name: str, block: Shown, data: pd.DataFrame, numbers: list[str]) -> None:
    wheres = [distinguishing(data, place) for place in range(min(len(data), 200))]
    place = st.selectbox(
        "Of which row",
        range(len(wheres)),
        format_func=lambda k: ", ".join(map(str, wheres[k].values())) or f"row {k + 1}",
        key="claim_row",
    )
    there = [name for name in numbers if pd.notna(data[name].iloc[place])]
    column = st.selectbox("Which number", there, key="claim_column")
    if column is None:
        return
    digits = st.number_input("Decimals", 0, 12, _DIGITS, key="claim_digits")
    text = st.text_input("In words", key="claim_text", max_chars=LONGEST["caption"])
    ends = all(end in there and column not in _ENDS for end in _ENDS)
    with_ends = ends and st.checkbox("With its interval", value=True, key="claim_ends")
    claim = _claim(block, data, text.strip(), wheres[place], column, int(digits), with_ends)
    st.markdown(f"**{plain(spelled(claim.value, claim.low, claim.high))}**")
    if st.button("Add the claim", type="primary", key="claim_add"):
        changing.change(name, lambda report: replace(report, claims=(*report.claims, claim)))
        st.rerun()


def _claim(
    block: Shown,
    data: pd.DataFrame,
    text: str,
    where: dict[str, Cell],
    column: str,
    digits: int,
    with_ends: bool,
) -> Claim:
    row = row_where(data, where)
    value, *ends = (
        round(number_in(row, name), digits) for name in (column, *(_ENDS if with_ends else ()))
    )
    low, high = ends or (None, None)
    interval = _ENDS if with_ends else ()
    return Claim(text, block.source, where, column, value, digits, interval, low, high)


def _remove(name: str, claim: Claim) -> None:
    def without(report: Report) -> Report:
        return replace(report, claims=tuple(c for c in report.claims if c != claim))

    changing.change(name, without)
