"""Tables as text: each cell as its column says."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from explorer.core.text import MINUS
from explorer.exhibits.exhibit import Column, Table


def labels(table: Table) -> list[str]:
    """What the columns are called."""
    return [column.label or column.name for column in table.columns]


def cells(table: Table) -> list[list[str]]:
    """The rows, a text for each cell."""
    rows = table.rows[[column.name for column in table.columns]].itertuples(index=False)
    return [
        [cell(column, value) for column, value in zip(table.columns, row, strict=True)]
        for row in rows
    ]


def cell(column: Column, value: Any) -> str:
    """One value as its column reads it."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return column.empty
    if column.format == "check":
        return "✓" if value else ""
    if column.format == "date":
        return f"{value.day} {value:%b %Y}"
    if column.format == "integer":
        return f"{value:,.0f}".replace("-", MINUS)
    if column.format == "percent":
        return f"{value:.0%}"
    if column.format == "number":
        sign = "+" if column.signed else ""
        return f"{value:{sign},.{column.digits}f}".replace("-", MINUS)
    return str(value)
