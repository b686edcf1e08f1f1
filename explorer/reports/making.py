"""A report's exhibits, made from the runs at hand, each by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from explorer.core.errors import ExplorerError
from explorer.core.records import RunInfo
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.needs import SWEEP, TWO_SIZES
from explorer.exhibits.registry import NotShowable, row_of, showable
from explorer.exhibits.row import Row
from explorer.reports.report import Report, Source
from explorer.results.compare import WITH, sides_of
from explorer.results.view import View, view_of
from explorer.store.library import Library

_LOG = logging.getLogger("explorer")


@dataclass(frozen=True)
class Made:
    """An exhibit, or the sentence that stands in its place."""

    source: Source
    """With every parameter and option, so that later defaults change nothing; as it was
    given where there is no exhibit.
    """
    exhibit: Exhibit | None = None
    runs: tuple[RunInfo, ...] = ()
    """The run and those that the exhibit may compare it with."""
    problem: str = ""


def make_all(report: Report, library: Library) -> list[Made]:
    """The exhibits of a report in their order. None breaks another."""
    return [make(block.source, library) for block in report.shown]


def make(source: Source, library: Library) -> Made:
    """The exhibit that a source names, or why there is none; our faults are logged."""
    try:
        return _made(source, library)
    except ExplorerError as error:
        return Made(source, problem=str(error))
    except Exception as error:  # noqa: BLE001 - one exhibit must not take the rest along
        _LOG.exception("“%s” of a report", source.exhibit)
        return Made(source, problem=fault(error))


def fault(error: Exception) -> str:
    """The sentence that stands in place of what a fault of ours prevented."""
    return f"This exhibit could not be made: a fault of the program ({type(error).__name__})."


def _made(source: Source, library: Library) -> Made:
    row = row_of(source.exhibit)
    view = view_of(library, **source.address)
    runs = _compared(row, view, source)
    try:
        chosen = showable(row, view, source.options)
    except NotShowable as error:
        return Made(source, runs=runs, problem=error.hint)
    whole = Source(source.exhibit, options=chosen, **view.address)
    return Made(whole, row.exhibit(view, chosen), runs)


def _compared(row: Row, view: View, source: Source) -> tuple[RunInfo, ...]:
    """The runs that an exhibit may draw on, the view's first."""
    runs = [view.run, *view.pair, *view.runs]
    if {SWEEP, TWO_SIZES} & set(row.needs):
        sweep = view.selection.sweep(view.run)
        runs += [] if sweep is None else sweep.runs
    if WITH in {option.name for option in row.options}:
        runs += sides_of(view, source.options).runs
    return distinct(runs)


def distinct(runs: Iterable[RunInfo]) -> tuple[RunInfo, ...]:
    """Runs, each once."""
    return tuple({run.id: run for run in runs}.values())
