"""study: list, show, plan, run, status."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

import pandas as pd

from explorer.commands.interrupts import stopping
from explorer.commands.output import Narrator, duration, say, show_table, size
from explorer.core.errors import InputError
from explorer.jobs.kinds import study as jobs
from explorer.jobs.kinds.study_sources import lacking
from explorer.studies.study import SHIPPED, ModelRow, SourceRow, Study, load, text_of


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
        about, source = writing.about, writing.source
        say(
            f"The probe set “{source.probe_set}” is not there: {len(about.words)} concepts × "
            f"{source.sentences:,} "
            f"sentences will be written by {source.writer}, before anything else."
        )
    rows: list[tuple[Any, ...]] = []
    found = jobs.plan(study)
    for work in {planned.work.probe_set: planned.work for planned in found}.values():
        if work.missing:
            say(_missing(work))
    for planned in found:
        work, cost = planned.work, planned.cost
        done = len(work.requests) - len(work.left)
        cells: tuple[Any, ...] = (work.checkpoint.label, work.probe_set, len(work.requests), done)
        if cost:
            rows.append(
                (
                    *cells,
                    cost.n_sentences,
                    round(cost.seconds),
                    cost.memory_bytes,
                    cost.disk_bytes,
                    "",
                )
            )
        else:
            rows.append((*cells, *([None if work.left else 0] * 4), planned.problem))
    columns = [
        "checkpoint",
        "probe_set",
        "runs",
        "done",
        "forwards",
        "seconds",
        "memory_bytes",
        "disk_bytes",
        "problem",
    ]
    table = pd.DataFrame(rows, columns=columns)
    show_table(table)
    say(
        f"{study.title}: {table['runs'].sum()} runs in {len(table)} passes, {table['done'].sum()} "
        "done; about "
        f"{duration(table['seconds'].sum())} more, up to {size(table['memory_bytes'].max())} of "
        "memory, "
        f"{size(table['disk_bytes'].sum())} of disk, by rule of thumb. Writing sentences comes on "
        "top."
    )
    return 0


def run(options: argparse.Namespace) -> int:
    """Carry a study out; the same command resumes, and skips what is in the cache."""
    study = scaled(load(options.name), options)
    narrator = Narrator()
    try:
        with stopping(narrator.tell, "after this batch") as asked:
            outcomes = jobs.run(study, narrator.watch, tell=narrator.tell, cancelled=asked)
    finally:
        narrator.close()
    failed = [outcome for outcome in outcomes if outcome.problem]
    for outcome in outcomes:
        if not outcome.problem:
            for request in outcome.work.requests:
                print(request.id)
    for outcome in failed:
        say(
            f"Not done: {outcome.work.checkpoint.label}, {outcome.work.probe_set}: "
            f"{outcome.problem}"
        )
    say(f"{len(outcomes) - len(failed)} of {len(outcomes)} passes are done.")
    return 1 if failed else 0


def status(options: argparse.Namespace) -> int:
    """Which runs of a study are in the cache."""
    study = scaled(load(options.name), options)
    rows = [
        (
            request.id,
            work.checkpoint.label,
            work.probe_set,
            request.n_positive,
            request.n_negative,
            jobs.state(request),
        )
        for work in jobs.passes(study)
        for request in work.requests
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


def _missing(work: jobs.Pass) -> str:
    return (
        f"The probe set “{work.probe_set}” has no sentences of {len(work.missing)} words, which "
        "takes "
        f"{work.lost_pairs} rated pairs away: {', '.join(work.missing)}."
    )
