"""The word pairs behind an alignment."""

from __future__ import annotations

from explorer.core.similarity import EXPERTS, OVERLAPS, REPRESENTATIONS, named
from explorer.core.text import interval, p_value, rho
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import SWITCH, Option, Row
from explorer.figures.pairs import pair_scatter
from explorer.probes.datasets import DATASETS
from explorer.results.alignment import alignment_of
from explorer.results.coverage import coverage
from explorer.results.pairs import word_pairs
from explorer.results.view import View

_COLUMNS = (
    Column("word1", "word"),
    Column("word2", "word"),
    Column("score", "human", format="number", digits=1),
    Column("similarity", "model", format="number", digits=3),
)


def of_run(view: View, *, representation: str = EXPERTS, ranks: str = SWITCH[0]) -> Exhibit:
    """Human score against the similarity to the model, one mark a word pair."""
    of, label = named(representation, view.experts), view.rated.label
    pairs = word_pairs(view, of)
    measured = alignment_of(view.library, view.run.id, view.rated, of)
    interval_of = interval(measured.low, measured.high)
    result = f"ρ = {rho(measured.rho)} {interval_of}, {p_value(measured.p)}"
    return Exhibit(
        name="pairs",
        title=f"Word pairs behind {view.run.label}",
        figure=pair_scatter(
            pairs,
            representation=representation,
            scale=scale_of(view.rated.dataset),
            ranks=ranks == SWITCH[1],
        ),
        table=Table(_COLUMNS, pairs, height=420, beside=True),
        caption=provenance(
            view.run,
            tau=view.experts if representation == EXPERTS else None,
            data=label,
            n=measured.n,
            more=[result, coverage(view.library, view.run, view.rated).text],
        ),
        alt=f"Human score against {representation} similarity of {measured.n} word pairs, "
        f"{result}.",
        filename=f"pairs-{representation.replace(' ', '-')}-{label}",
        source=pairs,
        target=("concept", "other"),
        opens="pairs",
    )


def scale_of(dataset: str) -> str:
    """What an axis of human scores is called."""
    if dataset not in DATASETS:
        return f"{dataset} score"
    low, high = DATASETS[dataset].scale
    return f"{dataset} score ({low:g}–{high:g})"


ROWS = (
    Row(
        "pairs",
        "alignment",
        "The word pairs behind ρ of a run: human score against similarity to the model.",
        of_run,
        (RATINGS,),
        (
            Option("representation", "Representation", REPRESENTATIONS),
            Option("ranks", "Ranks", SWITCH, "Spearman's ρ correlates ranks, not values."),
        ),
        overlaps=OVERLAPS,
    ),
)
