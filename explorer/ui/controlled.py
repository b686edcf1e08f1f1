"""Cached measures of what could stand behind an alignment: shared words, shuffled
labels, the threshold τ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from explorer.core.checkpoint import Checkpoint
from explorer.core.records import RunInfo
from explorer.measure import alignment as _alignment
from explorer.measure import surface as _surface
from explorer.measure.statistics import partial as _partial
from explorer.measure.statistics import permutation as _permutation
from explorer.ui import library
from explorer.ui.library import EXPERTS, REPRESENTATIONS

SURFACE = "shared words alone"


def shared_words(run: RunInfo) -> np.ndarray:
    """(concepts, concepts) similarity of the words in the concepts' stored sentences,
    whatever the model.
    """
    # Runs of one design hold the same sentences: a trajectory reads them once.
    design = replace(
        run.request, checkpoint=Checkpoint("any"), pooling="max", dtype="float32", ap_floor=0.0
    )
    return _shared_words((design.id, *run.request.concepts), run.id)


@st.cache_resource(show_spinner=False, max_entries=16)
def _shared_words(design: tuple[str, ...], _run_id: str) -> np.ndarray:
    stored = library.library().export(_run_id, "sentences").groupby("concept")["text"].agg(list)
    matrix = _surface.shared_words({word: stored.get(word, []) for word in design[1:]})
    matrix.flags.writeable = False
    return matrix


def _surface_of(run: RunInfo, pairs: pd.DataFrame) -> np.ndarray:
    found: np.ndarray = shared_words(run)[pairs["i"].to_numpy(int), pairs["j"].to_numpy(int)]
    return found


def cached_partial(
    run: RunInfo, dataset: str, split: str | None, tau: float, representation: str = EXPERTS
) -> _alignment.Alignment:
    """ρ of a representation with human ratings when the words that sentences share are
    held constant.
    """
    return _cached_partial(
        run.id, dataset, split, tau if representation == EXPERTS else 0.5, representation, run
    )


@st.cache_data(show_spinner=False, max_entries=2048)
def _cached_partial(
    run_id: str, dataset: str, split: str | None, tau: float, representation: str, _run: RunInfo
) -> _alignment.Alignment:
    pairs = library.rated_pairs(run_id, dataset, split, representation, tau)
    return _partial.partial_align(
        pairs["similarity"].to_numpy(), pairs["score"].to_numpy(float), _surface_of(_run, pairs)
    )


def cached_surface(run: RunInfo, dataset: str, split: str | None) -> _alignment.Alignment:
    """ρ of the words that sentences share with human ratings: what no model is needed
    for.
    """
    return _cached_surface(run.id, dataset, split, run)


@st.cache_data(show_spinner=False, max_entries=256)
def _cached_surface(
    run_id: str, dataset: str, split: str | None, _run: RunInfo
) -> _alignment.Alignment:
    pairs = library.human_pairs(run_id, dataset, split)
    return _alignment.align(_surface_of(_run, pairs), pairs["score"].to_numpy(float))


def partials(runs: Sequence[RunInfo], dataset: str, split: str | None, tau: float) -> pd.DataFrame:
    """run, label, representation, rho, low, high, p, partial, partial_low,
    partial_high, partial_p, p_holm, n, note.

    One row a run and representation, then one a run for the shared words themselves,
    which have no partial ρ. p_holm: the partial p-values, over all rows.
    """
    rows: list[dict[str, object]] = []
    for run in runs:
        for kind in REPRESENTATIONS:
            raw = library.cached_alignment(run.id, dataset, split, tau, kind)
            left = cached_partial(run, dataset, split, tau, kind)
            rows.append(_row(run, kind, raw) | _left(left))
        rows.append(_row(run, SURFACE, cached_surface(run, dataset, split)))
    table = pd.DataFrame(rows)
    table.insert(
        table.columns.get_loc("partial_p") + 1,
        "p_holm",
        _alignment.holm(table["partial_p"].to_numpy(float)),
    )
    return table


def _row(run: RunInfo, kind: str, found: _alignment.Alignment) -> dict[str, object]:
    measured = {name: getattr(found, name) for name in ("rho", "low", "high", "p")}
    left = dict.fromkeys(("partial", "partial_low", "partial_high", "partial_p"), np.nan)
    return (
        {"run": run.id, "label": run.label, "representation": kind}
        | measured
        | left
        | {
            "n": found.n,
            "note": found.note,
        }
    )


def _left(found: _alignment.Alignment) -> dict[str, object]:
    return {
        "partial": found.rho,
        "partial_low": found.low,
        "partial_high": found.high,
        "partial_p": found.p,
        "note": found.note,
    }


def nulls(run_id: str, dataset: str, split: str | None, tau: float) -> dict[str, _permutation.Null]:
    """Representation → the range of its ρ when human scores are shuffled, and its
    permutation p.
    """
    found = _nulls(run_id, dataset, split, tau)
    return dict(zip(REPRESENTATIONS, found, strict=True))


@st.cache_data(show_spinner=False, max_entries=512)
def _nulls(run_id: str, dataset: str, split: str | None, tau: float) -> list[_permutation.Null]:
    pairs = [library.rated_pairs(run_id, dataset, split, kind, tau) for kind in REPRESENTATIONS]
    scores = pairs[0]["score"].to_numpy(float)
    return _permutation.permutation_nulls(
        [table["similarity"].to_numpy() for table in pairs], scores
    )


@st.cache_data(show_spinner=False, max_entries=256)
def by_tau(run_id: str, dataset: str, split: str | None) -> pd.DataFrame:
    """tau, rho, low, high, p, n, empty, note: ρ of experts at every τ of the grid.

    empty: share of word pairs of which a word has no expert, mean over folds; their
    overlap is 0.
    """
    pairs = library.human_pairs(run_id, dataset, split)
    words = library.concepts(run_id)["word"].tolist()
    sizes = library.library().set_sizes(run_id)
    rows = []
    for tau in library.library().taus(run_id):
        found = library.cached_alignment(run_id, dataset, split, float(round(tau, 2)))
        bare = (
            sizes[np.isclose(sizes["tau"], tau)].pivot(index="word", columns="fold", values="size")
            == 0
        )
        bare_of = bare.reindex(words).to_numpy(bool)
        empty = (
            (bare_of[pairs["i"].to_numpy(int)] | bare_of[pairs["j"].to_numpy(int)]).mean()
            if len(pairs)
            else np.nan
        )
        measured = {name: getattr(found, name) for name in ("rho", "low", "high", "p", "n")}
        rows.append(
            {"tau": float(round(tau, 2)), **measured, "empty": float(empty), "note": found.note}
        )
    return pd.DataFrame(rows)
