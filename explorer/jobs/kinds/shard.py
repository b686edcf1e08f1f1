"""A shard of a pass: the negative pool once more, then its own concepts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from explorer.core.shard import Shard
from explorer.jobs.kind import Context, Kind
from explorer.jobs.kinds import one_pass, tracker
from explorer.jobs.kinds.one_pass import Pass
from explorer.jobs.kinds.pass_files import is_complete
from explorer.jobs.kinds.pass_work import extract
from explorer.jobs.kinds.published import published_runs


@dataclass(frozen=True)
class ShardOfPass:
    """Which shard of which pass."""

    whole: Pass
    shard: Shard


class ShardWork(Kind[ShardOfPass]):
    """A job of its own, so that shards of one pass may go on different machines; who
    asked for the pass merges them.
    """

    name = "shard"
    stages: ClassVar[Mapping[str, str]] = {
        tracker.LOADING: "Load the model",
        tracker.PREPARING: "Read the negative pool",
        tracker.CONCEPTS: "Find experts",
    }
    counted: ClassVar[Mapping[str, str]] = {tracker.CONCEPTS: "concepts"}
    kept = "finished concepts are kept"

    def read(self, fields: Mapping[str, Any]) -> ShardOfPass:
        return ShardOfPass(one_pass.read(fields["pass"]), Shard(fields["number"], fields["of"]))

    def write(self, request: ShardOfPass) -> dict[str, Any]:
        shard = request.shard
        return {
            "pass": one_pass.write(request.whole),
            "number": shard.number,
            "of": shard.of,
        }

    def checked(self, request: ShardOfPass) -> ShardOfPass:
        return ShardOfPass(one_pass.checked(request.whole), request.shard)

    def identity(self, request: ShardOfPass) -> str:
        text = request.shard.stem(one_pass.identity(request.whole))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def title(self, request: ShardOfPass) -> str:
        return f"{one_pass.title(request.whole)}, {request.shard.label}"

    def summary(self, request: ShardOfPass) -> str:
        n = len(request.shard.share(request.whole.requests[0].concepts))
        return f"{n} concepts of these: {one_pass.summary(request.whole)}"

    def exclusive(self, request: ShardOfPass) -> bool:  # noqa: ARG002
        return True

    def finished(self, request: ShardOfPass) -> bool:
        published = published_runs()
        left = [run for run in request.whole.requests if run.id not in published]
        return is_complete(left, request.shard)

    def result(self, request: ShardOfPass) -> str:
        return f"The {request.shard.label} is there; the run comes of all of them."

    def run(self, request: ShardOfPass, context: Context) -> None:
        whole = request.whole
        extract(whole.requests, whole.human, whole.plan, context, request.shard)


SHARD = ShardWork()
