"""Do two runs find the same pairs of concepts similar?"""

from __future__ import annotations

import math

from explorer.core.similarity import OVERLAPS
from explorer.core.text import interval, p_value, rho
from explorer.exhibits.compare import BOTH, between, caption, refuses
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.provenance import INTERVALS
from explorer.exhibits.row import SWITCH, Option, Row
from explorer.figures import compare as figures
from explorer.measure.compare import FEWEST_CONCEPTS, permutations_for
from explorer.results.compare import Sides, sides_of
from explorer.results.compare_similarity import Similarity, pair_table, similarity_of
from explorer.results.view import View


def similarity(view: View, *, ranks: str = SWITCH[0], **chosen: str) -> Exhibit:
    """Overlap of every pair in A against B, with the second-order similarity."""
    sides = sides_of(view, chosen)
    measured = similarity_of(view, sides)
    second = measured.measured
    rows = pair_table(view.library, sides)
    within = interval(second.low, second.high)
    result = second.note or f"ρ = {rho(second.rho)} {within}, {p_value(second.p)}"
    drawn = figures.drawn_pairs(rows)
    part = [] if len(drawn) == len(rows) else [f"{len(drawn):,} of them drawn"]
    return Exhibit(
        name="compare-similarity",
        title="Do A and B find the same pairs similar?",
        lead=_told(measured),
        figure=figures.overlaps(drawn, ranks=ranks == SWITCH[1]),
        caption=caption(
            sides,
            n=len(rows),
            of=f"pairs of {second.n_concepts:,} common concepts",
            more=[
                *part,
                f"second-order similarity: Spearman {result}",
                f"{INTERVALS}; in simulations they cover 89 to 97%",
                f"p of {permutations_for(second.n_concepts):,} relabellings of concepts (Mantel)",
                *_folds(measured, sides),
            ],
        ),
        alt=f"Overlap of {len(rows):,} pairs of concepts in {between(sides)}: {result}.",
        filename="compare-similarity",
        source=rows,
        target=("concept", "other"),
        opens="pairs",
    )


def _told(measured: Similarity) -> str:
    second = measured.measured
    if second.note:
        return second.note
    within = interval(second.low, second.high)
    told = f"Second-order similarity ρ = {rho(second.rho)} {within} ({p_value(second.p)})"
    if math.isnan(measured.ceiling):
        return f"{told}. How high noise would let it be is not known: a run has one fold."
    return f"{told}; noise between folds would let the same model reach {rho(measured.ceiling)}."


def _folds(measured: Similarity, sides: Sides) -> list[str]:
    """What the folds of each side say."""
    parts = []
    agreements = {"A": measured.agreement_a, "B": measured.agreement_b}
    for name, agreement in list(agreements.items())[: len(sides.runs) if _one_tau(sides) else 2]:
        known = not math.isnan(agreement)
        parts.append(f"two folds of {name}: ρ = {rho(agreement)}" if known else f"{name}: one fold")
    if not math.isnan(measured.ceiling):
        parts.append("ceiling by Spearman–Brown, from folds that may share sentences")
    return parts


def _one_tau(sides: Sides) -> bool:
    return sides.a.tau == sides.b.tau


ROWS = (
    Row(
        "compare-similarity",
        "compare",
        "Overlap of every pair of concepts in two runs, and their second-order similarity.",
        similarity,
        options=(*BOTH, Option("ranks", "Ranks", SWITCH, "Spearman's ρ correlates ranks.")),
        refuses=refuses(FEWEST_CONCEPTS),
        overlaps=OVERLAPS,
    ),
)
