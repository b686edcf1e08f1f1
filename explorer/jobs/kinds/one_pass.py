"""A pass as a request: the runs that share it, and how it is written, named and
checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from explorer.core.errors import ExplorerError, InputError
from explorer.core.plan import Plan, plan_from
from explorer.core.request import RunRequest
from explorer.core.shard import n_shards
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.ratings import DEFAULT_HUMAN, kept_ratings
from explorer.models import catalog
from explorer.probes.datasets import DATASETS
from explorer.probes.kept import ask_for


@dataclass(frozen=True)
class Pass:
    """Runs that share a forward pass: they differ in their sets only (N⁺, N⁻, folds,
    seed, AP floor). `human`: the ratings that go into each run.
    """

    requests: tuple[RunRequest, ...]
    human: tuple[str, ...] = DEFAULT_HUMAN
    plan: Plan | None = None
    """Of their study, to be written into their files."""
    shards: int = 1
    """How many parts its concepts are cut into, each computed apart; no part of any
    identity.
    """

    def __post_init__(self) -> None:
        if not self.requests:
            raise InputError("There is nothing to extract.", "Ask for at least one run.")
        n_shards(self.shards, len(self.requests[0].concepts))

    @property
    def largest(self) -> RunRequest:
        """The run whose sentences hold most of the others'."""
        return max(self.requests, key=lambda request: (request.n_negative, request.n_positive))


def read(fields: Mapping[str, Any]) -> Pass:
    """The pass that `write` gave. Raises InputError, KeyError, TypeError or
    ValueError.
    """
    requests = [RunRequest.from_json(json.dumps(request)) for request in fields["requests"]]
    plan = fields.get("plan")
    return Pass(
        tuple(requests),
        tuple(map(str, fields["human"])),
        None if plan is None else plan_from(plan),
        n_shards(fields.get("shards", 1), len(requests[0].concepts)) if requests else 1,
    )


def write(request: Pass) -> dict[str, Any]:
    """The pass as JSON."""
    requests = [json.loads(run.to_json()) for run in request.requests]
    table: dict[str, Any] = {"requests": requests, "human": list(request.human)}
    if request.plan is not None:
        table["plan"] = request.plan.to_table()
    return table if request.shards == 1 else {**table, "shards": request.shards}


def checked(request: Pass) -> Pass:
    """The pass as it can be carried out from any folder. Raises InputError."""
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


def identity(request: Pass) -> str:
    """That of its run where it has one: how it is cut is no part of it."""
    ids = sorted(run.id for run in request.requests)
    if len(ids) == 1:
        return ids[0]
    return hashlib.sha256(" ".join(ids).encode()).hexdigest()[:16]


def title(request: Pass) -> str:
    """Its checkpoint."""
    return request.requests[0].checkpoint.label


def summary(request: Pass) -> str:
    """What it computes, in a line."""
    run, *others = request.requests
    more = f" · with {len(others)} more runs" if others else ""
    cut = f" · in {request.shards} shards" if request.shards > 1 else ""
    return (
        f"{len(run.concepts)} concepts · N⁺ {run.n_positive:,} · N⁻ {run.n_negative:,} · "
        f"{run.folds} folds · probe set {run.probe_set}{more}{cut}"
    )


def by_pass(requests: Sequence[RunRequest]) -> list[list[RunRequest]]:
    """The requests in groups that differ in their sets only, so that a group shares one
    forward pass.
    """
    groups: dict[str, list[RunRequest]] = {}
    for request in requests:
        alike = replace(request, n_positive=1, n_negative=1, folds=1, seed=0, ap_floor=0.0)
        groups.setdefault(alike.id, []).append(request)
    return list(groups.values())


def raise_failures(problems: Sequence[str], what: str = "passes") -> None:
    """Raise ExplorerError when a part has failed; "" stands for one that has not."""
    failed = [problem for problem in problems if problem]
    if failed:
        raise ExplorerError(
            f"{len(failed)} of {len(problems)} {what} failed, the others are done.", failed[0]
        )
