"""One extraction from request to run file: the same for the worker and for the command
line.
"""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import Timeout

from explorer.core import settings
from explorer.core.errors import ExplorerError, InputError, ResourceError
from explorer.core.records import ConceptResult, HumanPair
from explorer.core.request import RunRequest
from explorer.jobs import progress as stages
from explorer.jobs import queue
from explorer.jobs.folder import DEFAULT_HUMAN, lock
from explorer.jobs.progress import Report, Tracker
from explorer.models import catalog
from explorer.probes import human as human_data
from explorer.probes import probe_set
from explorer.store import files, library
from explorer.store.run.write import RunWriter

if TYPE_CHECKING:
    from explorer.extract.engine import Extraction

_POLL, _PATIENCE = 0.5, 5.0
Tell = Callable[[str], None]


class Busy(ExplorerError):
    """Another process is already working on this very run."""


def run(
    requests: Sequence[RunRequest],
    report: Report,
    *,
    human: Sequence[str] = DEFAULT_HUMAN,
    tell: Tell = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Path]:
    """Extract, or resume, or find finished; returns the run files in the order of the
    requests.

    Several requests that differ in their sets only (N⁺, N⁻, folds, seed, AP floor)
    share one forward pass. The first report comes when the runs are ours. Raises Busy
    when another process has one, Cancelled when `cancelled()` turns true, and any
    ExplorerError; committed concepts are kept.
    """
    tracker = Tracker(report, cancelled)
    with contextlib.ExitStack() as held:
        for request in requests:
            try:
                held.enter_context(lock(request.id, timeout=_PATIENCE))
            except Timeout:
                raise Busy(
                    f"The run {request.id} is being extracted already.", "Watch it with `status`."
                ) from None
        tracker.stage(stages.WAITING, "Starting")
        paths = [_found(request, tell) for request in requests]
        if None in paths:
            _wait_for_turn(requests[0].id, tracker, held)
            with _resources():
                _extract(requests, human, tracker, tell)
    own = [settings.runs_dir() / f"{request.id}.duckdb" for request in requests]
    return [found or path for found, path in zip(paths, own, strict=True)]


def _found(request: RunRequest, tell: Tell) -> Path | None:
    """The file of the run when it is finished, under whatever name; sets a damaged file
    aside.
    """
    found = library.find(settings.runs_dir(), request.id)
    if found:
        files.discard_partial(settings.runs_dir(), request.id)
        tell(f"The run exists already: {found.name}.")
        return found
    path = settings.runs_dir() / f"{request.id}.duckdb"
    if path.exists():
        tell(f"{path.name} is there but unreadable; set aside as {files.quarantine(path).name}.")
    return None


def _extract(
    requests: Sequence[RunRequest], human: Sequence[str], tracker: Tracker, tell: Tell
) -> None:
    tracker.stage(stages.LOADING, "Drawing the sentences and loading the model")
    request = requests[0]
    probes = probe_set.load(request.probe_set)
    if probes.info.digest != request.probe_digest:
        raise InputError(
            f"The probe set “{request.probe_set}” is not the one that was asked for: its content "
            "has changed.",
            "Submit the request again with the probe set as it is now.",
        )
    pairs, skipped = collect_pairs(human, tell)
    # Here and not above: it pulls torch, and a job that waits for its turn should not
    # hold that memory.
    from explorer.extract.engine import Extraction

    def heard(line: str) -> None:
        tell(line)
        tracker.stage(stages.LOADING, line)

    engine = Extraction(requests, probes, heard)
    meta = {
        "commit": engine.commit,
        "human_skipped": skipped,
        "training": catalog.training_of(request.checkpoint),
    }
    with contextlib.ExitStack() as open_files:
        writers = [
            None
            if library.find(settings.runs_dir(), cell.request.id)
            else open_files.enter_context(
                RunWriter(
                    settings.runs_dir(),
                    cell.request,
                    engine.modules,
                    cell.sentences,
                    cell.draws,
                    pairs,
                    meta,
                    tell,
                )
            )
            for cell in engine.cells
        ]
        prepare_seconds = _concepts(engine, writers, tracker, tell)
        n = len(request.concepts)
        tracker.stage(stages.FINISHING, "Computing overlaps", n, n)
        for writer in filter(None, writers):
            path = writer.finish({"versions": engine.versions, "prepare_seconds": prepare_seconds})
            tell(f"Finished: {path.name}, {path.stat().st_size / 1e6:.1f} MB.")


def _concepts(
    engine: Extraction, writers: Sequence[RunWriter | None], tracker: Tracker, tell: Tell
) -> float:
    """Extract and commit the concepts that are missing; returns the seconds of
    preparation.

    A run that is finished has no writer: its sets are still forwarded with the others',
    since batches of another shape would move the responses of the resumed runs by an
    ulp.
    """
    words = engine.request.concepts
    committed = [writer.done if writer else set(words) for writer in writers]
    before = set.intersection(*committed)
    left = [word for word in words if word not in before]
    if not left:
        return 0.0
    if before:
        tell(f"Resuming: {len(before)} of {len(words)} concepts are there already.")
    later, done = 0.0, 0

    def prepared(part: int, whole: int) -> None:
        nonlocal later
        later = max(0, engine.n_sentences - whole) * len(left) / len(words)
        tracker.prepared(part, whole, later)

    def forwarded(part: int, whole: int) -> None:
        tracker.concept(
            len(before), done, len(words), part / whole if whole else 0.0, later, left[done]
        )

    began = time.monotonic()
    tracker.stage(stages.PREPARING, "Forwarding the negative pool")
    engine.prepare(prepared)
    prepare_seconds = time.monotonic() - began
    tracker.stage(
        stages.CONCEPTS, f"{len(before)} of {len(words)} concepts", len(before), len(words)
    )
    for results in engine.concepts(before, forwarded):
        for writer, held, result in zip(writers, committed, results, strict=True):
            if writer and result.concept not in held:
                writer.write_concept(result)
        done += 1
        tell(_told(results))
        tracker.concept(
            len(before), done, len(words), 0.0, 0.0, left[done] if done < len(left) else ""
        )
    return prepare_seconds


def _told(results: Sequence[ConceptResult]) -> str:
    n_experts = sum(len(fold) for result in results for fold in result.units) / sum(
        len(r.units) for r in results
    )
    return (
        f"{results[0].concept}: {n_experts:,.0f} experts a fold, "
        f"{sum(r.seconds for r in results):.1f} s"
    )


def collect_pairs(human: Sequence[str], tell: Tell) -> tuple[list[HumanPair], dict[str, str]]:
    """Pairs of every data set that can be had, and data set → reason for those that
    cannot.
    """
    pairs: list[HumanPair] = []
    skipped: dict[str, str] = {}
    for name in human:
        try:
            known = name in human_data.DATASETS
            pairs += human_data.load(name) if known else human_data.read_csv(Path(name))
        except ExplorerError as error:
            skipped[name] = str(error)
            tell(f"Human ratings skipped: {name}. {error}")
    return pairs, skipped


def _wait_for_turn(run_id: str, tracker: Tracker, held: contextlib.ExitStack) -> None:
    """Take hold of the machine: one extraction at a time, in the order of
    submission.
    """
    while True:
        ahead = queue.ahead_of(run_id)
        if not ahead:
            try:
                held.enter_context(lock("machine", timeout=0))
                return
            except Timeout:
                ahead = 1
        others = "another extraction" if ahead == 1 else f"{ahead} other extractions"
        tracker.stage(stages.WAITING, f"Waiting for {others} to finish")
        time.sleep(_POLL)


@contextlib.contextmanager
def _resources() -> Iterator[None]:
    """Say it in a sentence when the machine runs out of disk or memory."""
    try:
        yield
    except MemoryError as error:
        raise ResourceError(
            "The machine is out of memory.", "Lower N⁻ or choose a smaller checkpoint."
        ) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise ResourceError(
            f"The disk is full: {error.strerror}.",
            "Free some space and resume: finished concepts are kept.",
        ) from error
    except RuntimeError as error:
        if "out of memory" not in str(error) and "allocate memory" not in str(error):
            raise
        raise ResourceError(
            "The model does not fit in memory with this request.",
            "Choose a smaller checkpoint, or bfloat16.",
        ) from error
