"""extract, status, cancel, resume, worker."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from explorer.commands.interrupts import stopping
from explorer.commands.output import Narrator, duration, say, show_fields, show_table, size
from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import Cancelled, ExplorerError, InputError
from explorer.core.request import RunRequest
from explorer.jobs import queue, worker
from explorer.jobs.cost import speeds
from explorer.jobs.folder import JobFolder
from explorer.jobs.kinds import extraction
from explorer.jobs.progress import Progress
from explorer.probes import probe_set
from explorer.store import library

STATUS_CODES = {
    "done": 0,
    "failed": 1,
    "queued": 3,
    "running": 3,
    "interrupted": 4,
    "cancelled": 130,
}


def extract(options: argparse.Namespace) -> int:
    """Run an extraction in the foreground, hand it to a worker, or only say what it
    would cost.
    """
    request = request_of(options)
    human = [name.strip() for name in options.human.split(",") if name.strip() not in ("", "none")]
    if options.dry_run:
        queue.check_human(human)
        if options.measure:
            say("Loading the model and timing a few batches…")
            speeds.measure(request)
        return _dry_run(request)
    job = queue.submit(request, human=human, start=options.detach)
    if job.state == "done":
        say("This run exists already; nothing to do.")
        print(library.find(settings.runs_dir(), job.id))
        return 0
    if options.detach:
        say(f"A worker has it. Watch it with: python -m explorer status {job.id}")
        print(job.id)
        return 0
    print(_foreground(job))
    return 0


def request_of(options: argparse.Namespace) -> RunRequest:
    """The request that the options describe. Raises InputError."""
    info = probe_set.load(options.probes).info
    concepts = concepts_of(options) or list(info.concepts)
    for word in concepts:
        if word not in info.sizes:
            near = difflib.get_close_matches(word, info.concepts, 1)
            hint = (
                f"Did you mean “{near[0]}”?"
                if near
                else f"See: python -m explorer probes show {info.name}"
            )
            raise InputError(f"“{word}” is not a concept of the probe set “{info.name}”.", hint)
    return RunRequest(
        checkpoint=checkpoint_of(options),
        probe_set=info.name,
        probe_digest=info.digest,
        concepts=tuple(concepts),
        n_positive=options.positives,
        n_negative=options.negatives,
        folds=options.folds,
        pooling=options.pooling,
        dtype=options.dtype,
        ap_floor=options.ap_floor,
        seed=options.seed,
        domains=info.domains_among(concepts),
    )


def checkpoint_of(options: argparse.Namespace) -> Checkpoint:
    """The checkpoint named by --model, --revision and --random-init; a local folder by
    its full path.
    """
    folder = Path(options.model).expanduser()
    local = options.model.startswith(("/", "~", "./", "../")) or folder.is_dir()
    model = str(folder.resolve()) if local else options.model
    return Checkpoint(model, options.revision, getattr(options, "random_init", None))


def concepts_of(options: argparse.Namespace) -> list[str]:
    """Words of --concepts or of --concepts-file, each once; empty when neither was
    given. Raises InputError.
    """
    if options.concepts is None and options.concepts_file is None:
        return []
    text = options.concepts
    if options.concepts_file is not None:
        try:
            text = Path(options.concepts_file).read_text("utf-8-sig").replace("\n", ",")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{options.concepts_file} cannot be read: {error}.", "Give one word a line."
            ) from error
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if not words:
        raise InputError(
            "The list of concepts is empty.",
            "Give words separated by commas, or leave it out for all.",
        )
    return list(dict.fromkeys(words))


def status(options: argparse.Namespace) -> int:
    """All jobs, or one job with its state as exit code."""
    if options.id is None:
        columns = [
            "id",
            "state",
            "stage",
            "done",
            "total",
            "eta_s",
            "checkpoint",
            "concepts",
            "message",
        ]
        rows = [
            (
                j.id,
                j.state,
                j.stage,
                j.done,
                j.total,
                j.eta_s,
                j.request.checkpoint.label,
                len(j.request.concepts),
                j.message,
            )
            for j in queue.jobs()
        ]
        show_table(pd.DataFrame(rows, columns=columns))
        return 0
    job = queue.get(options.id)
    if job is None:
        if library.find(settings.runs_dir(), options.id) is None:
            raise InputError(f"There is no job “{options.id}”.", "See: python -m explorer status")
        show_fields({"id": options.id, "state": "done"})
        return 0
    fields = {
        k: v for k, v in asdict(job).items() if k not in ("request", "log", "created", "updated")
    }
    fields |= {
        "log": str(job.log),
        "created": job.created.isoformat(),
        "updated": job.updated.isoformat(),
    }
    fields["request"] = json.loads(job.request.to_json())
    show_fields({**fields, "eta_s": "" if job.eta_s is None else round(job.eta_s)})
    if options.log:
        say(queue.log_tail(job.id))
    return STATUS_CODES[job.state]


def cancel(options: argparse.Namespace) -> int:
    """Ask a job to stop."""
    queue.cancel(options.id)
    say("It stops after its current batch; finished concepts are kept.")
    return 0


def resume(options: argparse.Namespace) -> int:
    """Start a stopped job again, in a worker."""
    job = queue.resume(options.id)
    say(f"{job.id} is {job.state}.")
    return 0


def work(options: argparse.Namespace) -> int:
    """The worker process of a job."""
    os.nice(5)  # the dashboard on the same machine stays responsive
    try:
        worker.work(options.id)
    except (
        ExplorerError
    ) as error:  # recorded in the job and its log already, which is where stderr goes
        return error.exit_code
    return 0


def _foreground(job: queue.Job) -> Path:
    narrator = Narrator()
    try:
        if job.active and job.stage and JobFolder(job.id).worker_pid() is not None:
            return _follow(job.id, narrator)
        with stopping(narrator.tell, "after this batch") as asked:
            return worker.work(
                job.id, watch=narrator.watch, tell=narrator.tell, asked_to_stop=asked
            )
    except extraction.Busy:
        return _follow(job.id, narrator)
    finally:
        narrator.close()


def _follow(run_id: str, narrator: Narrator) -> Path:
    narrator.tell(
        "Another process is extracting this run; following it. Stop it with: python -m explorer "
        f"cancel {run_id}"
    )
    while (job := queue.get(run_id)) is not None and job.active:
        narrator.watch(Progress(job.stage, job.done, job.total, job.eta_s, job.message))
        time.sleep(0.5)
    path = library.find(settings.runs_dir(), run_id)
    if path is not None:
        return path
    if job is not None and job.state == "cancelled":
        raise Cancelled(
            "The extraction was cancelled.", "Finished concepts are kept: the same request resumes."
        )
    raise ExplorerError(
        (job and job.error) or "The extraction stopped.",
        (job and job.hint) or "The same request resumes.",
    )


def _dry_run(request: RunRequest) -> int:
    from explorer.jobs.cost.estimate import estimate

    cost = estimate(request)
    say(
        f"{request.checkpoint.label}: about {duration(cost.seconds)} "
        f"({duration(cost.seconds_low)} to "
        f"{duration(cost.seconds_high)}), {size(cost.memory_bytes)} of memory, "
        f"{size(cost.disk_bytes)} of disk"
        + (f", {size(cost.gpu_bytes)} of GPU memory." if cost.gpu_bytes else ".")
    )
    say(cost.note)
    show_fields({"id": request.id, **asdict(cost)})
    return 0
