"""study: list, show, plan, run, status."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Collection
from typing import Any

import pandas as pd

from explorer.commands.jobs import carry_out
from explorer.commands.output import duration, say, show_table, size
from explorer.core import settings
from explorer.core.errors import Cancelled, ExplorerError, InputError
from explorer.core.request import RunRequest
from explorer.jobs.kind import Outcome
from explorer.jobs.kinds import study_passes
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.sentences import SENTENCES
from explorer.jobs.kinds.study import STUDY
from explorer.jobs.kinds.study_passes import Planned, StudyPass
from explorer.jobs.kinds.study_sources import lacking
from explorer.store.files import PARTIAL
from explorer.studies.study import SHIPPED, ModelRow, SourceRow, Study, load, text_of

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
    study = scaled(load(options.name), options)
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
        f"{size(table['memory_bytes'].max())} of memory, {size(table['disk_bytes'].sum())} of "
        "disk, by rule of thumb. Writing sentences comes on top."
    )
    return 0


def run(options: argparse.Namespace) -> int:
    """Carry a study out; the same command resumes, and skips what is in the cache."""
    study = scaled(load(options.name), options)
    outcomes: list[Outcome] = []
    try:
        if not carry_out(STUDY, study, detach=options.detach, heard=outcomes.append):
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
    return 1 if failed else 0


def status(options: argparse.Namespace) -> int:
    """Which runs of a study are in the cache."""
    study = scaled(load(options.name), options)
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


def scaled(study: Study, options: argparse.Namespace) -> Study:
    """The study with what the flags put in place of its own values. Raises
    InputError.
    """
    changes: dict[str, Any] = {}
    for flag, key in (("positives", "n_positive"), ("negatives", "n_negative")):
        if getattr(options, flag) is not None:
            changes[key] = _numbers(flag, getattr(options, flag))
    if options.probes is not None:
        changes["probe_sets"] = tuple(
            name.strip() for name in options.probes.split(",") if name.strip()
        )
    if options.concepts is not None:
        named = options.concepts.strip()
        words = tuple(
            dict.fromkeys(word.strip().lower() for word in named.split(",") if word.strip())
        )
        changes["concepts"] = words if len(words) > 1 else named
    if options.models is not None:
        revisions = tuple(
            one.strip() for one in (options.revisions or "main").split(",") if one.strip()
        )
        names = [name.strip() for name in options.models.split(",") if name.strip()]
        changes["models"] = tuple(ModelRow(name, revisions) for name in names)
    elif options.revisions is not None:
        raise InputError("--revisions needs --models.", "Name the models whose revisions they are.")
    for key in ("folds", "pairs", "dtype"):
        if getattr(options, key) is not None:
            changes[key] = getattr(options, key)
    changes["sources"] = _sources(study, options, changes.get("probe_sets", study.probe_sets))
    if options.human is not None:
        changes["human"] = tuple(
            name.strip() for name in options.human.split(",") if name.strip() not in ("", "none")
        )
    return dataclasses.replace(study, **changes)


def _sources(
    study: Study, options: argparse.Namespace, probe_sets: tuple[str, ...]
) -> tuple[SourceRow, ...]:
    """Who writes the probe sets, with the flags' endpoint, models and number of
    sentences in place of the study's.
    """
    kept = [source for source in study.sources if source.probe_set in probe_sets]
    writers = [name.strip() for name in (options.writers or "").split(",") if name.strip()]
    if writers and len(writers) not in (1, len(kept)):
        raise InputError(
            f"--writers: got {len(writers)} models for {len(kept)} probe sets that are written.",
            "Name one for all, or one for each.",
        )
    found = []
    for number, source in enumerate(kept):
        changes: dict[str, Any] = {}
        if writers:
            changes |= {"model": writers[number % len(writers)], "corpus": "", "endpoint": ""}
        if options.endpoint is not None:
            changes["endpoint"] = options.endpoint
        if options.sentences is not None:
            changes["sentences"] = options.sentences
        found.append(dataclasses.replace(source, **changes))
    return tuple(found)


def _numbers(flag: str, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            f"--{flag}: got “{text}”.", "Expected whole numbers separated by commas."
        ) from error


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
    return "begun" if (settings.runs_dir() / f"{request.id}{PARTIAL}").exists() else "missing"


def _missing(part: StudyPass) -> str:
    return (
        f"The probe set “{part.probe_set}” has no sentences of {len(part.missing)} words, which "
        f"takes {part.lost_pairs} rated pairs away: {', '.join(part.missing)}."
    )
