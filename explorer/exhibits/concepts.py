"""Concepts: the list of all, and one of them with its experts and neighbours."""

from __future__ import annotations

from explorer.core.similarity import JACCARD, OVERLAPS
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.ladder import LADDER, ladder_table, with_mark
from explorer.exhibits.needs import SENTENCES
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import CONCEPT, Chosen, Option, Row
from explorer.measure.evidence.ladder import BEYOND_WORDS, LEARNED, SELECTIVE, STABLE, Rung
from explorer.results import concepts as results
from explorer.results.experts import names_of
from explorer.results.view import View

_PLACE = (
    Column("layer", format="integer", width=60),
    Column("kind", "module", width=150),
    Column("index", format="integer", width=70),
)
_UNIT = (
    LADDER,
    *_PLACE,
    Column("ap", "AP", "number", 3, "Mean over the folds in which it is an expert.", 70),
    Column("low", "least", "number", 3, "Of these folds.", 70),
    Column("high", "greatest", "number", 3, "Of these folds.", 75),
    Column("folds", format="integer", help="In how many it is an expert.", width=60),
    Column("concepts", format="integer", help="Of how many concepts it is an expert.", width=80),
    Column(
        "untrained_share",
        "untrained",
        "percent",
        help="Of the units that are as good, the share that would be found without training.",
        width=85,
    ),
)


def table(view: View, *, domain: str = "", rungs: str = "0") -> Exhibit:
    """All concepts, each with its mark on the ladder."""
    every = with_mark(results.concept_table(view))
    rows = every[(every["rung"] >= int(rungs)) & ((every["domain"] == domain) | (domain == ""))]
    counts = ", ".join(f"{int((every['rung'] >= n).sum())} pass {n}" for n in (1, 2, 3, 4))
    nearest = [] if view.overlap == JACCARD else [f"nearest: overlap by {view.experts}"]
    columns = (
        Column("concept"),
        Column("domain"),
        LADDER,
        Column("experts", format="number", digits=1, help="Mean over folds."),
        Column("best", "best AP", "number", 3),
        Column("overlap", "overlap across folds", "number", 2),
        Column("learned_units", "learned", "integer", help="Experts that the untrained lacks."),
        Column("nearest"),
        Column("nearest_overlap", "overlap", "number", 3),
    )
    return Exhibit(
        name="concepts",
        title="Concepts",
        lead=f"Of {len(every)} concepts {counts} rungs of the ladder or more.",
        table=Table(columns, rows.reset_index(drop=True), height=620),
        caption=provenance(view.pair, tau=view.tau, n=len(rows), of="concepts", more=nearest),
        alt=f"{len(rows)} concepts of {view.run.label} at τ = {view.tau}; {counts} rungs or more.",
        filename=f"concepts-{view.run.label}",
        source=rows,
        target=("concept",),
    )


def ladder(view: View, *, concept: str) -> Exhibit:
    """Where a concept stands on the evidence ladder."""
    every = results.concept_table(view)
    row = every[every["concept"] == concept].iloc[0]
    n, folds, control = view.run.n_units, view.run.request.folds, view.control
    by = "" if control is None else f" of {control.label}"
    rungs = [
        (
            Rung(
                SELECTIVE,
                bool(row[SELECTIVE]),
                f"best AP {row['best']:.3f}; {row['experts']:,.0f} experts a fold "
                f"[{row['low']:,} to {row['high']:,}]",
                f"prevalence {_prevalence(view):.2f}",
                row["selective_p"],
                "Holm over concepts",
            ),
            f"Is its best unit better than the best of {n:,} with shuffled labels?",
        ),
        (
            Rung(
                STABLE,
                row[STABLE],
                f"overlap across {folds} folds {row['overlap']:.2f}"
                if folds > 1
                else "one fold: extract with two or more",
                f"{row['experts'] / (2 * n):.4f}" if folds > 1 else "",
                row["stable_p"],
                "Holm over concepts",
            ),
            "Do other sentences find the same units?",
        ),
        (
            Rung(
                LEARNED,
                row[LEARNED],
                f"{row['learned_units']:,.0f} of {row['units']:,} experts"
                if control
                else "no untrained control: extract the same with random initialisation",
                "at most 5% of those" if control else "",
            ),
            f"Has it units that the untrained model{by} has nothing like?",
        ),
        (
            Rung(
                BEYOND_WORDS,
                row[BEYOND_WORDS],
                "responses were not collected: see its units"
                if row[BEYOND_WORDS] is None
                else f"AP of its experts together {row['together_ap']:.3f}",
                "" if row[BEYOND_WORDS] is None else f"the other words {row['words_ap']:.3f}",
                row["beyond_p"],
                "Holm over the concepts collected",
            ),
            "Do they tell its sentences better than the other words of these do?",
        ),
    ]
    shown, data, told = ladder_table(rungs)
    return Exhibit(
        name="concept-ladder",
        title=f"What stands behind “{concept}”",
        table=shown,
        caption=provenance(view.pair, tau=view.tau),
        alt=f"Evidence for {concept}: {told}.",
        filename=f"ladder-{concept}-{view.run.label}",
        source=data,
    )


def experts(view: View, *, concept: str) -> Exhibit:
    """The experts of a concept, greatest AP first."""
    rows = with_mark(results.expert_units(view, concept))
    rows = rows.assign(unit=names_of(rows))
    shared = int((rows["concepts"] > 1).sum())
    return Exhibit(
        name="concept-experts",
        title=f"Experts of “{concept}”",
        table=Table(_UNIT, rows, height=420),
        caption=provenance(
            view.pair,
            tau=view.tau,
            n=len(rows),
            of="units, experts in a fold at least",
            more=[f"{shared:,} serve other concepts too"],
        ),
        alt=f"{len(rows)} experts of {concept} at τ = {view.tau}, {shared} of them of other "
        "concepts too.",
        filename=f"experts-{concept}-{view.run.label}",
        source=rows,
        target=("unit",),
        opens="units",
    )


def sentences(view: View, *, concept: str) -> Exhibit:
    """The positive sentences of a concept in the run."""
    rows = view.library.sentences(view.run.id, concept)
    columns = (Column("text", "sentence"), Column("source"), Column("folds", format="integer"))
    return Exhibit(
        name="concept-sentences",
        title=f"Sentences of “{concept}”",
        table=Table(columns, rows, height=420),
        caption=provenance(view.run, n=len(rows), of="positive sentences"),
        alt=f"{len(rows)} positive sentences of {concept}, and in how many folds each was drawn.",
        filename=f"sentences-{concept}",
        source=rows,
    )


def _prevalence(view: View) -> float:
    asked = view.run.request
    return asked.n_positive / (asked.n_positive + asked.n_negative)


def _domains(view: View, _: Chosen) -> tuple[str, ...]:
    found = results.concept_table(view)["domain"].dropna().unique()
    return ("", *sorted(map(str, found))) if len(found) else ()


ROWS = (
    Row(
        "concepts",
        "concepts",
        "Every concept of a run with its experts and its place on the evidence ladder.",
        table,
        options=(
            Option("domain", "Domain", _domains, "Any domain"),
            Option("rungs", "Rungs passed, at least", ("0", "1", "2", "3", "4")),
        ),
        overlaps=OVERLAPS,
    ),
    Row(
        "concept-ladder",
        "concepts",
        "What must hold before a concept’s experts are believed, and whether it does.",
        ladder,
        options=(CONCEPT,),
    ),
    Row(
        "concept-experts",
        "concepts",
        "The units that detect a concept.",
        experts,
        options=(CONCEPT,),
    ),
    Row(
        "concept-sentences",
        "concepts",
        "The sentences that a concept was found with.",
        sentences,
        (SENTENCES,),
        options=(CONCEPT,),
    ),
)
