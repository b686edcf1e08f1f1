"""One pair of concepts: what stands behind its overlap."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import JACCARD, OVERLAPS
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.ladder import ladder_table
from explorer.exhibits.needs import TRAINING
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import CONCEPT, Chosen, Option, Row
from explorer.figures import pair as figures
from explorer.measure.evidence.beyond_words import NEIGHBOURS
from explorer.measure.evidence.ladder import BEYOND_WORDS, LEARNED, SELECTIVE, STABLE, Rung
from explorer.results import pair as results
from explorer.results.experts import names_of
from explorer.results.reading import words_of
from explorer.results.view import View

_SHOWN_WORDS = 40
_OVERLAP = Column("overlap", "", "number", 3)


def ladder(view: View, *, concept: str, other: str) -> Exhibit:
    """Where a pair stands on the evidence ladder, with what people say of it."""
    row = results.pair_row(view, concept, other)
    folds, control = view.run.request.folds, view.control
    rungs = [
        (
            Rung(
                SELECTIVE,
                bool(row[SELECTIVE]),
                f"{row['shared']:,.1f} shared experts; overlap {row['overlap']:.3f} "
                f"[{row['low']:.3f} to {row['high']:.3f} over folds]",
                f"{row['expected']:,.1f} by popular units",
                row["selective_p"],
                "false discovery rate over pairs",
            ),
            "Do they share more experts than the popularity of units explains?",
        ),
        (
            Rung(
                STABLE,
                row[STABLE],
                f"in {row['stable_folds']} of {folds} folds"
                if folds > 1
                else "one fold: extract with two or more",
                "5% a fold" if folds > 1 else "",
            ),
            "Is it so with other sentences?",
        ),
        (
            Rung(
                LEARNED,
                row[LEARNED],
                f"{row['learned_shared']:,.1f} shared, learned by both"
                if control
                else "no untrained control: extract the same with random initialisation",
                f"{row['learned_expected']:,.1f} by popular units" if control else "",
                row["learned_p"],
                "false discovery rate over pairs",
            ),
            "Is it so with the experts alone that the untrained model lacks?",
        ),
        (
            Rung(
                BEYOND_WORDS,
                bool(row[BEYOND_WORDS]),
                f"overlap {row['overlap']:.3f}",
                f"{row['alike']:.3f} with as many words in common",
                row["beyond_p"],
                f"rank among the {NEIGHBOURS} nearest pairs",
            ),
            "Is it more than pairs have whose sentences share as many words?",
        ),
    ]
    shown, data, told = ladder_table(rungs)
    return Exhibit(
        name="pair-ladder",
        title=f"“{concept}” and “{other}”",
        lead=_by_people(view, row),
        table=shown,
        caption=provenance(view.pair, tau=view.tau),
        alt=f"Evidence for the overlap of {concept} and {other}: {told}.",
        filename=f"ladder-{concept}-{other}-{view.run.label}",
        source=data,
    )


def layers(view: View, *, concept: str, other: str) -> Exhibit:
    """Shared and own experts, layer by layer."""
    rows = results.shared_by_layer(view, concept, other)
    shared, total = rows["shared"].sum(), rows[["shared", "first", "second"]].to_numpy().sum()
    return Exhibit(
        name="pair-layers",
        title="Where they share experts",
        figure=figures.by_layer(rows, concept, other),
        caption=provenance(
            view.run, tau=view.tau, more=[f"{shared:,.1f} of {total:,.1f} experts shared"]
        ),
        alt=f"Experts of {concept} and {other} by layer: {shared:,.1f} shared, most in layer "
        f"{rows['shared'].idxmax()}.",
        filename=f"layers-{concept}-{other}",
        source=rows.rename(columns={"first": f"{concept} only", "second": f"{other} only"}),
    )


def units(view: View, *, concept: str, other: str) -> Exhibit:
    """The units that are experts of both."""
    rows = results.shared_units(view, concept, other)
    rows = rows.assign(unit=names_of(rows))
    columns = (
        Column("layer", format="integer", width=60),
        Column("kind", "module", width=150),
        Column("index", format="integer", width=70),
        Column("first_ap", f"AP, {concept}", "number", 3),
        Column("second_ap", f"AP, {other}", "number", 3),
        Column("concepts", format="integer", help="Of how many concepts it is an expert."),
        Column("rung", "rungs", "integer", help="Passed for both, from the first."),
    )
    return Exhibit(
        name="pair-units",
        title="Experts of both",
        table=Table(columns, rows, height=380),
        caption=provenance(view.pair, tau=view.tau, n=len(rows), of="units, in a fold at least"),
        alt=f"{len(rows)} units that are experts of both {concept} and {other}.",
        filename=f"shared-experts-{concept}-{other}",
        source=rows,
        target=("unit",),
        opens="units",
    )


def thresholds(view: View, *, concept: str, other: str) -> Exhibit:
    """Overlap against τ, with what popular units explain, and the control."""
    rows = results.overlap_over_tau(view, concept, other)
    at = rows[(rows["tau"] - view.tau.value).abs() < 1e-6]
    told = "; ".join(
        f"{r.label} {r.overlap:.3f}, {r.expected:.3f} by popular units" for r in at.itertuples()
    )
    return Exhibit(
        name="pair-tau",
        title="At every threshold",
        figure=figures.over_tau(rows, tau=view.tau.value),
        caption=provenance(view.pair, tau=view.tau, more=["mean over folds"]),
        alt=f"Overlap of {concept} and {other} against τ. At {view.tau}: {told}.",
        filename=f"overlap-by-tau-{concept}-{other}",
        source=rows,
    )


def steps(view: View, *, concept: str, other: str) -> Exhibit:
    """Overlap over training."""
    rows = results.overlap_over_steps(view, concept, other)
    told = ", ".join(f"{r.label} {r.overlap:.3f}" for r in rows.itertuples())
    return Exhibit(
        name="pair-steps",
        title="Over training",
        figure=figures.over_steps(rows, here=view.run.label),
        caption=provenance(view.selection.checkpoints(view.run), tau=view.experts),
        alt=f"Overlap of {concept} and {other} at every checkpoint: {told}.",
        filename=f"overlap-by-step-{concept}-{other}",
        source=rows,
    )


def words(view: View, *, concept: str, other: str) -> Exhibit:
    """The words that the sentences of both share."""
    rows, similarity = results.surface_words(view, concept, other)
    first = ", ".join(rows["word"].head(5))
    columns = (
        Column("word"),
        Column("share", "share of the similarity", "number", 3),
    )
    return Exhibit(
        name="pair-words",
        title="Words that their sentences share",
        lead=f"Similarity of the words {similarity:.2f}; most of it from: {first}."
        if len(rows)
        else "Their sentences share no telling word.",
        table=Table(columns, rows.head(_SHOWN_WORDS), height=380),
        caption=provenance(
            view.run, n=len(rows), of="words", more=["TF-IDF cosine, both concepts’ words left out"]
        ),
        alt=f"Words shared by the sentences of {concept} and {other}: {first}.",
        filename=f"words-{concept}-{other}",
        source=rows,
    )


def _by_people(view: View, row: pd.Series) -> str:
    chosen = _OVERLAP.spell(row["chosen"])
    told = "" if view.overlap == JACCARD else f" Overlap, {view.overlap.name}: {chosen}."
    if view.ratings is None or pd.isna(row["human"]):
        return f"People have not rated this pair in the chosen ratings.{told}"
    nearer = "nearer" if row["gap"] > 0 else "farther"
    return (
        f"People: {row['human']:.4g} ({view.rated.label}). Among the rated pairs the model places "
        f"them {nearer} than people do by {abs(row['gap']):.0%} of the ranking.{told}"
    )


def _others(view: View, chosen: Chosen) -> tuple[str, ...]:
    return tuple(
        word for word in words_of(view.library, view.run.id) if word != chosen.get("concept")
    )


_PAIR = (CONCEPT, Option("other", "Other concept", _others, follows=True))
_ROWS = {
    "pair-ladder": (ladder, "What must hold before an overlap is believed, and whether it does."),
    "pair-layers": (layers, "The layers in which two concepts share experts."),
    "pair-units": (units, "The units that are experts of both concepts."),
    "pair-tau": (thresholds, "Overlap of two concepts at every threshold, against chance."),
    "pair-steps": (steps, "Overlap of two concepts at every checkpoint."),
    "pair-words": (words, "The words that stand behind the likeness of sentences."),
}
_NEEDS = {"pair-steps": (TRAINING,)}
_OVERLAPS = {"pair-ladder": OVERLAPS, "pair-steps": OVERLAPS}  # the others show experts above τ
ROWS = tuple(
    Row(name, "pairs", about, make, _NEEDS.get(name, ()), _PAIR, overlaps=overlaps)
    for name, (make, about) in _ROWS.items()
    for overlaps in [_OVERLAPS.get(name, (JACCARD,))]
)
