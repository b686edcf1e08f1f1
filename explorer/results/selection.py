"""Which runs belong together: designs, untrained twins, series, sweeps, the default."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from explorer.core.records import RunInfo
from explorer.core.request import RunRequest
from explorer.core.text import date
from explorer.results.checkpoints import by_family, family_of
from explorer.results.memo import remembered
from explorer.results.sweeps import Sweep, sweep_key, sweep_of
from explorer.store.library import Library

Design = tuple[object, ...]
_NOT_OF_A_DESIGN = ("checkpoint", "probe_set", "domains", "folds")
"""Fields in which comparable runs may differ. More folds make a mean steadier, not
another one; name and domains of a probe set describe it, its digest tells which one it
is.
"""


@dataclass(frozen=True)
class Series:
    """The runs of one model and design by training step, or a single run."""

    runs: tuple[RunInfo, ...]

    @property
    def last(self) -> RunInfo:
        """The most trained run: the one the series opens on, and its name."""
        return self.runs[-1]

    def near(self, step: int | None) -> RunInfo:
        """The run at a step, else the last one."""
        return next((run for run in self.runs if run.request.checkpoint.step == step), self.last)


class Selection:
    """The runs of one scan of a library, indexed; every question is a look-up."""

    def __init__(self, runs: Sequence[RunInfo]) -> None:
        self.runs = tuple(runs)
        self.by_id = {run.id: run for run in runs}
        self._designs: dict[Design, list[RunInfo]] = {}
        self._design_of: dict[str, Design] = {}
        for run in runs:
            design = self._design_of[run.id] = design_of(run.request)
            self._designs.setdefault(design, []).append(run)
        self._shapes = Counter(map(_shape, runs))
        self._sweeps: dict[str, Sweep | None] = {}
        self._by_sweep: dict[tuple[object, ...], list[RunInfo]] = {}
        for run in runs:
            self._by_sweep.setdefault(sweep_key(run.request), []).append(run)

    def same_design(self, run: RunInfo) -> tuple[RunInfo, ...]:
        """The runs that differ from `run` in the checkpoint only, itself among them."""
        design = self._design_of.get(run.id) or design_of(run.request)
        return tuple(self._designs.get(design, ()))

    def twin(self, run: RunInfo) -> RunInfo | None:
        """The randomly initialised twin of a run: the same request but for the
        weights.
        """
        asked = run.request
        if asked.checkpoint.random_init is not None:
            return None
        twins = [
            other
            for other in self.same_design(run)
            if other.request.checkpoint.random_init is not None
            and other.request.checkpoint.model == asked.checkpoint.model
            and other.request.folds == asked.folds
        ]
        return min(twins, key=_seed) if twins else None

    def control(self, run: RunInfo) -> RunInfo | None:
        """The untrained control of a run: its twin, else step 0 of the same model."""
        twin = self.twin(run)
        if twin is not None or run.request.checkpoint.step == 0:
            return twin
        starts = [r for r in self.checkpoints(run) if r.request.checkpoint.step == 0]
        return starts[0] if starts else None

    def checkpoints(self, run: RunInfo) -> tuple[RunInfo, ...]:
        """The checkpoints of a run's model and design, by step.

        A released model counts its random initialisation.
        """
        mine = family_of(run)
        line = (other for other in self.same_design(run) if family_of(other) == mine)
        return tuple(sorted(line, key=by_family))

    def sweep(self, run: RunInfo) -> Sweep | None:
        """The sweep that a run belongs to; None when nothing but checkpoints varies."""
        if run.id not in self._sweeps:
            key = sweep_key(run.request)
            self._sweeps[run.id] = sweep_of(run, self._by_sweep.get(key, ()))
        return self._sweeps[run.id]

    def label(self, run: RunInfo) -> str:
        """A run's checkpoint and sizes, and where those leave a doubt, its date
        and id.
        """
        asked = run.request
        parts = [run.label, f"{len(asked.concepts)} concepts"]
        parts += [f"N⁺ {asked.n_positive:,}", f"N⁻ {asked.n_negative:,}"]
        if self._shapes[_shape(run)] > 1:
            parts += [date(run.created), run.id[:6]]
        return " · ".join(parts)

    def series_label(self, series: Series) -> str:
        """What a list of series calls one."""
        if len(series.runs) == 1:
            return self.label(series.last)
        asked = series.last.request
        sizes = f"N⁺ {asked.n_positive:,} · N⁻ {asked.n_negative:,}"
        name = f"{family_of(series.last)} · {len(series.runs)} checkpoints"
        return f"{name} · {len(asked.concepts)} concepts · {sizes}"

    @cached_property
    def series(self) -> dict[str, Series]:
        """Series by the id of their last run, in the order in which runs first name
        them.

        A step that was extracted twice by one design stays a run of its own, and so
        does a run without a step.
        """
        groups: dict[tuple[object, ...], list[RunInfo]] = {}
        for run in self.runs:
            groups.setdefault(self._series_key(run, groups), []).append(run)
        ordered = (Series(tuple(sorted(group, key=_step))) for group in groups.values())
        return {series.last.id: series for series in ordered}

    def series_of(self, run: RunInfo) -> Series:
        """The series that a run is part of."""
        return self._series_by_run[run.id]

    @cached_property
    def default(self) -> RunInfo | None:
        """The run to open on: trained, of most rated pairs, with its twin, of the
        largest sets, the newest of equals.
        """
        return max(self.runs, key=self._rank, default=None)

    @cached_property
    def _series_by_run(self) -> dict[str, Series]:
        return {run.id: series for series in self.series.values() for run in series.runs}

    def _series_key(
        self, run: RunInfo, groups: dict[tuple[object, ...], list[RunInfo]]
    ) -> tuple[object, ...]:
        checkpoint = run.request.checkpoint
        if checkpoint.random_init is not None or checkpoint.step is None:
            return (run.id,)
        copy = 0
        while True:
            key = (self._design_of[run.id], family_of(run), copy)
            if all(_step(run) != _step(other) for other in groups.get(key, ())):
                return key
            copy += 1

    def _rank(self, run: RunInfo) -> tuple[object, ...]:
        asked = run.request
        trained = asked.checkpoint.step != 0
        has_twin = self.twin(run) is not None
        return (
            *(trained, covered_pairs(run), has_twin, asked.n_negative, asked.n_positive),
            *(run.created, run.id),
        )


def selection(library: Library) -> Selection:
    """The runs of a library, indexed once for each state of its folder."""
    runs = tuple(library.runs())
    key = tuple((run.id, run.path) for run in runs)
    return _indexed(library, key)


@remembered(2)
def _indexed(library: Library, key: tuple[tuple[str, str], ...]) -> Selection:
    return Selection([library.run(run_id) for run_id, _ in key])


def design_of(request: RunRequest) -> Design:
    """What comparable runs have in common, as a hashable value."""
    names = (field.name for field in dataclasses.fields(request))
    rest = (getattr(request, n) for n in names if n not in (*_NOT_OF_A_DESIGN, "concepts"))
    return (tuple(sorted(request.concepts)), *rest)


def covered_pairs(run: RunInfo) -> int:
    """Human-rated pairs whose two words are concepts of the run, over all data sets."""
    return sum(counts.get("covered", 0) for counts in run.human.values())


def _seed(run: RunInfo) -> tuple[int, str]:
    return run.request.checkpoint.random_init or 0, run.id


def _step(run: RunInfo) -> int:
    return run.request.checkpoint.step or 0


def _shape(run: RunInfo) -> tuple[object, ...]:
    asked = run.request
    return run.label, len(asked.concepts), asked.n_positive, asked.n_negative
