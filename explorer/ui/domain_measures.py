"""Cached measures behind the page of domains: of one run at a tau, over all tau, and
over checkpoints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import streamlit as st

from explorer.core.records import RunInfo
from explorer.core.tau import TAUS
from explorer.measure import bridges as _bridges
from explorer.measure import domains as _domains
from explorer.measure.graph import linkage as _linkage
from explorer.ui import library, studies, trajectories
from explorer.ui.library import EXPERTS

BRIDGES = 40


@dataclass(frozen=True)
class DomainView:
    """Concepts, their domains and their overlap at a tau."""

    words: list[str]
    domains: list[str | None]
    matrix: np.ndarray


def domain_view(run_id: str, tau: float, *, with_domain_only: bool) -> DomainView:
    """The concepts of a run, or those among them that have a domain."""
    concepts = library.concepts(run_id)
    kept = np.flatnonzero(concepts["domain"].notna() | (not with_domain_only))
    domains = [None if pd.isna(domain) else str(domain) for domain in concepts["domain"].iloc[kept]]
    return DomainView(
        concepts["word"].iloc[kept].tolist(),
        domains,
        library.similarity(run_id, EXPERTS, tau)[np.ix_(kept, kept)],
    )


@st.cache_data(show_spinner=False, max_entries=256)
def positions(run_id: str, tau: float, with_domain_only: bool) -> dict[str, tuple[float, float]]:
    """word → (x, y); the same run and tau always give the same picture."""
    view = domain_view(run_id, tau, with_domain_only=with_domain_only)
    return {
        word: (float(x), float(y))
        for word, (x, y) in _domains.layout(view.matrix, view.words, 0).items()
    }


@st.cache_data(show_spinner=False, max_entries=64)
def tree(run_id: str, tau: float, with_domain_only: bool) -> _linkage.Tree:
    """The tree of the concepts of `domain_view`."""
    return _linkage.tree(domain_view(run_id, tau, with_domain_only=with_domain_only).matrix)


@st.cache_data(show_spinner=False, max_entries=2048)
def recovery(run_id: str, tau: float) -> dict[str, float]:
    """How well overlap recovers the domains, over the concepts that have one: all
    numbers of Ratio and Recovery.
    """
    view = domain_view(run_id, tau, with_domain_only=True)
    ratio = library.cached_ratio(run_id, tau)
    return asdict(ratio) | asdict(_domains.recovery(view.matrix, view.domains))


def over_tau(runs: Sequence[RunInfo], control: RunInfo | None) -> pd.DataFrame:
    """run, label, control (is it the untrained one), tau and the numbers of `recovery`,
    for every tau.
    """
    rows = [
        {
            "run": run.id,
            "label": run.label,
            "control": run is control,
            "tau": tau,
            **recovery(run.id, tau),
        }
        for run in runs
        for tau in TAUS
    ]
    return pd.DataFrame(rows)


def over_steps(runs: Sequence[RunInfo], tau: float) -> pd.DataFrame:
    """run, commit, family, label, step (NaN where unknown), tau and the numbers of
    `recovery`; by family and step.

    Runs without domains to recover are left out.
    """
    rows = [
        {
            "run": run.id,
            "commit": run.commit,
            "family": trajectories.family(run.request.checkpoint),
            "label": run.label,
            "step": trajectories.step_of(run),
            "tau": tau,
            **recovery(run.id, tau),
        }
        for run in sorted(runs, key=trajectories.by_family)
        if library.has_domains(run.id)
    ]
    return pd.DataFrame(rows)


def last_of(run: RunInfo, runs: Sequence[RunInfo]) -> RunInfo:
    """The last checkpoint of the run's model and design, whose places all of them can
    share: maybe `run` itself.
    """
    family = trajectories.family(run.request.checkpoint)
    mine = [
        other
        for other in studies.same_design(run, runs)
        if trajectories.family(other.request.checkpoint) == family
    ]
    return max(mine, key=trajectories.by_family)


@st.cache_data(show_spinner=False, max_entries=256)
def bridges(run_id: str, tau: float) -> pd.DataFrame:
    """The strongest pairs of concepts of two domains, and the paper's examples:
    `measure.bridges.COLUMNS`.
    """
    view = domain_view(run_id, tau, with_domain_only=True)
    return _bridges.bridges(view.matrix, view.words, view.domains, k=BRIDGES)


def neighbours(view: DomainView, word: str) -> pd.DataFrame:
    """concept, domain, overlap with `word`, strongest first."""
    at = view.words.index(word)
    table = pd.DataFrame(
        {"concept": view.words, "domain": view.domains, "overlap": view.matrix[at]}
    )
    return table.drop(index=at).sort_values("overlap", ascending=False, ignore_index=True)
