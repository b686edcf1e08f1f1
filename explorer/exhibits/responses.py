"""What a unit answers to the sentences of a concept: distribution, curve, tokens."""

from __future__ import annotations

import math

import pandas as pd

from explorer.core.errors import InputError
from explorer.exhibits.exhibit import Column, Exhibit, Table, Tokens
from explorer.exhibits.needs import EVIDENCE, SENTENCES
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Chosen, Option, Row
from explorer.figures import responses as figures
from explorer.figures.tokens import Shaded
from explorer.results import responses as results
from explorer.results.experts import names_of, with_places
from explorer.results.units import unit_number
from explorer.results.view import View

TOP, FALSE, MISSED, RANGE = "top positives", "false positives", "missed positives", "in the range"
_SHOWN = 12


def histogram(view: View, *, unit: str, of: str, fold: str = "1", range: str = "") -> Exhibit:
    """Responses to positives and negatives, overlaid."""
    table = _table(view, unit, of, fold)
    chosen = parsed_range(range)
    means = table.groupby("side")["response"].mean()
    return Exhibit(
        name="unit-histogram",
        title=f"What it answers to sentences of “{of}” and of others",
        figure=figures.histogram(table, chosen),
        caption=_caption(view, of, fold, len(table)),
        alt=f"Responses of {unit}: mean {means['positive']:.3g} on positive sentences of {of}, "
        f"{means['negative']:.3g} on negative ones.",
        filename=f"responses-{of}-{unit.replace(':', '-')}",
        source=table,
        brush="range",
    )


def curve(view: View, *, unit: str, of: str, fold: str = "1") -> Exhibit:
    """The precision–recall curve whose area is the AP."""
    rows, area, stored = results.curve(view, unit_number(view, unit), of, int(fold) - 1)
    told = f"AP {area:.3f}"
    notes: tuple[str, ...] = ()
    if not math.isnan(stored) and abs(area - stored) > 1e-6:
        notes = (
            f"The run holds an AP of {stored:.4f}, these responses give {area:.4f}: they were "
            "collected on another kind of machine, which rounds otherwise.",
        )
    asked = view.run.request
    return Exhibit(
        name="unit-precision",
        title="Precision and recall",
        figure=figures.precision_recall(
            rows, prevalence=asked.n_positive / (asked.n_positive + asked.n_negative)
        ),
        caption=_caption(view, of, fold, asked.n_positive + asked.n_negative, f"{told}, the area"),
        alt=f"Precision against recall of {unit} for {of}; the area is its {told}.",
        filename=f"precision-recall-{of}-{unit.replace(':', '-')}",
        source=rows,
        notes=notes,
    )


def tokens(
    view: View, *, unit: str, of: str, fold: str = "1", range: str = "", which: str = TOP
) -> Exhibit:
    """Sentences with their tokens shaded by response."""
    number = unit_number(view, unit)
    table = _table(view, unit, of, fold)
    chosen = parsed_range(range)
    rows, told = _rows(table, RANGE if chosen and which == TOP else which, chosen)
    found = results.sentences(view, number, of, rows)
    low, high = results.scale_of(view, number, of)
    shaded = [Shaded(s.text, f"{s.response:.3g} {s.side}", s.spans, s.values) for s in found]
    data = pd.DataFrame(
        {
            "response": [s.response for s in found],
            "side": [s.side for s in found],
            "text": [s.text for s in found],
        }
    )
    columns = (Column("response", format="number", digits=3), Column("side"), Column("text"))
    bare = any(s.values is None for s in found)
    return Exhibit(
        name="unit-tokens",
        title="The very sentences",
        lead=told,
        tokens=Tokens(shaded, low, high),
        table=Table(columns, data),
        caption=_caption(
            view, of, fold, len(found), "shading from the median token to the greatest"
        ),
        alt=f"{len(found)} sentences of {of} by response of {unit}.",
        filename=f"sentences-{of}-{unit.replace(':', '-')}",
        source=data,
        notes=(
            "Of most negative sentences the pooled response alone was kept; their tokens are not "
            "shaded.",
        )
        if bare
        else (),
    )


def parsed_range(text: str) -> tuple[float, float] | None:
    """Two numbers of an address, "low,high"; None where there is nothing. Raises
    InputError.
    """
    if not text.strip():
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise InputError(
            f"range: got “{text[:60]}”.", "Expected two numbers, the lower first: 0.5,2.0."
        )
    return low, high


def _rows(
    table: pd.DataFrame, which: str, chosen: tuple[float, float] | None
) -> tuple[pd.DataFrame, str]:
    positive = table["side"] == results.POSITIVE
    if which == TOP:
        return table[positive].head(_SHOWN), "Positive sentences with the greatest response."
    if which == FALSE:
        return table[~positive].head(_SHOWN), "Negative sentences with the greatest response."
    if which == MISSED:
        rows = table[positive].tail(_SHOWN)[::-1]
        return rows, "Positive sentences with the least response."
    if chosen is None:
        return table.head(_SHOWN), "No range is chosen: all sentences, greatest response first."
    low, high = chosen
    rows = table[table["response"].between(low, high)]
    n, n_positive = len(rows), int((rows["side"] == results.POSITIVE).sum())
    more = f"; the first {_SHOWN} are shown" if n > _SHOWN else ""
    return rows.head(_SHOWN), (
        f"{n:,} sentences have a response from {low:.3g} to {high:.3g}, {n_positive:,} of them "
        f"positive{more}."
    )


def _table(view: View, unit: str, of: str, fold: str) -> pd.DataFrame:
    return results.responses(view, unit_number(view, unit), of, int(fold) - 1)


def _caption(view: View, of: str, fold: str, n: int, *more: str) -> str:
    return provenance(
        view.run,
        n=n,
        of="sentences",
        more=[f"concept {of}, fold {fold} of {view.run.request.folds}", *more],
    )


def _words(view: View, _: Chosen) -> tuple[str, ...]:
    return results.words_with_evidence(view)


def _folds(view: View, _: Chosen) -> tuple[str, ...]:
    return tuple(str(fold + 1) for fold in range(view.run.request.folds))


def _unit(view: View, _: Chosen) -> tuple[str, ...]:
    words = results.words_with_evidence(view)
    if not words:
        return ()
    units = results.units_with_evidence(view, words[0])
    first = units[units["expert"]].head(1)
    return tuple(names_of(with_places(view.library, view.run.id, first)))


_OPTIONS = (
    Option("unit", "Unit, as module:index", _unit, follows=True, free=True),
    Option("of", "Sentences of", _words, follows=True),
    Option("fold", "Fold", _folds, follows=True),
)
_RANGE = Option("range", "Responses from, to", ("",), follows=True, free=True)
ROWS = (
    Row(
        "unit-histogram",
        "units",
        "How strongly a unit answers to sentences of a concept and of others.",
        histogram,
        (SENTENCES, EVIDENCE),
        (*_OPTIONS, _RANGE),
    ),
    Row(
        "unit-precision",
        "units",
        "The precision–recall curve of a unit; its area is the AP.",
        curve,
        (SENTENCES, EVIDENCE),
        _OPTIONS,
    ),
    Row(
        "unit-tokens",
        "units",
        "The sentences a unit answers, their tokens shaded by response.",
        tokens,
        (SENTENCES, EVIDENCE),
        (*_OPTIONS, _RANGE, Option("which", "Show", (TOP, FALSE, MISSED, RANGE))),
    ),
)
