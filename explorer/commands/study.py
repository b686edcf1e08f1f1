"""study: list, show, plan, run, status."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from typing import Any

import pandas as pd

from explorer.commands import help
from explorer.commands.jobs import carry_out
from explorer.commands.output import say, show_table
from explorer.commands.parsing import add_detach, command, told
from explorer.commands.study_flags import add_flags, scaled
from explorer.core import settings
from explorer.core.errors import Cancelled, ExplorerError
from explorer.core.request import RunRequest
from explorer.core.shard import n_shards
from explorer.core.text import duration, size
from explorer.jobs.cost import shards
from explorer.jobs.kind import Outcome
from explorer.jobs.kinds import study_passes
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.sentences import SENTENCES
from explorer.jobs.kinds.study import STUDY
from explorer.jobs.kinds.study_passes import Planned, StudyPass
from explorer.jobs.kinds.study_sources import lacking
from explorer.reports.hypotheses import check_hypotheses
from explorer.store.files import PARTIAL
from explorer.studies.study import SHIPPED, Study, load, text_of


def add(commands: Any) -> None:
    """Describe the commands to the parser."""
    group = commands.add_parser(
        "study", help="studies: list, show, plan, run, status", **told(help.STUDY)
    )
    kinds = group.add_subparsers(required=True, metavar="ACTION", title="actions")
    command(kinds, "list", "the shipped studies", "The shipped studies.", list_studies)
    parser = command(
        kinds,
        "show",
        "the TOML of a study",
        "The TOML of a study, to start your own from.",
        show,
    )
    parser.add_argument("name", metavar="NAME", help=f"{', '.join(SHIPPED)}, or a TOML file")
    for name, about, action in (
        ("plan", "runs, forward passes, time, memory and disk, before anything starts", plan),
        ("run", "carry it out; the same command resumes and skips what is there", run),
        ("status", "which of its runs are there (exit code 3 while some are not)", status),
    ):
        parser = command(kinds, name, about, f"{about[0].upper()}{about[1:]}.", action)
        parser.add_argument("name", metavar="NAME", help=f"{', '.join(SHIPPED)}, or a TOML file")
        add_flags(parser)
        if name == "run":
            add_detach(parser)


_COSTS = ("forwards", "seconds", "memory_bytes", "disk_bytes")


def list_studies(_: argparse.Namespace) -> int:
    """The shipped studies."""
    show_table(
        pd.DataFrame([(name, load(name).title) for name in SHIPPED], columns=["name", "title"])
    )
    return 0


def show(options: argparse.Namespace) -> int:
    """The TOML of a study, to start one's own from."""
    load(options.name)
    print(text_of(options.name), end="")
    return 0


def plan(options: argparse.Namespace) -> int:
    """What a study would do and cost, before anything starts."""
    study = _study(options)
    for writing in lacking(study):
        say(
            f"The probe set “{writing.source.probe_set}” is not there: "
            f"{SENTENCES.summary(writing.request)} will be written before anything else."
        )
    published = published_runs()
    planned = study_passes.plan(study, published)
    for part in {row.part.probe_set: row.part for row in planned}.values():
        if part.missing:
            say(_missing(part))
    columns = ["checkpoint", "probe_set", "runs", "done", *_COSTS, "problem"]
    table = pd.DataFrame([_plan_row(row, published) for row in planned], columns=columns)
    show_table(table)
    say(
        f"{study.title}: {table['runs'].sum()} runs in {len(table)} passes, {table['done'].sum()} "
        f"done; about {duration(table['seconds'].sum())} more, up to "
        f"{size(table['memory_bytes'].fillna(0).max())} of memory, "
        f"{size(table['disk_bytes'].sum())} of disk, by rule of thumb. "
        "Writing sentences comes on top."
    )
    costs = [(row.cost.seconds, row.part, row.cost) for row in planned if row.cost]
    if costs:
        _, longest, cost = max(costs, key=lambda row: row[0])
        n_concepts = len(longest.requests[0].concepts)
        cut = n_shards(study.shards, n_concepts)
        say(f"The longest pass, {longest.label}: {shards.told(cost, n_concepts, cut)}")
    return 0


def run(options: argparse.Namespace) -> int:
    """Carry a study out; the same command resumes, and skips what is in the cache."""
    study = _study(options)
    outcomes: list[Outcome] = []
    try:
        if not carry_out(STUDY, study, options, heard=outcomes.append):
            return 0
    except Cancelled:
        raise
    except ExplorerError:
        if not outcomes:
            raise
    failed = [outcome for outcome in outcomes if outcome.problem]
    published = published_runs()
    parts = study_passes.passes(study)
    for part in parts:
        for request in part.requests:
            if request.id in published:
                print(request.id)
    for outcome in failed:
        say(f"Not done: {outcome.part}: {outcome.problem}")
    n_done = sum(not part.left(published) for part in parts)
    say(f"{n_done} of {len(parts)} passes are done.")
    if sentence := study_passes.unstated(study, parts, published):
        say(sentence)
    return 1 if failed else 0


def status(options: argparse.Namespace) -> int:
    """Which runs of a study are in the cache."""
    study = _study(options)
    published = published_runs()
    rows = [
        (
            request.id,
            part.checkpoint.label,
            part.probe_set,
            request.n_positive,
            request.n_negative,
            _state(request, published),
        )
        for part in study_passes.passes(study)
        for request in part.requests
    ]
    columns = ["id", "checkpoint", "probe_set", "positives", "negatives", "state"]
    show_table(pd.DataFrame(rows, columns=columns))
    return 0 if all(row[-1] == "done" for row in rows) else 3


def _study(options: argparse.Namespace) -> Study:
    study = scaled(load(options.name), options)
    check_hypotheses(study.hypotheses)
    return study


def _plan_row(row: Planned, published: Collection[str]) -> tuple[object, ...]:
    part, cost = row.part, row.cost
    left = part.left(published)
    costs: list[object] = [None if left else 0] * len(_COSTS)
    if cost:
        costs = [cost.n_sentences, round(cost.seconds), cost.memory_bytes, cost.disk_bytes]
    n_runs = len(part.requests)
    counts = (n_runs, n_runs - len(left))
    return (part.checkpoint.label, part.probe_set, *counts, *costs, row.problem)


def _state(request: RunRequest, published: Collection[str]) -> str:
    if request.id in published:
        return "done"
    begun = [*settings.runs_dir().glob(f"{request.id}*{PARTIAL}")]
    return "begun" if begun else "missing"


def _missing(part: StudyPass) -> str:
    return (
        f"The probe set “{part.probe_set}” has no sentences of {len(part.missing)} words, which "
        f"takes {part.lost_pairs} rated pairs away: {', '.join(part.missing)}."
    )
