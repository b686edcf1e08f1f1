"""Tables and sentences of the overview, from cached measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.text import interval, p_value, rho
from explorer.figures.overview import TRAINED, UNTRAINED
from explorer.measure.domains import Ratio
from explorer.probes.human import CEILINGS
from explorer.ui import differences, library, studies, trajectories
from explorer.ui.controls.pick import HumanChoice

NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Headline:
    """A run and its untrained control against human ratings at a tau."""

    run: RunInfo
    control: RunInfo | None
    human: HumanChoice
    tau: float

    @property
    def runs(self) -> list[RunInfo]:
        """The run and, where there is one, its control."""
        return [self.run, *([self.control] if self.control else [])]

    def points(self) -> pd.DataFrame:
        """weights, run, label, representation, rho, low, high, p, n, note."""
        table = trajectories.points(self.runs, self.human.dataset, self.human.split, self.tau)
        untrained = {run.id for run in self.runs if run.request.checkpoint.step == 0}
        weights = [UNTRAINED if run in untrained else TRAINED for run in table["run"]]
        return table.drop(columns=["family", "step"]).assign(weights=weights)

    def differences(self) -> pd.DataFrame:
        """comparison, delta, low, high, p, p_holm, n, note."""
        return differences.of_runs(
            [self.run], self.runs, self.human.dataset, self.human.split, self.tau
        )

    def ceiling(self) -> tuple[float, str] | None:
        """Published human ceiling of the data set and its short name."""
        known = CEILINGS.get(self.human.dataset, {}).get("published")
        return (known[0], "published") if known else None

    def ratios(self) -> tuple[Ratio | None, Ratio | None]:
        """Overlap within ÷ across domains, of the run and of its control."""
        first, second = (
            library.cached_ratio(r.id, self.tau)
            if r is not None and library.has_domains(r.id)
            else None
            for r in (self.run, self.control)
        )
        return first, second


def alt_text(points: pd.DataFrame) -> str:
    """The headline figure in words."""
    parts = [
        f"{r.representation}, {r.weights}: {rho(r.rho)} {interval(r.low, r.high)}"
        for r in points.itertuples()
    ]
    return (
        "Spearman correlation with human similarity and its 95% interval. " + "; ".join(parts) + "."
    )


def difference_table(differences: pd.DataFrame) -> pd.DataFrame:
    """The differences as text, for a small table."""
    return pd.DataFrame(
        {
            "Difference": differences["comparison"],
            "Δρ [95% CI]": [
                f"{rho(r.delta)} {interval(r.low, r.high).replace(' ', NBSP)}"
                for r in differences.itertuples()
            ],
            "p": [
                p_value(p).removeprefix("p ").removeprefix("= ").replace(" ", NBSP)
                for p in differences["p_holm"]
            ],
        }
    )


def control_of(run: RunInfo, runs: Sequence[RunInfo]) -> RunInfo | None:
    """The untrained control of a run among those of the same design: random init, else
    step 0.
    """
    return trajectories.control_of(run, studies.same_design(run, runs))


def runs_table(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """One row a run, for the table of the cache."""
    return pd.DataFrame(
        {
            "Checkpoint": [run.label for run in runs],
            "Concepts": [len(run.request.concepts) for run in runs],
            "N⁺": [run.request.n_positive for run in runs],
            "N⁻": [run.request.n_negative for run in runs],
            "Folds": [run.request.folds for run in runs],
            "Units": [run.n_units for run in runs],
            "Rated pairs": [studies.covered(run) for run in runs],
            "Probe set": [run.request.probe_set for run in runs],
            "Extracted": [pd.Timestamp(run.created).to_pydatetime() for run in runs],
            "Size (MB)": [run.size_bytes / 1e6 for run in runs],
        }
    )
