"""Report: exhibits that were collected, in an order and with words of your own."""

from __future__ import annotations

import streamlit as st

from explorer.core import access
from explorer.reports import drafts
from explorer.ui import shell
from explorer.ui.controls import address
from explorer.ui.reports import blocks, bundling, claiming, files, whole

LEAD = (
    "A document of the exhibits that you collect with “Add to report” on any page: one HTML file "
    "that opens anywhere, prints, and states its numbers so that they can be recomputed."
)


def page() -> None:
    """The draft, its blocks, its preview, its files."""
    shell.header("Report", LEAD)
    name = files.choose()
    if name is None:
        shell.empty_state(
            "No report yet",
            "None was written on this server."
            if access.refusal()
            else "Press “Add to report” below any figure or table, begin one with a title, or open "
            "the file of a draft.",
            "alignment",
            action="Look at Alignment",
        )
        bundling.show(None)
        return
    report = drafts.read(name)
    closed = access.refusal() is not None
    if not closed:
        whole.head(name, report)
    whole.files(name, report)
    if closed or address.switch(
        "preview", "Preview", "The report as it will read, in place of its blocks."
    ):
        whole.preview(report)
        if closed:
            bundling.show(name)
        return
    blocks.show(name, report)
    claiming.listed(name, report)
    st.button(
        "Add text at the end" if report.blocks else "Add text",
        key="report_append",
        icon=":material/notes:",
        on_click=blocks.append,
        args=(name,),
    )
    bundling.show(name)


with shell.guard():
    page()
