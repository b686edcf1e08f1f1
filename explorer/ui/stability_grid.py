"""The runs that differ in set sizes and source only, measured side by side, and what
that recommends.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from explorer.core.records import RunInfo
from explorer.core.text import MINUS
from explorer.figures.stability_grid import SIZES
from explorer.measure import stability as _stability
from explorer.measure import stability_grid as _grid
from explorer.ui import library
from explorer.ui.sweeps import Sweep, source_names

VERDICTS = {"level": "levels off", "rising": "still rising", "open": "not settled"}


@st.cache_data(show_spinner=False, max_entries=256)
def _concept_means(run_id: str) -> pd.DataFrame:
    """(concepts, taus) overlap across folds; no rows with one fold."""
    return _stability.concept_means(library.library().fold_overlap(run_id))


@st.cache_data(show_spinner=False, max_entries=256)
def _cell(run_id: str, words: tuple[str, ...]) -> pd.DataFrame:
    """tau, kind, mean, low, high, n of one run over these concepts."""
    held, taus = library.library(), library.library().taus(run_id)
    place = {word: number for number, word in enumerate(held.run(run_id).request.concepts)}
    chosen = [place[word] for word in words]
    sizes = held.set_sizes(run_id)
    chance = _stability.chance(sizes[sizes["word"].isin(words)], held.run(run_id).n_units)
    parts = {
        "between": _stability.between_concepts(
            library.overlap_grid(run_id)[:, chosen][:, :, chosen], taus
        ),
        "between by chance": chance.assign(mean=chance["between"]),
    }
    means = _concept_means(run_id)
    if len(means):
        parts["within"] = _stability.mean_over_concepts(means.loc[list(words)])
        parts["within by chance"] = chance.assign(mean=chance["within"])
    columns = ["tau", "kind", "mean", "low", "high", "n"]
    return pd.concat(
        [part.assign(kind=kind).reindex(columns=columns) for kind, part in parts.items()]
    )


def curves(sweep: Sweep) -> pd.DataFrame:
    """source, n_positive, n_negative, run, tau, kind, mean, low, high, n: every cell of
    the grid.
    """
    names = source_names(library.runs())
    parts = []
    for run in sweep.runs:
        cell = _cell(run.id, sweep.words)
        for at, column in enumerate(("source", "n_positive", "n_negative", "run")):
            asked = run.request
            values = (names[asked.probe_digest], asked.n_positive, asked.n_negative, run.id)
            cell.insert(at, column, values[at])
        parts.append(cell)
    return pd.concat(parts, ignore_index=True)


def points(sweep: Sweep, tau: float, along: str) -> pd.DataFrame:
    """Overlap within concept at tau: source, n_positive, n_negative, run, mean, low,
    high, n, shared.
    """
    table = curves(sweep)
    found = table[(table["kind"] == "within") & np.isclose(table["tau"], tau)].drop(
        columns=["tau", "kind"]
    )
    return found.assign(shared=[_shared(run_id, along) for run_id in found["run"]])


def _shared(run_id: str, along: str) -> float:
    found = library.cached_shared_sentences(run_id)
    return found.positive if along == "n_positive" else found.negative


@st.cache_data(show_spinner=False, max_entries=1024)
def _verdict(
    run_ids: tuple[str, ...], sizes: tuple[int, ...], words: tuple[str, ...], tau: float
) -> _grid.Verdict:
    columns = {}
    for size, run_id in zip(sizes, run_ids, strict=True):
        means = _concept_means(run_id)
        columns[size] = means.loc[list(words), means.columns[np.isclose(means.columns, tau)][0]]
    found = _grid.verdict(pd.DataFrame(columns))
    assert found is not None, "a verdict needs two sizes"
    return found


def recommendations(sweep: Sweep, tau: float, along: str) -> pd.DataFrame:
    """One row a source and size of the other set that has two sizes along `along`.

    source, the other size, verdict, size, gain, low, high (of the last step), n,
    shared_at_size, shared_at_largest, reading (the sentence).
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
        ordered = tuple(sorted(by_size))
        found = _verdict(tuple(by_size[s].id for s in ordered), ordered, sweep.words, tau)
        at, most = (_shared(by_size[s].id, along) for s in (found.size, ordered[-1]))
        last = found.steps[-1]
        told = {
            "verdict": VERDICTS[found.kind],
            "size": found.size,
            "gain": last.gain,
            "low": last.low,
        }
        shares = {"n": found.n, "shared_at_size": at, "shared_at_largest": most}
        reading = sentence(found, along, at, most)
        rows.append(
            {"source": source, other: size, **told, "high": last.high, **shares, "reading": reading}
        )
    return pd.DataFrame(rows)


def type_token(sweep: Sweep) -> pd.DataFrame:
    """source, type_token, low, high, sentences (a concept), n: ratios of words over
    equally many sentences.
    """
    names = source_names(library.runs())
    largest: dict[str, RunInfo] = {}
    for run in sorted(sweep.runs, key=lambda run: run.n_sentences):
        largest[names[run.request.probe_digest]] = run
    return _type_token(
        tuple((source, run.id) for source, run in sorted(largest.items())), sweep.words
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _type_token(sources: tuple[tuple[str, str], ...], words: tuple[str, ...]) -> pd.DataFrame:
    texts = {}
    for source, run_id in sources:
        held = library.library().export(run_id, "sentences")
        texts[source] = held[held["concept"].isin(words)]
    return _grid.type_token_ratios(texts)


def sentence(found: _grid.Verdict, along: str, shared_at: float, shared_most: float) -> str:
    """What a verdict says, with its numbers, the concepts behind it, and the sentences
    that two folds share.
    """
    name, largest = SIZES[along], found.steps[-1].end
    steps = ", ".join(_step(step) for step in found.beyond)
    if found.kind == "level":
        said = f"Beyond {name} = {found.size:,} no step gains {_grid.GAIN} or more: {steps}"
        if len(found.beyond) > 1:
            said += f"; in all {_step(found.whole)}"
    elif found.kind == "rising":
        said = f"Still rising at {name} = {largest:,}: {steps}"
    else:
        said = (
            f"Not settled at {name} = {largest:,}: {steps} allows no gain and one of "
            f"{_grid.GAIN} or more"
        )
    if found.fall is not None:
        said += f"; overlap falls from {found.fall.start:,} to {found.fall.end:,}"
    side = "positive" if along == "n_positive" else "negative"
    share = f"{shared_most:.1%} of {side} sentences at {largest:,}"
    if largest != found.size:
        share = (
            f"{shared_at:.1%} of {side} sentences at {found.size:,}, "
            f"{share.replace(f' of {side} sentences', '')}"
        )
    return (
        f"{said} (n = {found.n} concepts). Two folds share {share}, which by itself raises overlap."
    )


def _step(step: _grid.Step) -> str:
    low, high = (_signed(value) for value in (step.low, step.high))
    return f"{step.start:,} → {step.end:,} {_signed(step.gain)} " + (
        f"[{low}, {high}]" if step.low == step.low else ""
    )


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", MINUS)
