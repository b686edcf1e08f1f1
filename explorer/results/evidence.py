"""The evidence ladder of a run: where its units, its concepts and its pairs stand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.tau import Tau
from explorer.measure.alignment import holm
from explorer.measure.evidence import LEVEL
from explorer.measure.evidence.ladder import LEARNED, SELECTIVE, STABLE, standing
from explorer.measure.evidence.learned import false_share, false_share_at, learned_from
from explorer.measure.evidence.selective import (
    NullAP,
    false_discovery,
    false_discovery_at,
    null_ap,
    twice_the_median,
)
from explorer.measure.evidence.stable import common_p, returns_p
from explorer.measure.overlap import jaccard_of_counts, shared_counts
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
    learned = None if twin_id is None else learned_experts(library, run_id, twin_id, tau)
    rows = []
    for concept in range(found.n_concepts):
        sizes = found.sizes[concept]
        best = [_greatest(found, concept, fold) for fold in range(found.n_folds)]
        of_best = np.minimum(1.0, run.n_units * null.p(best))
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
                "units": len(found.units_in(concept)),
                "learned_units": learned and len(learned.units_in(concept)),
            }
        )
    result = pd.concat([table[["word", "domain"]], pd.DataFrame(rows)], axis=1)
    for name in ("selective_p", "stable_p"):
        result[name] = holm(result[name].to_numpy())
    result[SELECTIVE] = result["selective_p"] <= LEVEL
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
    units["concepts"] = found.served[units["unit"]]
    p = _joined_p(library, run_id, concept, tau)
    units["selective_p"] = false_discovery(p, n_units)
    units["returns_p"] = _returns_p(found, concept, units["folds"].to_numpy(), n_units)
    units["untrained_share"] = np.nan
    if twin_id is not None:
        every, untrained = (experts(library, run, Tau(0)) for run in (run_id, twin_id))
        shares = false_share(every.mean_ap(concept)[0], untrained.mean_ap(concept)[0])
        at = np.searchsorted(every.units_in(concept), units["unit"])
        units["untrained_share"] = shares[at]
    units = _on_ladder(units, found.n_folds, twin_id)
    return units.sort_values(["ap", "unit"], ascending=[False, True], ignore_index=True)


@remembered(64)
def evidence_of_unit(
    library: Library, run_id: str, twin_id: str | None, unit: int, tau: Tau
) -> pd.DataFrame:
    """One unit as `unit_evidence` has it for every concept that it is an expert of,
    with the column number (id of the concept), ascending.
    """
    n_units, found = library.run(run_id).n_units, experts(library, run_id, tau)
    numbers, rows = np.unique(found.places(np.flatnonzero(found.unit == unit))[0]), []
    for concept in numbers.tolist():
        columns = found.columns_of(concept)
        at = int(np.searchsorted(columns["unit"], unit))
        p = _joined_p(library, run_id, concept, tau)
        row = {name: values[at] for name, values in columns.items()}
        row["concepts"], row["selective_p"] = found.served[unit], false_discovery_at(p, at, n_units)
        row["returns_p"] = _returns_p(found, concept, columns["folds"], n_units)[at]
        row["untrained_share"] = np.nan
        if twin_id is not None:
            every, untrained = (experts(library, run, Tau(0)) for run in (run_id, twin_id))
            at = int(np.searchsorted(every.units_in(concept), unit))
            aps = every.mean_ap(concept)[0], untrained.mean_ap(concept)[0]
            row["untrained_share"] = false_share_at(*aps, at)
        rows.append(row)
    if not rows:
        return pd.DataFrame(columns=["number"])
    return _on_ladder(pd.DataFrame(rows), found.n_folds, twin_id).assign(number=numbers)


def _on_ladder(units: pd.DataFrame, n_folds: int, twin_id: str | None) -> pd.DataFrame:
    """With a boolean a rung, and rung."""
    half = (units["folds"] - 1) * 2 >= n_folds - 1
    units[SELECTIVE] = units["selective_p"] <= LEVEL
    units[STABLE] = judged((units["returns_p"] <= LEVEL) & half, n_folds > 1)
    units[LEARNED] = judged(units["untrained_share"] <= LEVEL, twin_id is not None)
    return units.assign(rung=standing(units))


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
    shared, sizes = shared_counts(found.folds_of(concept)), found.sizes[concept]
    pairs = np.triu_indices(found.n_folds, 1)
    overlap = jaccard_of_counts(shared, sizes)[pairs].mean()
    return float(overlap), float(common_p(shared, sizes, n_units).max())


def _joined_p(library: Library, run_id: str, concept: int, tau: Tau) -> np.ndarray:
    """(units,) p of the APs of a concept's experts over the folds; 1 in a fold in which
    a unit is none.
    """
    found, null = experts(library, run_id, tau), _null(library, run_id)
    at, first = found.mean_ap(concept)[1], found.rows(concept).start
    p = np.ones((len(found.units_in(concept)), found.n_folds))
    for fold in range(found.n_folds):
        rows = found.rows(concept, fold)
        p[at[rows.start - first : rows.stop - first], fold] = null.p(found.ap[rows])
    return twice_the_median(p)


def _returns_p(found: ExpertTable, concept: int, folds: np.ndarray, n_units: int) -> np.ndarray:
    """(units,) Holm-corrected p of coming back; NaN with one fold."""
    if found.n_folds < 2:
        return np.full(len(folds), np.nan)
    return holm(returns_p(folds, found.n_folds, found.sizes[concept], n_units))


def learned_experts(library: Library, run_id: str, twin_id: str, tau: Tau) -> ExpertTable:
    """The experts of a run at τ that its twin has nothing like."""
    return _learned(library, run_id, twin_id).above(tau.value)


@remembered(2)
def _learned(library: Library, run_id: str, twin_id: str) -> ExpertTable:
    """Those at the lowest τ, where the two are compared."""
    every, untrained = (experts(library, run, Tau(0)) for run in (run_id, twin_id))
    kept = np.zeros(len(every.unit), bool)
    for concept in range(every.n_concepts):
        ap, of_rows = every.mean_ap(concept)
        least = learned_from(ap, untrained.mean_ap(concept)[0], LEVEL)
        kept[every.rows(concept)] = ap[of_rows] >= least
    return every.where(kept)


def judged(passed: pd.Series, possible: bool) -> np.ndarray:
    """A column of verdicts; None all along where none is possible."""
    return passed.to_numpy(bool) if possible else np.full(len(passed), None)
