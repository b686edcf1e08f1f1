"""Tables as people read them."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from explorer.exhibits.exhibit import Column, Table


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (Column("n", format="integer"), 12345, "12,345"),
        (Column("n", format="integer"), np.int64(-3), "−3"),
        (Column("x", format="number", digits=3), 0.12349, "0.123"),
        (Column("x", format="number", signed=True), 0.5, "+0.50"),
        (Column("x", format="number", signed=True), -0.5, "−0.50"),
        (Column("x", format="number"), float("nan"), "–"),
        (Column("x", format="percent"), 0.341, "34%"),
        (Column("x", format="check"), True, "yes"),
        (Column("x", format="check"), False, "no"),
        (Column("x", format="date"), datetime.datetime(2026, 11, 5), "5 Nov 2026"),
        (Column("x", format="date"), pd.NaT, "–"),
        (Column("x"), None, "–"),
        (Column("x", empty="none"), None, "none"),
        (Column("x"), "<b>", "<b>"),
    ],
)
def test_a_cell_reads_as_its_column_says(column: Column, value: object, text: str) -> None:
    assert column.spell(value) == text


def test_only_the_columns_of_the_table_are_shown_in_its_order() -> None:
    rows = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None], "c": [0, 0]})
    table = Table((Column("b", "name"), Column("a", format="number", digits=0)), rows)
    assert list(table.spelled) == ["name", "a"]
    assert table.spelled.to_numpy().tolist() == [["x", "1"], ["–", "2"]]


def test_two_columns_of_one_label_are_both_shown() -> None:
    rows = pd.DataFrame({"a": ["x"], "b": ["y"]})
    table = Table((Column("a", "word"), Column("b", "word")), rows)
    assert table.spelled.to_numpy().tolist() == [["x", "y"]]
