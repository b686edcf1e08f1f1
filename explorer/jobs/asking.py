"""Asking the reader what the experts of a run answer to a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.core import access, settings
from explorer.core.errors import ExplorerError, InputError
from explorer.core.place import LOCAL
from explorer.core.records import RunInfo
from explorer.core.sentence import Question
from explorer.jobs import queue
from explorer.jobs.kinds.reader import READER, Reader
from explorer.models import builtin, folders, hub
from explorer.store import sentence


def ask(questions: Sequence[Question]) -> None:
    """Have sentences read in the background. Raises ResourceError where the cache
    cannot be written, AccessError where whoever asks may only look.
    """
    access.check()
    for question in questions:
        sentence.ask(settings.readings_dir(), question)
    queue.submit(READER, Reader(), place=LOCAL)


def progress(question: Question) -> str | None:
    """What the reader says of itself while a question waits; None when none waits.

    One that has ended before it saw the question is started again. Raises ExplorerError
    when it was stopped or failed, and takes the question back.
    """
    folder = settings.readings_dir()
    if not sentence.waits(folder, question):
        return None
    job = queue.get(READER.identity(Reader()))
    if job is not None and job.state in ("cancelled", "failed"):
        sentence.withdraw(folder, question)
        raise InputError(job.error or "The reader was stopped.", job.hint or "Ask again.")
    if job is None or not job.active:
        job = queue.submit(READER, Reader(), place=LOCAL)
    return job.message or "Starting"


def at_hand(run: RunInfo) -> bool:
    """Whether the model of a run can be loaded without asking any network."""
    checkpoint = run.request.checkpoint
    if checkpoint.model == builtin.NAME:
        return True
    try:
        folder = folders.folder_of(checkpoint)
    except ExplorerError:
        return False
    return hub.is_cached(checkpoint) if folder is None else folders.is_there(checkpoint, folder)
