"""Are the domains recovered by overlap of expert sets: at a τ, at all, over steps."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.similarity import Experts
from explorer.core.tau import GRID
from explorer.measure import domains as measures
from explorer.measure.domains import Ratio
from explorer.results.checkpoints import by_family, family_of, step_of
from explorer.results.domains import concepts_with_domains
from explorer.results.memo import remembered
from explorer.results.reading import has_domains
from explorer.results.view import View
from explorer.store.library import Library


@remembered(512)
def domain_ratio(library: Library, run_id: str, experts: Experts) -> Ratio:
    """Overlap within domains ÷ across domains, over the concepts that have a domain."""
    shown = concepts_with_domains(library, run_id, experts)
    return measures.within_cross_ratio(shown.matrix, np.array(shown.domains, object))


@remembered(2048)
def recovery(library: Library, run_id: str, experts: Experts) -> dict[str, float]:
    """How well overlap recovers the domains: all numbers of `Ratio` and `Recovery`."""
    shown = concepts_with_domains(library, run_id, experts)
    ratio = asdict(domain_ratio(library, run_id, experts))
    return ratio | asdict(measures.recovery(shown.matrix, shown.domains))


def recovery_over_tau(view: View) -> pd.DataFrame:
    """run, label, control (is it the untrained one), tau, and what `recovery` gives.

    Every τ of the grid, for the view's run and its control.
    """
    rows = [
        {"run": run.id, "label": run.label, "control": run is view.control, "tau": tau.value}
        | recovery(view.library, run.id, Experts(tau, view.overlap))
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
        _checkpoint(run) | {"tau": view.tau.value} | recovery(view.library, run.id, view.experts)
        for run in sorted(view.runs, key=by_family)
        if has_domains(view.library, run.id)
    ]
    return pd.DataFrame(rows)


def _checkpoint(run: RunInfo) -> dict[str, object]:
    return {
        "run": run.id,
        "commit": run.commit,
        "family": family_of(run),
        "label": run.label,
        "step": step_of(run),
    }
