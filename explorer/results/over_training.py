"""One run at every step of its training: where its experts are, how its overlaps stand
to human ratings, which concepts it links.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from explorer.core.records import RunInfo
from explorer.measure.statistics.correlation import standardised
from explorer.results.checkpoints import step_of
from explorer.results.compare_where import by_depth
from explorer.results.domains import Concepts, concept_places, concepts_with_domains
from explorer.results.experts import modules
from explorer.results.reading import has_domains, rated_pairs
from explorer.results.view import View
from explorer.results.where import experts_by_module

MOST = 24
"""Steps that are shown; of more, the first, the last and those between on a log
scale.
"""


@dataclass(frozen=True)
class Moment:
    """A checkpoint of the training, its step and, where recorded, the tokens seen."""

    run: RunInfo
    step: int
    tokens: float | None


def moments(view: View) -> tuple[Moment, ...]:
    """The checkpoints of the training of a run, one a step, in their order; those that
    have no step are left out.
    """
    line = {int(step_of(r)): r for r in view.selection.checkpoints(view.run) if step_of(r) >= 0}
    steps = spread_out(sorted(line), MOST)
    return tuple(Moment(line[step], step, _tokens(line[step])) for step in steps)


def spread_out(steps: list[int], most: int) -> list[int]:
    """At most so many of ascending steps: the first, the last, and those nearest to
    equal distances between on a log scale; step 0 has a place of its own.
    """
    if len(steps) <= most:
        return steps
    start, rest = ([steps[0]], steps[1:]) if steps[0] == 0 else ([], steps)
    places = np.log(np.array(rest, float))
    free = dict(enumerate(places))
    chosen = []
    for wanted in np.linspace(places[-1], places[0], most - len(start)):
        nearest = min(free, key=lambda k: abs(free[k] - wanted))
        chosen.append(nearest)
        del free[nearest]
    return start + [rest[k] for k in sorted(chosen)]


def experts_by_layer(view: View) -> pd.DataFrame:
    """step, part (attention or MLP), layer, depth, share (of the units there that are
    experts, mean over concepts and folds), experts.
    """
    tables = []
    for moment in moments(view):
        table = modules(view.library, moment.run.id)[["layer", "kind", "width"]]
        counts = experts_by_module(view.library, moment.run.id, view.tau)
        rows = by_depth(table.assign(label=moment.run.label, experts=counts))
        tables.append(rows.assign(step=moment.step))
    return pd.concat(tables, ignore_index=True).drop(columns="label")


def against_people(view: View) -> pd.DataFrame:
    """step, word1, word2, score (human), overlap, rho (of the step) of every rated
    pair.
    """
    tables = []
    for moment in moments(view):
        pairs = rated_pairs(view.library, moment.run.id, view.rated, view.experts)
        values = pairs[["similarity", "score"]].to_numpy(float).T
        first, second = standardised(values) if len(pairs) else (np.zeros(0), np.zeros(0))
        rows = pairs[["word1", "word2", "score"]].assign(overlap=pairs["similarity"])
        tables.append(rows.assign(step=moment.step, rho=float(first @ second)))
    return pd.concat(tables, ignore_index=True)


def networks(view: View) -> tuple[list[Concepts], dict[str, tuple[float, float]]]:
    """The concepts at every moment, those with a domain where there are some, and their
    places, which are those of the last.
    """
    every = moments(view)
    all_of_them = not has_domains(view.library, view.run.id)
    shown = [
        concepts_with_domains(view.library, m.run.id, view.experts, everything=all_of_them)
        for m in every
    ]
    return shown, concept_places(view.library, every[-1].run.id, view.experts, all_of_them)


def _tokens(run: RunInfo) -> float | None:
    tokens = (run.training or {}).get("tokens")
    return float(tokens) if isinstance(tokens, int | float) else None
