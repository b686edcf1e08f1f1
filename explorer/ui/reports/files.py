"""Which draft is looked at; new ones, other names, and drafts as files."""

from __future__ import annotations

import streamlit as st

from explorer.core import access
from explorer.core.errors import ExplorerError, InputError
from explorer.core.text import plain
from explorer.reports import drafts
from explorer.reports.archive import page_name
from explorer.reports.reading import example, parse_report
from explorer.reports.report import Report
from explorer.ui import login
from explorer.ui.controls import address
from explorer.ui.reports import adding, changing

DRAFT = "draft"
_TITLE, _NAME, _SENT = "report_new_title", "report_new_name", "report_sent"


def choose() -> str | None:
    """The draft that is looked at, and the forms of drafts; None while there is
    none.
    """
    names = drafts.names()
    chosen = None
    with st.container(horizontal=True, vertical_alignment="bottom", key="drafts"):
        if names:
            last = adding.current()
            ordered = sorted(names, key=lambda name: name != last)
            chosen = address.pick(DRAFT, "Draft", ordered)
            adding.look_at(chosen)
        if access.refusal() is None:
            with st.popover("New", icon=":material/add:"):
                _new()
            with st.popover("Open a file", icon=":material/upload:"):
                _open()
            if chosen is not None:
                with st.popover("Rename or delete", icon=":material/edit:"):
                    _rename(chosen)
    login.closed()
    changing.tell()
    return chosen


def _new() -> None:
    st.text_input("Title", key=_TITLE, max_chars=200, placeholder="What the report is about")
    st.button("Begin", key="report_begin", type="primary", on_click=_begin)
    st.button(
        "Begin with the example",
        key="report_example",
        on_click=_example,
        help="A short report of the bundled study, to be changed.",
    )


def _open() -> None:
    sent = st.file_uploader("Draft of a report (TOML)", type="toml", key=_SENT)
    st.button("Open", key="report_open", type="primary", on_click=_take, disabled=sent is None)


def _rename(name: str) -> None:
    key = f"{_NAME}-{name}"
    st.text_input("Name of the draft", name, key=key, max_chars=64)
    st.button("Rename", key="report_rename", on_click=_renamed, args=(name, key))
    st.button(
        "Delete this draft",
        key="report_delete",
        icon=":material/delete:",
        on_click=_deleted,
        args=(name,),
        help="The runs and what was exported stay.",
    )


def _begin() -> None:
    title = str(st.session_state[_TITLE]).strip()
    if not title:
        changing.refuse(InputError("The new report has no title.", "Give it one."))
        return
    _save(page_name(title), Report(title=title))
    st.session_state[_TITLE] = ""


def _example() -> None:
    _save("example", parse_report("The example", example()))


def _take() -> None:
    sent = st.session_state.get(_SENT)
    if sent is None:
        return
    try:
        text = sent.getvalue().decode("utf-8")
        report = parse_report(sent.name[:100], text)
    except UnicodeDecodeError:
        changing.refuse(InputError(f"{sent.name[:100]} is no text in UTF-8.", "Save it as UTF-8."))
    except ExplorerError as error:
        changing.refuse(error)
    else:
        _save(page_name(sent.name.removesuffix(".toml")), report)


def _save(name: str, report: Report) -> None:
    """Write a draft under its name, or that with a number where it is taken."""
    taken = set(drafts.names())
    numbered = (f"{name}-{n}" for n in range(2, len(taken) + 3))
    free = next(other for other in (name, *numbered) if other not in taken)
    try:
        drafts.save_new(free, report)
    except ExplorerError as error:
        changing.refuse(error)
        return
    _show(free)


def _renamed(name: str, key: str) -> None:
    new = str(st.session_state[key]).strip()
    try:
        drafts.rename(name, new)
    except ExplorerError as error:
        changing.refuse(error)
        return
    _show(new)


def _deleted(name: str) -> None:
    try:
        drafts.delete(name)
    except ExplorerError as error:
        changing.refuse(error)
        return
    st.session_state.pop(DRAFT, None)
    st.toast(f"The draft **{plain(name)}** was deleted.")


def _show(name: str) -> None:
    adding.look_at(name)
    st.session_state[DRAFT] = name
