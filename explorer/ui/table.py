"""Draw a table of an exhibit on a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.exhibits import Exhibit
from explorer.exhibits.exhibit import Column, Table

Chosen = Callable[[Sequence[Any]], None]
_SPELLED_CELLS = 50_000
"""Of a table, up to which each is spelled out here; beyond, the browser does it."""


def show_table(exhibit: Exhibit, table: Table, key: str, chosen: Chosen | None = None) -> None:
    """A table of an exhibit. chosen: called with the values of a clicked row."""
    if table.static:
        st.table(table.spelled, border="horizontal", hide_index=True)
        return
    options: dict[str, Any] = {} if table.height is None else {"height": table.height}
    if exhibit.target and chosen:
        leads = table.rows[list(exhibit.target)]
        options |= {"on_select": _row_chosen(f"{key}_table", leads, chosen)}
        options |= {"selection_mode": "single-row"}
    rows = table.rows[[column.name for column in table.columns]]
    small = rows.size <= _SPELLED_CELLS
    spelled = {c.name: c.spell for c in table.columns if small and _is_spelled(c, rows)}
    st.dataframe(
        rows.style.format(spelled) if spelled else rows,
        hide_index=True,
        key=f"{key}_table",
        # Every button of a table repeats it, and a table can be read: its name is
        # enough.
        alt=exhibit.title,
        placeholder="–",
        column_config={c.name: _column(c, c.name in spelled) for c in table.columns},
        **options,
    )


def _is_spelled(column: Column, rows: pd.DataFrame) -> bool:
    if column.format == "text":
        return bool(rows[column.name].isna().any())
    return column.format not in ("check", "date")


def _column(column: Column, spelled: bool) -> Any:
    label, config = column.label or column.name, st.column_config
    shared: dict[str, Any] = {"width": column.width, "help": column.help or None}
    if spelled or column.format == "text":
        # A format of its own would take the place of what is spelled out.
        return config.Column(label, **shared)
    if column.format == "check":
        return config.CheckboxColumn(label, **shared)
    if column.format == "date":
        return config.DateColumn(label, format="D MMM YYYY", **shared)
    form = {"integer": "localized", "percent": "percent", "p": "%.3f"}.get(
        column.format, f"%{'+' * column.signed}.{column.digits}f"
    )
    return config.NumberColumn(label, format=form, **shared)


def _row_chosen(key: str, rows: pd.DataFrame, chosen: Chosen) -> Callable[[], None]:
    def clicked() -> None:
        for row in st.session_state[key].selection.rows[:1]:
            chosen(rows.iloc[row].tolist())

    return clicked
