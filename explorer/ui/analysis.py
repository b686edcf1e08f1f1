"""Cached tables of one run behind the page of stability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from explorer.measure import stability as _stability
from explorer.ui import library


def overlap_curves(run_id: str) -> pd.DataFrame:
    """tau, kind ("within", "between", and each of them "by chance"), mean, low, high,
    n.
    """
    chance = library.cached_chance(run_id)
    parts = {
        "within": library.cached_within_concept(run_id),
        "between": library.cached_between_concepts(run_id),
        "within by chance": chance.assign(mean=chance["within"]).dropna(subset="mean"),
        "between by chance": chance.assign(mean=chance["between"]).dropna(subset="mean"),
    }
    columns = ["tau", "kind", "mean", "low", "high", "n"]
    return pd.concat(
        [
            part.assign(kind=kind).reindex(columns=columns)
            for kind, part in parts.items()
            if len(part)
        ]
    )


@st.cache_data(show_spinner=False, max_entries=256)
def set_sizes(run_id: str) -> pd.DataFrame:
    """tau, median, low, high, empty: mean set size of a concept over folds, its median
    and middle 80%.
    """
    sizes = library.library().set_sizes(run_id)
    means = sizes.groupby(["tau", "word"])["size"].mean()
    summary = (
        means.groupby("tau")
        .quantile([0.1, 0.5, 0.9])
        .unstack()
        .set_axis(["low", "median", "high"], axis=1)
    )
    summary["empty"] = (sizes["size"] == 0).groupby(sizes["tau"]).mean()
    return summary.reset_index()


@st.cache_data(show_spinner=False, max_entries=256)
def concept_stability(run_id: str, tau: float) -> pd.DataFrame:
    """concept, domain, overlap (mean across pairs of folds), experts (mean over folds),
    least stable first.
    """
    folds, sizes = library.library().fold_overlap(run_id), library.library().set_sizes(run_id)
    overlap = folds[np.isclose(folds["tau"], tau)].groupby("word")["overlap"].mean()
    experts = sizes[np.isclose(sizes["tau"], tau)].groupby("word")["size"].mean()
    table = library.concepts(run_id)[["word", "domain"]].assign(
        overlap=lambda t: t["word"].map(overlap), experts=lambda t: t["word"].map(experts)
    )
    return table.rename(columns={"word": "concept"}).sort_values("overlap", ignore_index=True)


@st.cache_data(show_spinner=False, max_entries=256)
def sources(run_id: str) -> pd.DataFrame:
    """source, sentences, type_token: the type/token ratio of each source, mean over
    concepts.
    """
    texts = library.library().export(run_id, "sentences")
    rows = [
        {
            "source": source,
            "sentences": len(part),
            "type_token": part.groupby("concept")["text"].agg(_stability.type_token_ratio).mean(),
        }
        for source, part in texts.groupby("source", sort=True)
    ]
    return pd.DataFrame(rows)
