"""The evidence ladder of a run: where its units, its concepts and its pairs stand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.tau import Tau
from explorer.measure.alignment import holm
from explorer.measure.evidence import LEVEL, popularity
from explorer.measure.evidence.ladder import LEARNED, SELECTIVE, STABLE, standing
from explorer.measure.evidence.learned import false_share
from explorer.measure.evidence.selective import (
    NullAP,
    false_discovery,
    null_ap,
    twice_the_median,
)
from explorer.measure.evidence.stable import common_p, returns_p
from explorer.measure.overlap import jaccard_of_counts
from explorer.results.experts import ExpertTable, experts
from explorer.results.memo import remembered
from explorer.results.reading import concepts
from explorer.store.library import Library


@remembered(32)
def concept_evidence(library: Library, run_id: str, twin_id: str | None, tau: Tau) -> pd.DataFrame:
    """Every concept on the ladder, in the order of their ids.

    word, domain; experts (mean over folds), low, high (fewest, most of a fold), best
    (greatest AP), selective_p; overlap, stable_p; learned_units, units (in a fold at
    least); a boolean a rung (None: not judged); rung (0 to 3). p are Holm-corrected
    over concepts. twin_id: of the untrained twin.
    """
    run, table = library.run(run_id), concepts(library, run_id)
    found, null = experts(library, run_id, tau), _null(library, run_id)
    learned = None if twin_id is None else learned_units(library, run_id, twin_id)
    rows = []
    for concept in range(found.n_concepts):
        sizes = found.sizes[concept]
        best = [_greatest(found, concept, fold) for fold in range(found.n_folds)]
        of_best = np.minimum(1.0, run.n_units * null.p(best))
        units = np.unique(found.unit[found.rows(concept)])
        overlap, stable_p = _between_folds(found, concept, run.n_units)
        rows.append(
            {
                "experts": sizes.mean(),
                "low": sizes.min(),
                "high": sizes.max(),
                "best": max(best),
                "selective_p": float(twice_the_median(of_best)),
                "overlap": overlap,
                "stable_p": stable_p,
                "units": len(units),
                "learned_units": learned and int(np.isin(units, learned[concept]).sum()),
            }
        )
    result = pd.concat([table[["word", "domain"]], pd.DataFrame(rows)], axis=1)
    for name in ("selective_p", "stable_p"):
        result[name] = holm(result[name].to_numpy())
    result[SELECTIVE] = [bool(p <= LEVEL) for p in result["selective_p"]]
    result[STABLE] = judged(result["stable_p"] <= LEVEL, found.n_folds > 1)
    result[LEARNED] = judged(result["learned_units"].fillna(0) > 0, twin_id is not None)
    return result.assign(rung=standing(result))


@remembered(256)
def unit_evidence(
    library: Library, run_id: str, twin_id: str | None, concept: int, tau: Tau
) -> pd.DataFrame:
    """The experts of a concept on the ladder, greatest AP first.

    unit, ap (mean over the folds in which it is an expert), low, high, folds; concepts
    (how many it is an expert of); selective_p (false discovery rate over all units of
    the model); returns_p (Holm over the experts); untrained_share (of units with this
    AP that the twin has too); a boolean a rung (None: not judged); rung (0 to 3).
    """
    n_units, found = library.run(run_id).n_units, experts(library, run_id, tau)
    units = found.units_of(concept)
    p = _fold_p(found, concept, units["unit"].to_numpy(), _null(library, run_id))
    units["concepts"] = found.served.reindex(units["unit"]).to_numpy()
    units["selective_p"] = false_discovery(twice_the_median(p), n_units)
    back = returns_p(units["folds"], found.n_folds, found.sizes[concept], n_units)
    units["returns_p"] = holm(back) if found.n_folds > 1 else np.nan
    units["untrained_share"] = np.nan
    if twin_id is not None:
        every, shares = _untrained_shares(library, run_id, twin_id, concept)
        units["untrained_share"] = shares[np.searchsorted(every, units["unit"])]
    half = (units["folds"] - 1) * 2 >= found.n_folds - 1
    units[SELECTIVE] = [bool(p <= LEVEL) for p in units["selective_p"]]
    units[STABLE] = judged((units["returns_p"] <= LEVEL) & half, found.n_folds > 1)
    units[LEARNED] = judged(units["untrained_share"] <= LEVEL, twin_id is not None)
    units["rung"] = standing(units)
    return units.sort_values(["ap", "unit"], ascending=[False, True], ignore_index=True)


def _null(library: Library, run_id: str) -> NullAP:
    request = library.run(run_id).request
    return null_ap(request.n_positive, request.n_negative)


def _greatest(found: ExpertTable, concept: int, fold: int) -> float:
    return float(found.ap[found.rows(concept, fold)].max(initial=0.0))


def _between_folds(found: ExpertTable, concept: int, n_units: int) -> tuple[float, float]:
    """Mean overlap over pairs of folds, and the largest p over them that they share
    their experts by chance; NaN with one fold.
    """
    if found.n_folds < 2:
        return float("nan"), float("nan")
    shared, sizes = popularity.shared_counts(found.folds_of(concept)), found.sizes[concept]
    pairs = np.triu_indices(found.n_folds, 1)
    overlap = jaccard_of_counts(shared, sizes)[pairs].mean()
    return float(overlap), float(common_p(shared, sizes, n_units).max())


def _fold_p(found: ExpertTable, concept: int, units: np.ndarray, null: NullAP) -> np.ndarray:
    """(units, folds) p of each AP; 1 in a fold in which the unit is no expert."""
    p = np.ones((len(units), found.n_folds))
    for fold in range(found.n_folds):
        rows = found.rows(concept, fold)
        p[np.searchsorted(units, found.unit[rows]), fold] = null.p(found.ap[rows])
    return p


def _untrained_shares(
    library: Library, run_id: str, twin_id: str, concept: int
) -> tuple[np.ndarray, np.ndarray]:
    """The experts of a concept at the lowest τ, ascending; and of each, the share of
    units as good that the twin has.
    """
    every = experts(library, run_id, Tau(0)).units_of(concept)
    untrained = experts(library, twin_id, Tau(0)).units_of(concept)["ap"].to_numpy()
    return every["unit"].to_numpy(), false_share(every["ap"].to_numpy(), untrained)


@remembered(4)
def learned_units(library: Library, run_id: str, twin_id: str) -> list[np.ndarray]:
    """Per concept, its experts at the lowest τ that the twin has nothing like."""
    parts = (
        _untrained_shares(library, run_id, twin_id, concept)
        for concept in range(experts(library, run_id, Tau(0)).n_concepts)
    )
    return [units[shares <= LEVEL] for units, shares in parts]


def judged(passed: pd.Series, possible: bool) -> list[bool | None]:
    """A column of verdicts; None all along where none is possible."""
    return [bool(value) if possible else None for value in passed]
