"""Stability: how much of an expert set comes back, and what chance alone would give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.tau import Tau
from explorer.measure import stability as measures
from explorer.measure.stability import SharedSentences
from explorer.results.memo import remembered
from explorer.results.reading import concepts, overlap_grid
from explorer.store.library import Library

_CURVE = ["tau", "kind", "mean", "low", "high", "n"]


@remembered(256)
def overlap_within_concepts(library: Library, run_id: str) -> pd.DataFrame:
    """tau, mean, low, high, n: overlap of a concept's expert sets across folds."""
    return measures.within_concept(library.fold_overlap(run_id))


@remembered(256)
def overlap_between_concepts(library: Library, run_id: str) -> pd.DataFrame:
    """tau, mean, low, high, n: overlap of all pairs of concepts."""
    return measures.between_concepts(overlap_grid(library, run_id), library.taus(run_id))


@remembered(256)
def chance_overlap(library: Library, run_id: str) -> pd.DataFrame:
    """tau, within, between: overlap expected of random sets of these sizes."""
    return measures.chance(library.set_sizes(run_id), library.run(run_id).n_units)


@remembered(256)
def shared_sentences(library: Library, run_id: str) -> SharedSentences:
    """Mean share of positive and of negative sentences that two folds have in
    common.
    """
    return measures.shared_sentences(library.fold_overlap(run_id))


@remembered(256)
def overlap_curves(library: Library, run_id: str) -> pd.DataFrame:
    """tau, kind ("within", "between", each "by chance"), mean, low, high, n."""
    chance = chance_overlap(library, run_id)
    parts = {
        "within": overlap_within_concepts(library, run_id),
        "between": overlap_between_concepts(library, run_id),
        "within by chance": chance.assign(mean=chance["within"]).dropna(subset="mean"),
        "between by chance": chance.assign(mean=chance["between"]).dropna(subset="mean"),
    }
    return pd.concat(
        [
            part.assign(kind=kind).reindex(columns=_CURVE)
            for kind, part in parts.items()
            if len(part)
        ]
    )


@remembered(256)
def set_sizes(library: Library, run_id: str) -> pd.DataFrame:
    """tau, low, median, high, empty: experts of a concept, mean over folds.

    Median and middle 80% over concepts; empty is the share of sets without an expert.
    """
    sizes = library.set_sizes(run_id)
    means = sizes.groupby(["tau", "word"])["size"].mean()
    quantiles = means.groupby("tau").quantile([0.1, 0.5, 0.9]).unstack()
    summary = quantiles.set_axis(["low", "median", "high"], axis=1)
    summary["empty"] = (sizes["size"] == 0).groupby(sizes["tau"]).mean()
    return summary.reset_index()


@remembered(256)
def concept_stability(library: Library, run_id: str, tau: Tau) -> pd.DataFrame:
    """concept, domain, overlap (mean over pairs of folds), experts (mean over folds).

    The least stable concepts come first.
    """
    folds, sizes = library.fold_overlap(run_id), library.set_sizes(run_id)
    overlap = folds[np.isclose(folds["tau"], tau.value)].groupby("word")["overlap"].mean()
    experts = sizes[np.isclose(sizes["tau"], tau.value)].groupby("word")["size"].mean()
    table = concepts(library, run_id)[["word", "domain"]].assign(
        overlap=lambda t: t["word"].map(overlap), experts=lambda t: t["word"].map(experts)
    )
    return table.rename(columns={"word": "concept"}).sort_values("overlap", ignore_index=True)


@remembered(256)
def type_token_by_source(library: Library, run_id: str) -> pd.DataFrame:
    """source, sentences, type_token: ratio of each source's words, mean over
    concepts.
    """
    texts = library.words(run_id)
    rows = []
    for source, part in texts.groupby("source", sort=True):
        ratios = part.groupby("concept")["text"].agg(measures.type_token_ratio)
        rows.append({"source": source, "sentences": len(part), "type_token": ratios.mean()})
    return pd.DataFrame(rows)
