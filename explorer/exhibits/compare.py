"""Two runs side by side: what differs between them, and their alignment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from explorer.core.similarity import JACCARD, OVERLAPS
from explorer.core.text import interval, p_value, rho
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import SWITCH, Chosen, Option, Row
from explorer.figures import compare as figures
from explorer.results.compare import (
    FOLDS,
    TAU_B,
    WITH,
    Sides,
    fold_pairs,
    other_runs,
    refusal,
    sides_of,
    thresholds,
)
from explorer.results.compare_alignment import alignments, shared_ratings
from explorer.results.compare_facts import facts, other_sentences
from explorer.results.view import View

BOTH = (
    Option(WITH, "B", other_runs, "The run that is compared.", follows=True, free=True),
    Option(TAU_B, "τ of B", thresholds, follows=True),
    Option(FOLDS, "Folds of A and B", fold_pairs, follows=True),
)
"""The options that make the second side of a comparison."""


def refuses(fewest: int) -> Callable[[View, Chosen], str | None]:
    """Refuses sides with fewer concepts in common."""
    return lambda view, chosen: refusal(view, chosen, fewest)


def caption(
    sides: Sides,
    *,
    n: int | None = None,
    of: str = "pairs",
    data: str | None = None,
    more: Sequence[str] = (),
) -> str:
    """The provenance of both sides in one line."""
    a, b = sides.a, sides.b
    chosen = [f"overlap {a.overlap.name}"] * (a.overlap != JACCARD)
    taus = [] if a.tau == b.tau else [f"τ {a.tau} (A), {b.tau} (B)", *chosen]
    folds = [] if a.fold is None else [f"fold {a.fold + 1} (A), {(b.fold or 0) + 1} (B)"]
    tau, names = a.experts if a.tau == b.tau else None, f"A: {sides.names[0]}, B: {sides.names[1]}"
    said = [*taus, *folds, names, *more]
    return provenance(sides.runs, tau=tau, n=n, of=of, data=data, more=said)


def between(sides: Sides) -> str:
    """Names of both sides, for titles and alt texts."""
    return f"{sides.names[0]} (A) and {sides.names[1]} (B)"


def what_differs(view: View, *, all: str = SWITCH[0], **chosen: str) -> Exhibit:
    """What both sides are; what is equal only on request."""
    sides = sides_of(view, chosen)
    every = facts(view, sides)
    differing = every[~every["same"]]
    shown = every if all == SWITCH[1] else differing
    sentences = other_sentences(sides)
    notes = (
        f"A and B did not read the same sentences: they differ in {sentences}. What differs below "
        "may come from there.",
    )
    return Exhibit(
        name="compare-facts",
        title="What differs between A and B",
        lead=f"A is {sides.names[0]}; B is {sides.names[1]}.",
        table=Table((Column("field", ""), Column("a", "A"), Column("b", "B")), shown, static=True),
        caption=caption(
            sides, more=[f"{len(differing)} of {len(every)} facts differ", "–: not recorded"]
        ),
        alt=f"{between(sides)} differ in {', '.join(differing['field']) or 'nothing'}.",
        filename="compare-facts",
        source=shown,
        notes=notes if sentences else (),
    )


_ALIGNMENT = (
    Column("representation"),
    Column("rho_a", "ρ of A", "number"),
    Column("rho_b", "ρ of B", "number"),
    Column("delta", "A − B", "number", signed=True),
    Column("low", "95% from", "number", signed=True),
    Column("high", "to", "number", signed=True),
    Column("p", "p", "p"),
    Column("p_holm", "p (Holm)", "p", help="Corrected for all rows of this table."),
    Column("n", "pairs", "integer"),
)


def alignment(view: View, **chosen: str) -> Exhibit:
    """ρ of both sides with the same ratings, and the difference."""
    sides = sides_of(view, chosen)
    rows = alignments(view, sides)
    n, label = int(rows["n"].max()), view.rated.label
    first = rows.iloc[0]
    told = f"Δρ of {first['representation']} = {rho(first['delta'])}"
    sure = f"{interval(first['low'], first['high'])}, {p_value(first['p_holm'])}"
    result = f"{told} {sure}" if first["delta"] == first["delta"] else f"{told}. {first['note']}"
    return Exhibit(
        name="compare-alignment",
        title="Which of the two follows people more closely",
        lead=f"{result}, corrected for {len(rows)} rows." if len(rows) > 1 else f"{result}.",
        figure=figures.alignments(rows, sides.names),
        table=Table(_ALIGNMENT, rows),
        caption=caption(
            sides,
            n=n,
            of="word pairs that both cover",
            data=label,
            more=[
                "paired; " + INTERVALS,
                f"Holm over the {len(rows)} representations shown",
            ],
        ),
        alt=f"Alignment of {between(sides)} with {label}: "
        + "; ".join(
            f"{r.representation} {rho(r.rho_a)} and {rho(r.rho_b)}" for r in rows.itertuples()
        )
        + ".",
        filename=f"compare-alignment-{label}",
        source=rows,
    )


def _no_ratings(view: View, chosen: Chosen) -> str | None:
    if sentence := refusal(view, chosen):
        return sentence
    if len(shared_ratings(view.library, sides_of(view, chosen), view.rated)):
        return None
    return (
        f"No pair of {view.rated.label} has both words among the concepts of A and of B. Choose "
        "other ratings, or runs that share more concepts."
    )


ROWS = (
    Row(
        "compare-facts",
        "compare",
        "In what two runs differ: model, step, sentences, sizes, threshold.",
        what_differs,
        options=(*BOTH, Option("all", "Also what is equal", SWITCH)),
        refuses=refuses(0),
    ),
    Row(
        "compare-alignment",
        "compare",
        "Alignment of two runs with the same human ratings, and its difference.",
        alignment,
        (RATINGS,),
        BOTH,
        _no_ratings,
        overlaps=OVERLAPS,
    ),
)
