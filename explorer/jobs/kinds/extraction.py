"""Extractions: one pass of a checkpoint over the sentences, and the runs that come of
it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.core import settings
from explorer.core.errors import ExplorerError, InputError
from explorer.core.plan import Plan, plan_from
from explorer.core.request import RunRequest
from explorer.jobs.cost.estimate import estimate
from explorer.jobs.kind import Context, Kind, Link
from explorer.jobs.kinds import tracker
from explorer.jobs.kinds.pass_work import extract
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.ratings import DEFAULT_HUMAN, kept_ratings
from explorer.models import catalog
from explorer.probes.datasets import DATASETS
from explorer.probes.kept import ask_for
from explorer.store import files
from explorer.store.leftovers import sweep

if TYPE_CHECKING:
    from explorer.jobs.cost.estimate import Estimate


@dataclass(frozen=True)
class Pass:
    """Runs that share a forward pass: they differ in their sets only (N⁺, N⁻, folds,
    seed, AP floor). `human`: the ratings that go into each run.
    """

    requests: tuple[RunRequest, ...]
    human: tuple[str, ...] = DEFAULT_HUMAN
    plan: Plan | None = None
    """Of their study, to be written into their files."""

    def __post_init__(self) -> None:
        if not self.requests:
            raise InputError("There is nothing to extract.", "Ask for at least one run.")

    @property
    def largest(self) -> RunRequest:
        """The run whose sentences hold most of the others'."""
        return max(self.requests, key=lambda request: (request.n_negative, request.n_positive))


class Extraction(Kind[Pass]):
    """The runs of one pass. The id of a job with a single run is the run's."""

    name = "extraction"
    stages: ClassVar[Mapping[str, str]] = {
        tracker.LOADING: "Load the model",
        tracker.PREPARING: "Read the negative pool",
        tracker.CONCEPTS: "Find experts",
        tracker.FINISHING: "Compare concepts",
    }
    counted: ClassVar[Mapping[str, str]] = {tracker.CONCEPTS: "concepts"}
    kept = "finished concepts are kept"

    def read(self, fields: Mapping[str, Any]) -> Pass:
        requests = [RunRequest.from_json(json.dumps(request)) for request in fields["requests"]]
        plan = fields.get("plan")
        return Pass(
            tuple(requests),
            tuple(map(str, fields["human"])),
            None if plan is None else plan_from(plan),
        )

    def write(self, request: Pass) -> dict[str, Any]:
        requests = [json.loads(run.to_json()) for run in request.requests]
        table = {"requests": requests, "human": list(request.human)}
        return table if request.plan is None else {**table, "plan": request.plan.to_table()}

    def checked(self, request: Pass) -> Pass:
        published = published_runs()
        for run in request.requests:
            finished = published.get(run.id)
            if finished and (sentence := catalog.weights_changed(finished)):
                raise InputError(sentence)
        for name in set(request.human) & DATASETS.keys():
            for run in request.requests:
                if run.id in published and name not in published[run.id].human:
                    ask_for(run.id, name)
        return replace(request, human=kept_ratings(request.human))

    def identity(self, request: Pass) -> str:
        ids = sorted(run.id for run in request.requests)
        if len(ids) == 1:
            return ids[0]
        return hashlib.sha256(" ".join(ids).encode()).hexdigest()[:16]

    def title(self, request: Pass) -> str:
        return request.requests[0].checkpoint.label

    def summary(self, request: Pass) -> str:
        run, *others = request.requests
        more = f" · with {len(others)} more runs" if others else ""
        return (
            f"{len(run.concepts)} concepts · N⁺ {run.n_positive:,} · N⁻ {run.n_negative:,} · "
            f"{run.folds} folds · probe set {run.probe_set}{more}"
        )

    def exclusive(self, request: Pass) -> bool:  # noqa: ARG002
        return True

    def finished(self, request: Pass) -> bool:
        return {run.id for run in request.requests} <= published_runs().keys()

    def result(self, request: Pass) -> str:
        n = len(request.requests)
        return "The run is in the cache." if n == 1 else f"The {n} runs are in the cache."

    def links(self, request: Pass) -> list[Link]:
        return result_links(request.requests[0].id)

    def cost(self, request: Pass) -> Estimate:
        return estimate(request.largest)

    def discard(self, request: Pass) -> None:
        for run in request.requests:
            files.discard_partial(settings.runs_dir(), run.id)

    def tidy(self) -> list[Path]:
        named = {
            run_id for run_id, run in published_runs().items() if Path(run.path).stem == run_id
        }
        return sweep(settings.runs_dir(), named)

    def published(self, job_id: str) -> Pass | None:
        run = published_runs().get(job_id)
        return Pass((run.request,)) if run else None

    def run(self, request: Pass, context: Context) -> None:
        groups = by_pass(request.requests)
        if len(groups) == 1:
            extract(request.requests, request.human, request.plan, context)
            return
        # The last version queued the passes of a study as one extraction.
        outcomes = [
            context.child(
                self,
                replace(request, requests=tuple(group)),
                f"{number} of {len(groups)}, {group[0].checkpoint.label}",
            )
            for number, group in enumerate(groups, 1)
        ]
        raise_failures([outcome.problem for outcome in outcomes])


EXTRACTION = Extraction()


def by_pass(requests: Sequence[RunRequest]) -> list[list[RunRequest]]:
    """The requests in groups that differ in their sets only, so that a group shares one
    forward pass.
    """
    groups: dict[str, list[RunRequest]] = {}
    for request in requests:
        alike = replace(request, n_positive=1, n_negative=1, folds=1, seed=0, ap_floor=0.0)
        groups.setdefault(alike.id, []).append(request)
    return list(groups.values())


def raise_failures(problems: Sequence[str]) -> None:
    """Raise ExplorerError when a pass has failed; "" stands for one that has not."""
    failed = [problem for problem in problems if problem]
    if failed:
        raise ExplorerError(
            f"{len(failed)} of {len(problems)} passes failed, the others are done.", failed[0]
        )


def result_links(run_id: str) -> list[Link]:
    """The pages that show a run."""
    pages = ("overview", "alignment", "stability", "domains")
    return [Link(page, {"run": run_id}) for page in pages]
