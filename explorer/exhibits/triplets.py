"""The odd one of three words, to people and to the model."""

from __future__ import annotations

from explorer.core.similarity import OVERLAPS
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS, Need
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import Row
from explorer.figures import triplets as figures
from explorer.measure.triplets import Agreement
from explorer.results.triplets import agreement_on, odd_ones, triplets_of
from explorer.results.view import View

_COLUMNS = (
    Column("label", "Model"),
    Column("representation", "Representation"),
    Column("accuracy", "As people", format="percent"),
    Column("low", "95% from", format="percent"),
    Column("high", "to", format="percent"),
    Column("p", "p against 1/3", format="p"),
    Column("n_triplets", "triplets", format="integer"),
    Column("n_answers", "answers", format="integer"),
)


def _covers(view: View) -> bool:
    if view.ratings is None:
        return False
    file = triplets_of(view.library, view.run, view.ratings)
    return file is not None and bool(
        odd_ones(view.library, (view.run,), file, view.experts)["n_triplets"].any()
    )


TRIPLETS = Need(
    "odd-one-out judgements",
    _covers,
    "These ratings are not made of triplets whose three words are concepts of the run. Give a CSV "
    "with the columns a, b, c, odd as human ratings of your own, and choose it.",
)


def of_run(view: View) -> Exhibit:
    """How often each representation picks the odd one as people do, and its control."""
    file = triplets_of(view.library, view.run, view.rated)
    assert file is not None
    table = odd_ones(view.library, view.pair, file, view.experts)
    people = agreement_on(view.library, view.run, file)
    said = ", ".join(
        f"{row.representation} {row.accuracy:.0%}"
        for row in table[table["run"] == view.run.id].itertuples()
    )
    return Exhibit(
        name="triplets",
        title="The odd one of three",
        lead="The model’s odd one is the word outside its most similar pair.",
        figure=figures.odd_ones(table, people),
        table=Table(_COLUMNS, table),
        caption=provenance(
            view.pair,
            tau=view.experts,
            data=view.rated.label,
            n=int(table["n_triplets"].max()),
            of="triplets",
            more=[
                "chance 1/3; ties are shared out",
                "95% intervals that count triplets with a word in common together",
                _told(people),
            ],
        ),
        alt=f"Share of answers to {view.rated.label} that {view.run.label} agrees with: {said}; "
        f"chance 33%. {_told(people)}.",
        filename=f"odd-one-out-{view.rated.label}",
        source=table,
    )


def _told(people: Agreement) -> str:
    if not people.n_triplets:
        return "No triplet was answered twice, so how far people agree is not known"
    return (
        f"on the {people.n_triplets:,} triplets with two answers or more, the most frequent of the "
        f"others’ answers is {people.others:.0%} of answers; no choice can reach more than "
        f"{people.best:.0%}"
    )


ROWS = (
    Row(
        "triplets",
        "alignment",
        "How often each representation picks the odd one of three words as people do.",
        of_run,
        (RATINGS, TRIPLETS),
        overlaps=OVERLAPS,
    ),
)
