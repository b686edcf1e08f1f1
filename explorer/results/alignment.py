"""Alignment: how far the similarities of a model follow human ratings, over
checkpoints.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import EXPERTS, Experts, Similarity, similarities
from explorer.core.text import rho
from explorer.measure.alignment import ALPHA, Alignment, align, holm
from explorer.measure.statistics.permutation import Null, permutation_nulls
from explorer.results.checkpoints import by_family, family_of, step_of
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs, words_of
from explorer.results.reading import rated_pairs, similarity
from explorer.results.shared_words import partial_alignment_of
from explorer.store.library import Library

_FEWEST_STEPS = 3
"""Of a trajectory of which it is said where it becomes significant."""


@remembered(4096)
def alignment_of(library: Library, run_id: str, ratings: Ratings, of: Similarity) -> Alignment:
    """Spearman ρ of a similarity with human ratings, its interval and p."""
    pairs = rated_pairs(library, run_id, ratings, of)
    return align(pairs["similarity"].to_numpy(), pairs["score"].to_numpy(float), words_of(pairs))


@remembered(512)
def nulls_of(library: Library, run_id: str, ratings: Ratings, experts: Experts) -> tuple[Null, ...]:
    """The range of ρ of each similarity when words are shuffled, and its p.

    In the order of `similarities`.
    """
    pairs = human_pairs(library, run_id, ratings)
    models = [similarity(library, run_id, of) for of in similarities(experts)]
    return tuple(permutation_nulls(models, pairs["score"].to_numpy(float), words_of(pairs)))


def alignment_points(
    library: Library,
    runs: Sequence[RunInfo],
    ratings: Ratings,
    experts: Experts,
    *,
    null: bool = False,
    partial: bool = False,
) -> pd.DataFrame:
    """One row a run and representation, in the order of family and step.

    run, commit, family, label, step, held_out_loss and tokens (NaN where not recorded),
    representation, rho, low, high, p, p_holm (over the rows of its family), n, note.
    With `null`, also null_low, null_high and null_p: the 95% range of ρ when words are
    shuffled, and the permutation p. With `partial`, ρ is the partial one, given the
    words that the concepts' sentences share.
    """
    ids = tuple(run.id for run in sorted(runs, key=by_family))
    return _points(library, ids, ratings, experts, null, partial)


@remembered(256)
def _points(
    library: Library,
    run_ids: tuple[str, ...],
    ratings: Ratings,
    experts: Experts,
    null: bool,
    partial: bool,
) -> pd.DataFrame:
    measure = partial_alignment_of if partial else alignment_of
    columns = ("rho", "low", "high", "p", "n", "note")
    rows = []
    for run_id in run_ids:
        checkpoint = _checkpoint_row(library.run(run_id))
        nulls = nulls_of(library, run_id, ratings, experts) if null else ()
        for index, of in enumerate(similarities(experts)):
            result = measure(library, run_id, ratings, of)
            measured = {name: getattr(result, name) for name in columns}
            band = {
                f"null_{name}": getattr(shuffled, name)
                for shuffled in nulls[index : index + 1]
                for name in ("low", "high", "p")
            }
            rows.append({**checkpoint, "representation": of.name, **measured, **band})
    table = pd.DataFrame(rows)
    # A model more or less must not change what is said of the others.
    adjusted = holm(table["p"].to_numpy(float), table["family"].tolist())
    table.insert(table.columns.get_loc("p") + 1, "p_holm", adjusted)
    return table


def _checkpoint_row(run: RunInfo) -> dict[str, object]:
    trained = run.training or {}
    row: dict[str, object] = {
        "run": run.id,
        "commit": run.commit,
        "family": family_of(run),
        "label": run.label,
        "step": step_of(run),
    }
    return row | {name: _number(trained.get(name)) for name in ("held_out_loss", "tokens")}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def first_significant(points: pd.DataFrame) -> list[str]:
    """Where ρ of the experts first differs from 0, a sentence for each trajectory.

    points: as `alignment_points`. Significant means p_holm below 0.05; a trajectory has
    three checkpoints of known step or more.
    """
    sentences = []
    experts = points[(points["representation"] == EXPERTS) & points["step"].notna()]
    for name, line in experts.groupby("family", sort=False):
        if line["step"].nunique() < _FEWEST_STEPS:
            continue
        line = line.sort_values("step")
        clear = (line["p_holm"] < ALPHA).to_numpy()
        if not clear.any():
            sentences.append(f"ρ of the experts of {name} differs from 0 at no step")
            continue
        first = int(np.argmax(clear))
        step, value = line["step"].iloc[first], line["rho"].iloc[first]
        later = "and at every later one" if clear[first:].all() else "though not at every later one"
        sentences.append(
            f"ρ of the experts of {name} first differs from 0 at step {step:,.0f} (ρ "
            f"{rho(value)}), {later}"
        )
    return sentences
