"""Rated pairs that take no part, because a word is no concept of the run."""

from __future__ import annotations

import pandas as pd

from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS, Need
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Row
from explorer.results.coverage import Coverage, coverage
from explorer.results.view import View

_COLUMNS = (
    Column("word1", "word"),
    Column("word2", "word"),
    Column("score", "human", format="number", digits=1),
    Column("split"),
    Column("without a probe set"),
)


def _coverage(view: View) -> Coverage:
    return coverage(view.library, view.run, view.rated)


AT_HAND = Need(
    "the ratings on this machine",
    lambda view: _coverage(view).missing is not None,
    lambda view: f"{_coverage(view).text}. {_coverage(view).note}",
)


def uncovered(view: View) -> Exhibit:
    """The rated pairs that take no part, each with the word that has no probe set."""
    measured, label = _coverage(view), view.rated.label
    missing = measured.missing if measured.missing is not None else pd.DataFrame()
    lead = f"{measured.text}. The others have a word that is no concept of this run."
    return Exhibit(
        name="coverage",
        title=f"{len(missing):,} pairs of {label} that take no part",
        lead=lead if len(missing) else "Every pair is covered.",
        table=Table(_COLUMNS, missing, height=300),
        caption=provenance(view.run, data=label, n=len(missing), of="pairs without a probe set"),
        alt=f"{measured.text}; {len(missing):,} pairs of {label} have a word without a probe set.",
        filename=f"uncovered-pairs-{label}",
        source=missing,
    )


ROWS = (
    Row(
        "coverage",
        "alignment",
        "The rated pairs that take no part, each with the word that has no probe set.",
        uncovered,
        (RATINGS, AT_HAND),
    ),
)
