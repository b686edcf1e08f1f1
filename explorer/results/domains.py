"""Domains: does overlap of expert sets bring the concepts of a domain together?"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.similarity import Experts
from explorer.core.tau import GRID, Tau
from explorer.measure import domains as measures
from explorer.measure.domains import Ratio
from explorer.measure.graph import linkage
from explorer.measure.graph.linkage import Tree
from explorer.results.checkpoints import by_family, family_of, step_of
from explorer.results.memo import remembered
from explorer.results.reading import concepts, has_domains, similarity
from explorer.results.view import View
from explorer.store.library import Library


@dataclass(frozen=True, eq=False)
class Concepts:
    """Concepts, their domains (None: has none) and their overlap at a τ."""

    words: list[str]
    domains: list[str | None]
    matrix: np.ndarray


def concepts_with_domains(
    library: Library, run_id: str, tau: Tau, *, everything: bool = False
) -> Concepts:
    """The concepts of a run that have a domain, or with `everything` all of them."""
    table = concepts(library, run_id)
    chosen = np.flatnonzero(table["domain"].notna() | everything)
    rows = table.iloc[chosen]
    domains = [None if pd.isna(domain) else str(domain) for domain in rows["domain"]]
    matrix = similarity(library, run_id, Experts(tau))[np.ix_(chosen, chosen)]
    return Concepts(rows["word"].tolist(), domains, matrix)


@remembered(256)
def concept_places(
    library: Library, run_id: str, tau: Tau, everything: bool
) -> dict[str, tuple[float, float]]:
    """word → (x, y) in the network; the same run and τ always give the same picture."""
    shown = concepts_with_domains(library, run_id, tau, everything=everything)
    layout = measures.layout(shown.matrix, shown.words, 0)
    return {word: (float(x), float(y)) for word, (x, y) in layout.items()}


@remembered(64)
def concept_tree(library: Library, run_id: str, tau: Tau, everything: bool) -> Tree:
    """The tree of the concepts of `concepts_with_domains`."""
    shown = concepts_with_domains(library, run_id, tau, everything=everything)
    return linkage.tree(shown.matrix)


@remembered(512)
def domain_ratio(library: Library, run_id: str, tau: Tau) -> Ratio:
    """Overlap within domains ÷ across domains, over the concepts that have a domain."""
    shown = concepts_with_domains(library, run_id, tau)
    return measures.within_cross_ratio(shown.matrix, np.array(shown.domains, object))


@remembered(2048)
def recovery(library: Library, run_id: str, tau: Tau) -> dict[str, float]:
    """How well overlap recovers the domains: all numbers of `Ratio` and `Recovery`."""
    shown = concepts_with_domains(library, run_id, tau)
    ratio = asdict(domain_ratio(library, run_id, tau))
    return ratio | asdict(measures.recovery(shown.matrix, shown.domains))


def recovery_over_tau(view: View) -> pd.DataFrame:
    """run, label, control (is it the untrained one), tau, and what `recovery` gives.

    Every τ of the grid, for the view's run and its control.
    """
    rows = [
        {"run": run.id, "label": run.label, "control": run is view.control, "tau": tau.value}
        | recovery(view.library, run.id, tau)
        for run in view.pair
        for tau in GRID
    ]
    return pd.DataFrame(rows)


def recovery_over_steps(view: View) -> pd.DataFrame:
    """run, commit, family, label, step (NaN where unknown), tau, and what `recovery`
    gives.

    By family and step; runs without domains to recover are left out.
    """
    rows = [
        _checkpoint(run) | {"tau": view.tau.value} | recovery(view.library, run.id, view.tau)
        for run in sorted(view.runs, key=by_family)
        if has_domains(view.library, run.id)
    ]
    return pd.DataFrame(rows)


def last_checkpoint(view: View) -> RunInfo:
    """The last checkpoint of the run's model and design, maybe the run itself."""
    return view.selection.checkpoints(view.run)[-1]


def nearest_concepts(shown: Concepts, word: str) -> pd.DataFrame:
    """concept, domain, overlap with `word`; strongest first."""
    at = shown.words.index(word)
    table = pd.DataFrame(
        {"concept": shown.words, "domain": shown.domains, "overlap": shown.matrix[at]}
    )
    return table.drop(index=at).sort_values("overlap", ascending=False, ignore_index=True)


def n_labelled(library: Library, run_id: str) -> int:
    """How many concepts of a run have a domain."""
    return int(concepts(library, run_id)["domain"].notna().sum())


def _checkpoint(run: RunInfo) -> dict[str, object]:
    return {
        "run": run.id,
        "commit": run.commit,
        "family": family_of(run),
        "label": run.label,
        "step": step_of(run),
    }
