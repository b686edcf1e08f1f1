"""Cached tables of one run behind the pages of stability and domains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from explorer.measure import domains as _domains
from explorer.measure import stability as _stability
from explorer.ui import library
from explorer.ui.library import EXPERTS


def overlap_curves(run_id: str) -> pd.DataFrame:
    """tau, kind ("within", "between", and each of them "by chance"), mean, low, high, n."""
    chance = library.cached_chance(run_id)
    parts = {
        "within": library.cached_within_concept(run_id),
        "between": library.cached_between_concepts(run_id),
        "within by chance": chance.assign(mean=chance["within"]).dropna(subset="mean"),
        "between by chance": chance.assign(mean=chance["between"]).dropna(subset="mean"),
    }
    columns = ["tau", "kind", "mean", "low", "high", "n"]
    return pd.concat([part.assign(kind=kind).reindex(columns=columns) for kind, part in parts.items() if len(part)])


@st.cache_data(show_spinner=False, max_entries=256)
def set_sizes(run_id: str) -> pd.DataFrame:
    """tau, median, low, high, empty: mean set size of a concept over folds, its median and middle 80%."""
    sizes = library.library().set_sizes(run_id)
    means = sizes.groupby(["tau", "word"])["size"].mean()
    summary = means.groupby("tau").quantile([0.1, 0.5, 0.9]).unstack().set_axis(["low", "median", "high"], axis=1)
    summary["empty"] = (sizes["size"] == 0).groupby(sizes["tau"]).mean()
    return summary.reset_index()


@st.cache_data(show_spinner=False, max_entries=256)
def concept_stability(run_id: str, tau: float) -> pd.DataFrame:
    """concept, domain, overlap (mean across pairs of folds), experts (mean over folds), least stable first."""
    folds, sizes = library.library().fold_overlap(run_id), library.library().set_sizes(run_id)
    overlap = folds[np.isclose(folds["tau"], tau)].groupby("word")["overlap"].mean()
    experts = sizes[np.isclose(sizes["tau"], tau)].groupby("word")["size"].mean()
    table = library.concepts(run_id)[["word", "domain"]].assign(
        overlap=lambda t: t["word"].map(overlap), experts=lambda t: t["word"].map(experts)
    )
    return table.rename(columns={"word": "concept"}).sort_values("overlap", ignore_index=True)


@st.cache_data(show_spinner=False, max_entries=256)
def sources(run_id: str) -> pd.DataFrame:
    """source, sentences, type_token: the type/token ratio of each source, mean over concepts."""
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


@dataclass(frozen=True)
class DomainView:
    """Concepts, their domains and their overlap at a tau."""

    words: list[str]
    domains: list[str | None]
    matrix: np.ndarray

    @property
    def edges(self) -> int:
        """Pairs of concepts with any overlap."""
        return int(np.count_nonzero(np.triu(self.matrix, 1)))


def domain_view(run_id: str, tau: float, *, with_domain_only: bool) -> DomainView:
    """The concepts of a run, or those among them that have a domain."""
    concepts = library.concepts(run_id)
    kept = np.flatnonzero(concepts["domain"].notna() | (not with_domain_only))
    domains = [None if pd.isna(domain) else str(domain) for domain in concepts["domain"].iloc[kept]]
    return DomainView(
        concepts["word"].iloc[kept].tolist(), domains, library.similarity(run_id, EXPERTS, tau)[np.ix_(kept, kept)]
    )


@st.cache_data(show_spinner=False, max_entries=256)
def positions(run_id: str, tau: float, with_domain_only: bool) -> dict[str, tuple[float, float]]:
    """word → (x, y); the same run and tau always give the same picture."""
    view = domain_view(run_id, tau, with_domain_only=with_domain_only)
    return {word: (float(x), float(y)) for word, (x, y) in _domains.layout(view.matrix, view.words, 0).items()}


@st.cache_data(show_spinner=False, max_entries=256)
def recovery(run_id: str, tau: float) -> dict[str, float]:
    """How well overlap recovers the domains, over the concepts that have one."""
    view = domain_view(run_id, tau, with_domain_only=True)
    ratio = library.cached_ratio(run_id, tau)
    found = _domains.recovery(view.matrix, view.domains)
    return {
        "ratio": ratio.ratio,
        "low": ratio.low,
        "high": ratio.high,
        "p": ratio.p,
        "within": ratio.within,
        "across": ratio.cross,
        "communities": found.n_communities,
        "modularity": found.modularity,
        "domain_modularity": found.domain_modularity,
        "ari": found.ari,
        "nmi": found.nmi,
    }


@st.cache_data(show_spinner=False, max_entries=256)
def bridges(run_id: str, tau: float) -> pd.DataFrame:
    """word1, domain1, word2, domain2, overlap, p: the strongest pairs of concepts of two domains."""
    view = domain_view(run_id, tau, with_domain_only=True)
    return _domains.bridges(view.matrix, view.words, view.domains, k=40)


def neighbours(view: DomainView, word: str) -> pd.DataFrame:
    """concept, domain, overlap with `word`, strongest first."""
    at = view.words.index(word)
    table = pd.DataFrame({"concept": view.words, "domain": view.domains, "overlap": view.matrix[at]})
    return table.drop(index=at).sort_values("overlap", ascending=False, ignore_index=True)
