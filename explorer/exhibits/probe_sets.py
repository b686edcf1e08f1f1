"""Probe sets: how long and how varied their sentences are, concept by concept."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.text import interval
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import PROBE_SET
from explorer.exhibits.row import Chosen, Option, Row
from explorer.figures import probe_sets as figures
from explorer.probes import probe_set
from explorer.probes.probe_set import ProbeSet
from explorer.results import probe_sets as results
from explorer.results.view import View
from explorer.store.library import Library

NEAR = "Sentences of a concept that share four fifths of their distinct words with an earlier one."
SAME = "Sentences equal to an earlier one but for case, spacing and punctuation."
_TYPE_TOKEN = (
    "Distinct words ÷ words, over all sentences of the concept. It falls as text grows: compare "
    "concepts of like size only."
)
_HINT = "What a wrong sense of the word would look like. A hint, not a verdict: read the sentences."


def sentence_lengths(library: Library, probes: ProbeSet) -> Exhibit:
    """Distribution of the number of words in a sentence, by source."""
    lengths = results.lengths(probes)
    means = results.mean_words(probes).items()
    said = ", ".join(f"{source} {mean:.1f}" for source, mean in means)
    return Exhibit(
        name="sentence-lengths",
        title="How long sentences are",
        figure=figures.sentence_lengths(lengths, results.source_names_of(library)),
        caption=f"{_drawn(probes)} · words between spaces",
        source=lengths,
        filename=f"sentence-lengths-{probes.info.name}",
        alt=f"Distribution of sentence length. Mean words: {said}.",
    )


def type_token_growth(library: Library, probes: ProbeSet) -> Exhibit:
    """Type/token ratio of a concept's first sentences, as their number grows, by
    source.
    """
    growth = results.growth(probes)
    growth = growth[~growth["source"].isin(figures.left_out(results.lengths(probes)))]
    last = growth.groupby("source").tail(1).itertuples()
    said = "; ".join(
        f"{r.source}, first {r.n:,}: {r.mean:.2f} {interval(r.low, r.high)}" for r in last
    )
    return Exhibit(
        name="type-token-growth",
        title="How varied they are",
        figure=figures.type_token_growth(growth, results.source_names_of(library)),
        caption=f"{_drawn(probes)} · type/token ratio of a concept’s first sentences, mean over "
        "concepts · it falls as text grows: compare sources at the same number · n = "
        f"{growth['concepts'].max():,} concepts · 95% bootstrap intervals over concepts",
        source=growth,
        filename=f"type-token-{probes.info.name}",
        alt=f"Type/token ratio against the number of sentences. {said}.",
    )


def probe_concepts(library: Library, probes: ProbeSet, run: RunInfo | None) -> Exhibit:
    """Every concept of a probe set: its sentences, its nearest concepts, hints of its
    sense.

    run: whose sentence embeddings say what is near; None for the words of the
    sentences.
    """
    rows = _concepts(library, probes, run)
    hinted = int((rows["hint"] != "").sum())
    return Exhibit(
        name="probe-concepts",
        title="Concepts",
        table=Table(_columns(probes, rows), rows, height=420),
        caption=f"{provenance(probes)} · n = {len(rows):,} concepts · nearest: {nearness(run)}",
        source=rows,
        filename=f"probe-set-{probes.info.name}",
        alt=f"Table of {len(rows)} concepts with the measures of their sentences; {hinted} have a "
        "hint that some sentences mean another sense.",
        target=("concept",),
    )


def provenance(probes: ProbeSet) -> str:
    """Which sentences an exhibit is about."""
    info = probes.info
    return f"probe set {info.name} ({info.digest[:7]}) · {sum(info.sizes.values()):,} sentences"


def nearness(run: RunInfo | None) -> str:
    """How nearness of two concepts is measured."""
    if run is None:
        return (
            "cosine of TF-IDF over the words of the sentences (no finished run has embedded them)"
        )
    return f"cosine of sentence embeddings of {run.label}, the mean over concepts removed"


def _drawn(probes: ProbeSet) -> str:
    few = figures.left_out(results.lengths(probes))
    left_out = f" · not drawn, fewer than {figures.FEW} sentences: {', '.join(few)}" if few else ""
    return provenance(probes) + left_out


def _concepts(library: Library, probes: ProbeSet, run: RunInfo | None) -> pd.DataFrame:
    run_id = run.id if run else None
    near = results.neighbourhood(library, probes, run_id).nearest
    hints: Mapping[str, Mapping[str, str]] = results.hints(library, probes, run_id)
    table = results.concept_table(probes)
    if table["sentences"].nunique() == 1:
        table = table.drop(columns="type_token_first")
    # Before the numbers, where a phone shows them.
    table.insert(2, "hint", [", ".join(hints.get(word, {})) for word in table["concept"]])
    table.insert(3, "nearest", [", ".join(near.get(word, [])[:3]) for word in table["concept"]])
    return table


def _columns(probes: ProbeSet, rows: pd.DataFrame) -> tuple[Column, ...]:
    fewest = min(probes.info.sizes.values())
    columns = (
        Column("concept"),
        Column("domain"),
        Column("hint", "word-sense hint", help=_HINT),
        Column("nearest", help="The concepts whose sentences are most similar."),
        Column("sentences", format="integer"),
        Column("words", format="number", digits=1, help="Mean number of words in a sentence."),
        Column("type_token", "type/token", format="number", digits=3, help=_TYPE_TOKEN),
        Column(
            "type_token_first",
            f"of the first {fewest:,}",
            format="number",
            digits=3,
            help=f"Type/token ratio of the first {fewest:,} sentences, as many as every concept "
            "has: comparable.",
        ),
        Column("same", "duplicates", format="integer", help=SAME),
        Column("near", "near duplicates", format="integer", help=NEAR),
        Column(
            "names_others",
            "name others",
            format="percent",
            help="Share of the sentences that hold the word of another concept of the set.",
        ),
    )
    return tuple(column for column in columns if column.name in rows)


def _sets(view: View, _: Chosen) -> tuple[str, ...]:
    """Names of the probe sets, that of the view's run first where it is there."""
    names = probe_set.names()
    return tuple(sorted(names, key=lambda name: name != view.run.request.probe_set))


def _reader(view: View, probes: ProbeSet) -> RunInfo | None:
    return view.run if view.run.request.probe_digest == probes.info.digest else None


_PROBES = Option("probes", "Probe set", _sets)
ROWS = (
    Row(
        "sentence-lengths",
        "probe_sets",
        "How many words the sentences of each source have.",
        lambda view, probes: sentence_lengths(view.library, probe_set.load(probes)),
        needs=(PROBE_SET,),
        options=(_PROBES,),
    ),
    Row(
        "type-token-growth",
        "probe_sets",
        "How varied the words of each source are, at equal numbers of sentences.",
        lambda view, probes: type_token_growth(view.library, probe_set.load(probes)),
        needs=(PROBE_SET,),
        options=(_PROBES,),
    ),
    Row(
        "probe-concepts",
        "probe_sets",
        "Each concept’s sentences: how many, how varied, near to which, in which sense.",
        lambda view, probes: _of_a_view(view, probe_set.load(probes)),
        needs=(PROBE_SET,),
        options=(_PROBES,),
    ),
)


def _of_a_view(view: View, probes: ProbeSet) -> Exhibit:
    return probe_concepts(view.library, probes, _reader(view, probes))
