"""The noun of everything that can be shown: a value, drawn by whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from explorer.core import text

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.figures.tokens import Shaded

Format = Literal["text", "integer", "number", "p", "percent", "check", "date"]


@dataclass(frozen=True)
class Column:
    """How a column of a table reads."""

    name: str
    """Of the column in the data."""
    label: str = ""
    format: Format = "text"
    digits: int = 2
    """Decimals of a number."""
    help: str = ""
    width: int | None = None
    """In pixels; None for as wide as its content."""
    signed: bool = False
    """Whether positive numbers carry a plus sign."""
    empty: str = "–"
    """What stands in place of a missing value."""

    def spell(self, value: Any) -> str:
        """A value as it reads in this column."""
        if pd.isna(value):
            return self.empty
        if self.format == "p":
            return text.short_p(value)
        if self.format == "date":
            return text.date(str(value))
        if self.format == "check":
            return "yes" if value else "no"
        form = {
            "integer": ",.0f",
            "percent": ".0%",
            "number": f"{'+' * self.signed}.{self.digits}f",
        }.get(self.format)
        return str(value) if form is None else f"{value:{form}}".replace("-", text.MINUS)


@dataclass(frozen=True)
class Table:
    """A table for readers: some columns of the data, each with how it reads."""

    columns: tuple[Column, ...]
    rows: pd.DataFrame
    height: int | None = None
    """In pixels; None for all rows."""
    static: bool = False
    """For reading as a whole: text wraps, nothing scrolls or sorts."""
    beside: bool = False
    """Whether it stands beside the figure that it belongs to, not folded away beneath.
    """

    @property
    def spelled(self) -> pd.DataFrame:
        """The table as text, under the labels of its columns; two may have the same."""
        texts = [
            pd.Series(
                [column.spell(value) for value in self.rows[column.name]],
                name=column.label or column.name,
                dtype=object,
            )
            for column in self.columns
        ]
        return pd.concat(texts, axis=1)


@dataclass(frozen=True)
class Network:
    """Concepts and links as `figures.domains.network_data` describes them."""

    data: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Tokens:
    """Sentences with shaded tokens as `figures.tokens.markup` takes them."""

    rows: Sequence[Shaded]
    low: float
    high: float


@dataclass(frozen=True)
class Exhibit:
    """A figure, a network, sentences or a table, and what it owes: data, caption, alt
    text, notes.

    It draws a figure, a network, sentences or a table; the first three may have a table
    with them, for who would rather read.
    """

    name: str
    """Of its row in the registry."""
    title: str
    """A heading, without a full stop."""
    caption: str
    """Provenance: checkpoint, commit, probe set, N⁺, N⁻, folds, τ, n, and how it was
    measured.
    """
    alt: str
    """What a reader who sees no picture needs to know, numbers included."""
    filename: str
    """Of an export, without its ending."""
    source: pd.DataFrame | Callable[[], pd.DataFrame] = field(repr=False)
    """What is drawn, or a function that gives it, for data that are costly to spell
    out.
    """
    figure: go.Figure | None = field(default=None, repr=False)
    network: Network | None = field(default=None, repr=False)
    tokens: Tokens | None = field(default=None, repr=False)
    table: Table | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    """Sentences that a reader should not miss, shown with it."""
    lead: str = ""
    """A sentence above it that says what it shows or found."""
    target: tuple[str, ...] = ()
    """Parameters of an address that a chosen point, node or row sets, in the order of
    its custom data; empty when nothing can be chosen.
    """
    brush: str = ""
    """The parameter of an address that a range dragged along the figure sets, as
    "low,high"; empty when none can be.
    """
    opens: str = ""
    """The page that a choice opens; the page that shows it where empty."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of that page’s address."""

    def __post_init__(self) -> None:
        parts = [part is not None for part in (self.figure, self.network, self.tokens)]
        if sum(parts) > 1 or not (any(parts) or self.table):
            raise ValueError(f"{self.name}: an exhibit is one of figure, network, tokens and table")

    @property
    def drawn(self) -> bool:
        """Whether a figure, a network or sentences are what is shown, and a table only
        goes with them.
        """
        return any(part is not None for part in (self.figure, self.network, self.tokens))

    @cached_property
    def data(self) -> pd.DataFrame:
        """What is drawn, as a table."""
        return self.source() if callable(self.source) else self.source

    def save(self, path: Path | str, *, dark: bool = False, width: int = 960) -> None:
        """Write it to a file whose ending says how: svg, png, html, csv or json.

        Raises InputError for another ending, ResourceError where it cannot be written.
        """
        from explorer.exhibits.export import format_of, save

        save(self, Path(path), format_of(str(path)), dark=dark, width=width)

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        from explorer.exhibits.export import fragment

        return fragment(self)
