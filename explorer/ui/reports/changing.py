"""Changes of a draft from callbacks: written at once, a problem told at the next
drawing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.core.errors import ExplorerError, InputError
from explorer.reports import drafts
from explorer.reports.report import Block, Report
from explorer.ui import shell

_PROBLEM = "_report_problem"


def tell() -> None:
    """What the last change was refused for, once."""
    if (problem := st.session_state.pop(_PROBLEM, None)) is not None:
        shell.problem(problem)


def refuse(error: ExplorerError) -> None:
    """Have a problem told when the page is drawn next."""
    st.session_state[_PROBLEM] = error


def change(name: str, step: Callable[[Report], Report]) -> None:
    """Change a draft; what it refuses is told."""
    try:
        drafts.change(name, step)
    except ExplorerError as error:
        refuse(error)


def set_block(name: str, place: int, block: Block, key: str, field: str) -> None:
    """Give a block what a text field says."""
    values: dict[str, Any] = {field: str(st.session_state[key])}
    change(name, lambda report: _placed(report, place, block, (replace(block, **values),)))


def remove(name: str, place: int, block: Block) -> None:
    """Take a block out."""
    change(name, lambda report: _placed(report, place, block, ()))


def put_after(name: str, place: int, block: Block, new: Block) -> None:
    """Put a new block below another."""
    change(name, lambda report: _placed(report, place, block, (block, new)))


def move(name: str, place: int, block: Block, by: int) -> None:
    """Exchange a block with a neighbour."""

    def exchanged(report: Report) -> Report:
        blocks = list(_placed(report, place, block, (block,)).blocks)
        other = place + by
        if 0 <= other < len(blocks):
            blocks[place], blocks[other] = blocks[other], blocks[place]
        return replace(report, blocks=tuple(blocks))

    change(name, exchanged)


def key_of(name: str, what: str, value: object) -> str:
    """The key of a control that shows a value of a draft: another value, which somebody
    else may have written, is another control.
    """
    digest = hashlib.sha256(repr(value).encode("utf-8", "replace")).hexdigest()[:12]
    return f"report-{what}-{name}-{digest}"


def _placed(report: Report, place: int, block: Block, new: tuple[Block, ...]) -> Report:
    """The report with others in place of a block, which must be the one that was
    shown.
    """
    if place >= len(report.blocks) or report.blocks[place] != block:
        raise InputError(
            "This draft was changed meanwhile, by you in another window or by somebody else; "
            "nothing was done.",
            "What is shown now is how it stands: try again.",
        )
    return replace(report, blocks=(*report.blocks[:place], *new, *report.blocks[place + 1 :]))
