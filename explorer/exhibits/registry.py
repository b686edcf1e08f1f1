"""The exhibits there are: the one list that pages, command line and reports read."""

from __future__ import annotations

import difflib

from explorer.core.errors import InputError
from explorer.exhibits import (
    alignment,
    biography,
    bridges,
    compare,
    compare_moved,
    compare_network,
    compare_similarity,
    compare_turnover,
    compare_where,
    concepts,
    confounds,
    coverage,
    differences,
    domains,
    headline_training,
    heatmap,
    model_map,
    neighbours,
    over_training,
    overview,
    pair,
    pairs,
    partial,
    probe_sets,
    recovery,
    responses,
    sentence,
    stability,
    stability_grid,
    threshold,
    triplets,
    units,
    where,
)
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.row import Chosen, Row
from explorer.results.view import View

SUBJECTS = (
    overview,
    headline_training,
    alignment,
    differences,
    partial,
    confounds,
    threshold,
    pairs,
    coverage,
    triplets,
    where,
    concepts,
    neighbours,
    biography,
    units,
    responses,
    pair,
    sentence,
    stability,
    stability_grid,
    domains,
    heatmap,
    bridges,
    recovery,
    compare,
    compare_similarity,
    compare_moved,
    compare_network,
    compare_where,
    compare_turnover,
    model_map,
    over_training,
    probe_sets,
)
EXHIBITS: dict[str, Row] = {row.name: row for subject in SUBJECTS for row in subject.ROWS}
"""Every exhibit by name, in the order of the pages."""


def exhibit(name: str, view: View, **chosen: str) -> Exhibit:
    """The exhibit of a name on a view.

    chosen: values of its options; those left out have their defaults. Raises InputError
    for an unknown name, option or value, and where the view or what was chosen lacks
    what the exhibit needs.
    """
    row = row_of(name)
    return row.exhibit(view, showable(row, view, chosen))


class NotShowable(InputError):
    """A view or a choice lacks what an exhibit needs; the hint says what."""


def showable(row: Row, view: View, chosen: Chosen) -> dict[str, str]:
    """The value of every option of an exhibit that can be shown.

    Raises NotShowable where the view or what was chosen lacks what it needs, InputError
    for an option or a value that is not offered.
    """
    refused = f"“{row.name}” cannot be shown of {view.run.label}."
    if view.overlap not in row.overlaps:
        known = ", ".join(f"“{overlap.name}”" for overlap in row.overlaps)
        told = f"It shows experts above τ or knows the overlap {known} only: leave “overlap” out."
        raise NotShowable(refused, told)
    if sentence := row.unmet(view):
        raise NotShowable(refused, sentence)
    values = options_of(row, view, chosen)
    if sentence := row.refuses(view, values):
        raise NotShowable(refused, sentence)
    return values


def row_of(name: str) -> Row:
    """The row of an exhibit. Raises InputError, naming the nearest one, when there is
    none.
    """
    if name not in EXHIBITS:
        near = difflib.get_close_matches(name, list(EXHIBITS), 1)
        hint = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(EXHIBITS)}."
        raise InputError(f"There is no exhibit “{name}”.", hint)
    return EXHIBITS[name]


def options_of(row: Row, view: View, chosen: Chosen) -> dict[str, str]:
    """The value of every option that arises. Raises InputError for what is not
    offered.
    """
    names = [option.name for option in row.options]
    for name in chosen:
        if name not in names:
            raise InputError(
                f"“{row.name}” has no option “{name}”.", f"It has: {', '.join(names) or 'none'}."
            )
    values: dict[str, str] = {}
    for option in row.options:
        offered = option.offered(view, values)
        value = chosen.get(option.name, option.first(offered))
        if value is None:
            continue
        if value not in offered and not option.free:
            expected = ", ".join(offered) or "nothing: it does not arise on this view"
            raise InputError(f"{option.name}: got “{value}”.", f"Expected one of: {expected}.")
        values[option.name] = value
    return values
