"""Where experts are: layers and modules."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from explorer.core.ratings import Ratings
from explorer.core.tau import Tau
from explorer.measure.alignment import align
from explorer.measure.where import bimodality, depth, mean_difference, overlap_within, sizes_within
from explorer.results.checkpoints import step_of
from explorer.results.concepts import number_of
from explorer.results.experts import experts, module_rows, modules
from explorer.results.memo import remembered
from explorer.results.rated import human_pairs, words_of
from explorer.results.view import View
from explorer.store.library import Library

LAYER, KIND = "layer", "module"
EARLY = "A higher τ moves the experts of MLPs to earlier layers (ExpertLens)"
BIMODAL = "A higher τ makes attention bimodal over depth (ExpertLens)"
MIDDLE = "During training, experts move from deep to middle layers (arXiv 2505.17117)"


def expert_places(view: View, word: str) -> pd.DataFrame:
    """label, layer, kind, width, experts (mean over folds) of the run and its
    control.
    """
    number = number_of(view, word)
    tables = []
    for run in view.pair:
        table = modules(view.library, run.id)
        found = experts(view.library, run.id, view.tau)
        units = found.unit[found.rows(number)]
        counts = np.bincount(module_rows(table, units), minlength=len(table)) / found.n_folds
        tables.append(table[["layer", "kind", "width"]].assign(label=run.label, experts=counts))
    return pd.concat(tables, ignore_index=True)


def density(view: View, high: Tau) -> pd.DataFrame:
    """label, layer, kind, width, experts (mean per concept and fold) of the run at its
    τ and at a higher one, and of its control.
    """
    shown = [(run, view.tau) for run in view.pair]
    if high > view.tau:
        shown.insert(1, (view.run, high))
    tables = []
    for run, tau in shown:
        table = modules(view.library, run.id)
        counts = experts_by_module(view.library, run.id, tau)
        label = f"{run.label}, τ {tau}"
        tables.append(table[["layer", "kind", "width"]].assign(label=label, experts=counts))
    return pd.concat(tables, ignore_index=True)


@remembered(64)
def experts_by_module(library: Library, run_id: str, tau: Tau) -> np.ndarray:
    """(modules,) numbers of experts, means over concepts and folds."""
    found = experts(library, run_id, tau)
    by_unit = np.bincount(found.unit, minlength=library.run(run_id).n_units)
    starts = modules(library, run_id)["first_unit"].to_numpy()
    return np.asarray(np.add.reduceat(by_unit, starts) / found.sizes.size)


def alignment_by(view: View, by: str) -> pd.DataFrame:
    """label, group, rho, low, high, p, n, empty: alignment of the overlap of the units
    of one layer, or of one kind of module, of the run and its control.

    empty: share of the rated pairs of which a word has no expert there.
    """
    tables = [
        _alignment_by(view.library, run.id, view.rated, view.tau, by).assign(label=run.label)
        for run in view.pair
    ]
    return pd.concat(tables, ignore_index=True)


@remembered(32)
def _alignment_by(
    library: Library, run_id: str, ratings: Ratings, tau: Tau, by: str
) -> pd.DataFrame:
    table = modules(library, run_id)
    column = table["layer"] if by == LAYER else table["kind"]
    names = list(dict.fromkeys(column))
    of_module = np.array([names.index(name) for name in column], np.int16)
    groups = np.repeat(of_module, table["width"])
    found = experts(library, run_id, tau)
    pairs = human_pairs(library, run_id, ratings)
    words = words_of(pairs)
    i, j = words.T
    overlaps = np.zeros((len(names), len(pairs)))
    empty = np.zeros((len(names), len(pairs)))
    for fold in range(found.n_folds):
        sets = found.sets(fold)
        sizes = sizes_within(sets, groups, len(names))
        overlaps += overlap_within(sets, groups, sizes, i, j)
        empty += (sizes[:, i] == 0) | (sizes[:, j] == 0)
    score = pairs["score"].to_numpy(float)
    rows = []
    for k, name in enumerate(names):
        measured = align(overlaps[k] / found.n_folds, score, words)
        share = empty[k].mean() / found.n_folds
        rows.append(
            (name, measured.rho, measured.low, measured.high, measured.p, measured.n, share)
        )
    return pd.DataFrame(rows, columns=["group", "rho", "low", "high", "p", "n", "empty"])


def alignment_over_training(view: View) -> pd.DataFrame:
    """step, group (layer), rho, low, high, p, n, empty at every checkpoint of the run's
    training.
    """
    tables = [
        _alignment_by(view.library, run.id, view.rated, view.tau, LAYER).assign(step=step_of(run))
        for run in view.selection.checkpoints(view.run)
    ]
    return pd.concat(tables, ignore_index=True)


def claims(view: View, high: Tau) -> pd.DataFrame:
    """Published claims about where experts are, on this run: claim, of (a run),
    measured, low, high, n (concepts), holds.

    holds: whether the 95% interval of the mean over concepts lies on the claimed side
    of 0.
    """
    rows = []
    for run in view.pair:
        for claim, measure, part, sign in (
            (EARLY, depths, "mlp", -1),
            (BIMODAL, bimodalities, "att", 1),
        ):
            before, after = (measure(view.library, run.id, tau, part) for tau in (view.tau, high))
            rows.append((claim, run.label, *mean_difference(before, after), sign))
    line = view.selection.checkpoints(view.run)
    if len(line) > 2:
        ends = [depths(view.library, run.id, view.tau, "") for run in (line[1], line[-1])]
        rows.append((MIDDLE, f"{line[1].label} to {line[-1].label}", *mean_difference(*ends), -1))
    table = pd.DataFrame(rows, columns=["claim", "of", "measured", "low", "high", "n", "sign"])
    held = np.where(table["sign"] < 0, table["high"] < 0, table["low"] > 0)
    return table.drop(columns="sign").assign(holds=held)


@remembered(64)
def depths(library: Library, run_id: str, tau: Tau, part: str) -> np.ndarray:
    """(concepts,) mean depth of the experts in the modules whose kind holds `part`, 0
    in the first layer and 1 in the last.
    """
    return np.array([depth(units, layers) for units, layers in _parts(library, run_id, tau, part)])


@remembered(64)
def bimodalities(library: Library, run_id: str, tau: Tau, part: str) -> np.ndarray:
    """(concepts,) bimodality of the layers of such experts."""
    parts = _parts(library, run_id, tau, part)
    return np.array([bimodality(layers[units].astype(float)) for units, layers in parts])


def _parts(
    library: Library, run_id: str, tau: Tau, part: str
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Per concept, its experts of the first fold in some modules, and the layer of
    every unit.
    """
    table = modules(library, run_id)
    layers = np.repeat(table["layer"].to_numpy(), table["width"])
    inside = np.repeat([part in kind for kind in table["kind"]], table["width"])
    for units in experts(library, run_id, tau).sets(0):
        yield units[inside[units]], layers
