"""Extractions: one pass of a checkpoint over the sentences, and the runs that come of
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.core import settings
from explorer.core.shard import shards_of
from explorer.jobs.cost.estimate import estimate
from explorer.jobs.kind import Context, Kind, Link
from explorer.jobs.kinds import one_pass, tracker
from explorer.jobs.kinds.one_pass import Pass, by_pass, raise_failures
from explorer.jobs.kinds.pass_work import extract
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.shard import SHARD, ShardOfPass
from explorer.jobs.kinds.shard_merge import merge_shards
from explorer.jobs.same_runs import alone_with
from explorer.store import files
from explorer.store.leftovers import sweep

if TYPE_CHECKING:
    from explorer.jobs.cost.estimate import Estimate


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
        return one_pass.read(fields)

    def write(self, request: Pass) -> dict[str, Any]:
        return one_pass.write(request)

    def checked(self, request: Pass) -> Pass:
        return one_pass.checked(request)

    def identity(self, request: Pass) -> str:
        return one_pass.identity(request)

    def title(self, request: Pass) -> str:
        return one_pass.title(request)

    def summary(self, request: Pass) -> str:
        return one_pass.summary(request)

    def exclusive(self, request: Pass) -> bool:  # noqa: ARG002
        return True

    def in_parts(self, request: Pass) -> bool:
        return request.shards > 1

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
            if request.shards == 1:
                extract(request.requests, request.human, request.plan, context)
            else:
                _in_shards(request, context)
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


def _in_shards(request: Pass, context: Context) -> None:
    if EXTRACTION.finished(request):
        return
    shards = [ShardOfPass(request, shard) for shard in shards_of(request.shards)]
    parts = [(part, part.shard.label.capitalize()) for part in shards]
    outcomes = context.children(SHARD, parts)
    raise_failures([outcome.problem for outcome in outcomes], "shards")
    with alone_with([run.id for run in request.requests], context):
        merge_shards(request.requests, request.shards, context)


def result_links(run_id: str) -> list[Link]:
    """The pages that show a run."""
    pages = ("overview", "alignment", "stability", "domains")
    return [Link(page, {"run": run_id}) for page in pages]
