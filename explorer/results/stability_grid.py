"""Stability over set sizes and sources: the runs of a sweep side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.tau import Tau
from explorer.core.text import MINUS
from explorer.measure import stability as measures
from explorer.measure import stability_grid as grids
from explorer.measure.stability_grid import SIZES, Step, Verdict
from explorer.results.memo import remembered
from explorer.results.reading import overlap_grid
from explorer.results.stability import shared_sentences
from explorer.results.sweeps import Sweep, source_names
from explorer.store.library import Library

VERDICTS = {"level": "levels off", "rising": "still rising", "open": "not settled"}
_CURVE = ["tau", "kind", "mean", "low", "high", "n"]


def sweep_curves(library: Library, sweep: Sweep) -> pd.DataFrame:
    """source, n_positive, n_negative, run, tau, kind, mean, low, high, n of
    every run.
    """
    names = source_names(library.runs())
    parts = []
    for run in sweep.runs:
        curves = _curves(library, run.id, sweep.words)
        request = run.request
        sizes = (request.n_positive, request.n_negative)
        labels = (names[request.probe_digest], *sizes, run.id)
        for at, column in enumerate(("source", "n_positive", "n_negative", "run")):
            curves.insert(at, column, labels[at])
        parts.append(curves)
    return pd.concat(parts, ignore_index=True)


def overlap_by_size(library: Library, sweep: Sweep, tau: Tau, along: str) -> pd.DataFrame:
    """Overlap within concept: source, n_positive, n_negative, run, mean, low, high, n,
    shared.

    along: "n_positive" or "n_negative"; shared: how much of that set two folds have in
    common.
    """
    curves = sweep_curves(library, sweep)
    within = (curves["kind"] == "within") & np.isclose(curves["tau"], tau.value)
    points = curves[within].drop(columns=["tau", "kind"])
    return points.assign(shared=[shared_by_folds(library, run, along) for run in points["run"]])


def shared_by_folds(library: Library, run_id: str, along: str) -> float:
    """Share of the positive or negative sentences that two folds have in common."""
    shares = shared_sentences(library, run_id)
    return shares.positive if along == "n_positive" else shares.negative


def recommendations(library: Library, sweep: Sweep, tau: Tau, along: str) -> pd.DataFrame:
    """Beyond which size nothing is gained: a row a source and size of the other set.

    source, the other size, verdict, size, gain, low, high (of the last step), n,
    shared_at_size, shared_at_largest, reading (the sentence). Empty where only one size
    was extracted, or one fold.
    """
    other = next(size for size in SIZES if size != along)
    names = source_names(library.runs())
    groups: dict[tuple[str, int], dict[int, RunInfo]] = {}
    for run in sweep.runs:
        key = (names[run.request.probe_digest], getattr(run.request, other))
        groups.setdefault(key, {})[getattr(run.request, along)] = run
    rows = []
    for (source, size), by_size in sorted(groups.items()):
        if len(by_size) < 2 or sweep.runs[0].request.folds < 2:
            continue
        ids = tuple((n, by_size[n].id) for n in sorted(by_size))
        row = _recommendation(library, ids, sweep.words, tau, along)
        rows.append({"source": source, other: size, **row})
    return pd.DataFrame(rows)


@remembered(64)
def _type_token(
    library: Library, sources: tuple[tuple[str, str], ...], words: tuple[str, ...]
) -> pd.DataFrame:
    texts = {}
    for source, run_id in sources:
        sentences = library.words(run_id)
        texts[source] = sentences[sentences["concept"].isin(words)]
    return grids.type_token_ratios(texts)


def sweep_type_token(library: Library, sweep: Sweep) -> pd.DataFrame:
    """source, type_token, low, high, sentences (a concept), n.

    Ratios of words over equally many sentences of every source.
    """
    names = source_names(library.runs())
    largest: dict[str, RunInfo] = {}
    for run in sorted(sweep.runs, key=lambda run: run.n_sentences):
        largest[names[run.request.probe_digest]] = run
    sources = tuple((source, run.id) for source, run in sorted(largest.items()))
    return _type_token(library, sources, sweep.words)


def verdict_in_words(
    verdict: Verdict, along: str, shared_at_size: float, shared_at_largest: float
) -> str:
    """What a verdict says, with its numbers, and the sentences that two folds share."""
    name, largest = SIZES[along], verdict.steps[-1].end
    steps = ", ".join(map(_step, verdict.beyond))
    if verdict.kind == "level":
        said = f"Beyond {name} = {verdict.size:,} no step gains {grids.GAIN} or more: {steps}"
        if len(verdict.beyond) > 1:
            said += f"; in all {_step(verdict.whole)}"
    elif verdict.kind == "rising":
        said = f"Still rising at {name} = {largest:,}: {steps}"
    else:
        said = (
            f"Not settled at {name} = {largest:,}: {steps} allows no gain and one of {grids.GAIN} "
            "or more"
        )
    if verdict.fall is not None:
        said += f"; overlap falls from {verdict.fall.start:,} to {verdict.fall.end:,}"
    side = "positive" if along == "n_positive" else "negative"
    share = f"{shared_at_largest:.1%} of {side} sentences at {largest:,}"
    if largest != verdict.size:
        at_size = f"{shared_at_size:.1%} of {side} sentences at {verdict.size:,}"
        share = f"{at_size}, {shared_at_largest:.1%} at {largest:,}"
    return (
        f"{said} (n = {verdict.n} concepts). Two folds share {share}, which by itself raises "
        "overlap."
    )


@remembered(256)
def _concept_means(library: Library, run_id: str) -> pd.DataFrame:
    """(concepts, taus) overlap across folds; no rows with one fold."""
    return measures.concept_means(library.fold_overlap(run_id))


@remembered(256)
def _curves(library: Library, run_id: str, words: tuple[str, ...]) -> pd.DataFrame:
    """tau, kind, mean, low, high, n of one run over these concepts."""
    run, taus = library.run(run_id), library.taus(run_id)
    place = {word: number for number, word in enumerate(run.request.concepts)}
    chosen = [place[word] for word in words]
    sizes = library.set_sizes(run_id)
    chance = measures.chance(sizes[sizes["word"].isin(words)], run.n_units)
    grid = overlap_grid(library, run_id)[:, chosen][:, :, chosen]
    parts = {
        "between": measures.between_concepts(grid, taus),
        "between by chance": chance.assign(mean=chance["between"]),
    }
    means = _concept_means(library, run_id)
    if len(means):
        parts["within"] = measures.mean_over_concepts(means.loc[list(words)])
        parts["within by chance"] = chance.assign(mean=chance["within"])
    return pd.concat(
        [part.assign(kind=kind).reindex(columns=_CURVE) for kind, part in parts.items()]
    )


@remembered(1024)
def _verdict(
    library: Library, runs: tuple[tuple[int, str], ...], words: tuple[str, ...], tau: Tau
) -> Verdict:
    columns = {}
    for size, run_id in runs:
        means = _concept_means(library, run_id)
        columns[size] = means.loc[
            list(words), means.columns[np.isclose(means.columns, tau.value)][0]
        ]
    verdict = grids.verdict(pd.DataFrame(columns))
    assert verdict is not None, "a verdict needs two sizes"
    return verdict


def _recommendation(
    library: Library,
    runs: tuple[tuple[int, str], ...],
    words: tuple[str, ...],
    tau: Tau,
    along: str,
) -> dict[str, object]:
    verdict, last = _verdict(library, runs, words, tau), runs[-1][1]
    at_size = shared_by_folds(library, dict(runs)[verdict.size], along)
    at_largest = shared_by_folds(library, last, along)
    step = verdict.steps[-1]
    return {
        "verdict": VERDICTS[verdict.kind],
        "size": verdict.size,
        "gain": step.gain,
        "low": step.low,
        "high": step.high,
        "n": verdict.n,
        "shared_at_size": at_size,
        "shared_at_largest": at_largest,
        "reading": verdict_in_words(verdict, along, at_size, at_largest),
    }


def _step(step: Step) -> str:
    gain = f"{step.start:,} → {step.end:,} {_signed(step.gain)}"
    known = step.low == step.low
    return f"{gain} [{_signed(step.low)}, {_signed(step.high)}]" if known else f"{gain} "


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", MINUS)
