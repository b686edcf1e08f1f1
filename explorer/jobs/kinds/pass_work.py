"""The work of a pass: from the requests to the run files."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.core.plan import Plan
from explorer.core.records import ConceptResult, HumanPair
from explorer.core.request import RunRequest
from explorer.core.shard import Shard
from explorer.jobs.kind import Context
from explorer.jobs.kinds import tracker as stages
from explorer.jobs.kinds.pass_files import (
    is_complete,
    published_among,
    set_damaged_aside,
    tell_finished,
)
from explorer.jobs.kinds.ratings import collect_pairs
from explorer.jobs.kinds.tracker import Tracker
from explorer.jobs.same_runs import alone_with
from explorer.models import catalog
from explorer.probes import probe_set
from explorer.store.run.write import RunWriter

if TYPE_CHECKING:
    from explorer.extract.cells import Cell
    from explorer.extract.engine import Extraction

Tell = Callable[[str], None]


def extract(
    requests: Sequence[RunRequest],
    human: Sequence[str],
    plan: Plan | None,
    context: Context,
    shard: Shard | None = None,
) -> None:
    """Extract, resume, or find finished the runs of one pass, or a shard of them.

    Raises Cancelled when the user has asked to stop, and any ExplorerError; committed
    concepts are kept.
    """
    if shard is not None:
        _extract_missing(requests, human, plan, context, shard)
        return
    with alone_with([request.id for request in requests], context):
        _extract_missing(requests, human, plan, context, None)


def _extract_missing(
    requests: Sequence[RunRequest],
    human: Sequence[str],
    plan: Plan | None,
    context: Context,
    shard: Shard | None,
) -> None:
    published = published_among(requests, context.tell)
    left = [request for request in requests if request.id not in published]
    if shard is None:
        for request in left:
            set_damaged_aside(request, context.tell)
    elif is_complete(left, shard):
        context.tell(f"The {shard.label} is there already.")
        return
    if left:
        tracker = Tracker(context.report, context.stopped)
        _extract(requests, human, plan, published, tracker, context.tell, shard)


def _extract(
    requests: Sequence[RunRequest],
    human: Sequence[str],
    plan: Plan | None,
    published: Collection[str],
    tracker: Tracker,
    tell: Tell,
    shard: Shard | None,
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
    pairs, skipped = collect_pairs(human, request.concepts, tell)
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
        **({} if plan is None else {"plan": plan.to_table()}),
    }
    with contextlib.ExitStack() as open_files:
        writers = [
            None
            if cell.request.id in published
            else open_files.enter_context(_writer(engine, cell, pairs, meta, tell, shard))
            for cell in engine.cells
        ]
        own = shard.share(request.concepts) if shard else request.concepts
        seconds = _concepts(engine, own, writers, tracker, tell)
        provenance = {"versions": engine.versions, "prepare_seconds": seconds}
        if shard is None:
            tracker.stage(stages.FINISHING, "Computing overlaps", len(own), len(own))
        for writer in filter(None, writers):
            if shard:
                writer.finish_shard(provenance)
            else:
                tell_finished(writer.finish(provenance), tell)


def _writer(
    engine: Extraction,
    cell: Cell,
    pairs: list[HumanPair],
    meta: dict[str, Any],
    tell: Tell,
    shard: Shard | None,
) -> RunWriter:
    return RunWriter(
        settings.runs_dir(),
        cell.request,
        engine.modules,
        cell.sentences,
        cell.draws,
        pairs,
        meta,
        tell,
        shard,
    )


def _concepts(
    engine: Extraction,
    own: Collection[str],
    writers: Sequence[RunWriter | None],
    tracker: Tracker,
    tell: Tell,
) -> float:
    """Extract and commit those of its own concepts that are missing; returns the
    seconds of preparation.

    A run that is finished has no writer: its sets are still forwarded with the others',
    since batches of another shape would move the responses of the resumed runs by an
    ulp.
    """
    words = [word for word in engine.request.concepts if word in own]
    committed = [writer.done if writer else set(words) for writer in writers]
    before = set.intersection(set(words), *committed)
    left = [word for word in words if word not in before]
    if not left:
        return 0.0
    if before:
        tell(f"Resuming: {len(before)} of {len(words)} concepts are there already.")
    later, done = 0.0, 0

    def prepared(part: int, whole: int) -> None:
        nonlocal later
        n_concepts = len(engine.request.concepts)
        later = max(0, engine.n_sentences - whole) * len(left) / n_concepts
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
    for results in engine.concepts(set(engine.request.concepts) - set(left), forwarded):
        for writer, done_words, result in zip(writers, committed, results, strict=True):
            if writer and result.concept not in done_words:
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
