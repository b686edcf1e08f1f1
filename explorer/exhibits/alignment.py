"""Alignment with people over the checkpoints of training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.similarity import EXPERTS, OVERLAPS, REPRESENTATIONS
from explorer.core.text import amount, rho
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.needs import RATINGS
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import SWITCH, Chosen, Option, Row
from explorer.figures import alignment as figures
from explorer.measure.alignment import PAPER_MARKS
from explorer.probes.datasets import relation_of
from explorer.results.alignment import alignment_points, first_significant
from explorer.results.ceilings import Ceiling, ceiling_names, ceiling_of
from explorer.results.checkpoints import family_of, summed_up
from explorer.results.coverage import coverage
from explorer.results.expert_overlap import size_range
from explorer.results.view import View

PANELS = ("model", "representation")
_ON = SWITCH[1]
_NO_CEILING = "none"


def over_checkpoints(
    view: View,
    *,
    ceiling: str = _NO_CEILING,
    panels: str = PANELS[0],
    paper: str = SWITCH[0],
    held: str = SWITCH[0],
    null: str = SWITCH[0],
    representation: str = EXPERTS,
) -> Exhibit:
    """ρ of each representation at every checkpoint of the design."""
    partial, shuffled = held == _ON, null == _ON
    points = alignment_points(
        view.library, view.runs, view.rated, view.experts, null=shuffled, partial=partial
    )
    known = ceiling_of(view.library, view.run.id, view.rated, ceiling)
    marks = {mark.model: mark.rho for mark in PAPER_MARKS} if paper == _ON else None
    claims = first_significant(points)
    notes = points.loc[points["note"] != "", "note"].drop_duplicates()
    return Exhibit(
        name="alignment",
        title="Alignment over training",
        lead=" ".join(_sizes(view, run) for run in view.pair),
        figure=figures.over_checkpoints(
            points,
            ceiling=(known.rho, known.name) if known else None,
            marks=marks,
            panels=panels,
            selected=(view.run.id, representation),
            measure="partial ρ" if partial else "alignment ρ",
        ),
        caption=provenance(
            summed_up(view.runs),
            tau=view.experts,
            data=view.rated.label,
            n=int(points["n"].max()),
            more=[
                INTERVALS,
                *_judged(view.rated.dataset),
                coverage(view.library, view.run, view.rated).text,
                *_explained(partial=partial, ceiling=known, marks=bool(marks), null=shuffled),
                *claims,
                "Holm over the points of each model",
            ],
        ),
        alt=_in_words(points, view.rated.label, claims),
        filename=f"alignment-{view.rated.label}",
        source=points,
        notes=tuple(notes),
        target=("run", "representation"),
    )


def _sizes(view: View, run: RunInfo) -> str:
    """How many experts the concepts of a run have, on which overlap depends."""
    middle, least, most = size_range(view.library, run.id, view.experts)
    return (
        f"A concept of {run.label} has {amount(middle)} experts in the median, "
        f"{amount(least)} to {amount(most)}."
    )


def _judged(dataset: str) -> list[str]:
    """What raters were asked, where it is known."""
    relation = relation_of(dataset)
    return [f"{dataset} rates {relation}"] if relation else []


def _explained(*, partial: bool, ceiling: Ceiling | None, marks: bool, null: bool) -> list[str]:
    """What the caption owes to what is drawn on request."""
    told = ["partial ρ given the words that the sentences of two concepts share"] * partial
    if ceiling:
        told.append(f"human ceiling {ceiling.rho:.2f}: {ceiling.meaning}")
    if marks:
        told.append(f"stars: {PAPER_MARKS[0].source}, not ours")
    if null:
        told.append(
            "null: 2,000 shuffles of the words, the widest of the representations in a panel"
        )
    return told


def _in_words(points: pd.DataFrame, ratings: str, claims: Sequence[str]) -> str:
    last = points[points["run"] == points["run"].iloc[-1]]
    values = ", ".join(f"{row.representation} {rho(row.rho)}" for row in last.itertuples())
    sentences = "".join(f" {claim}." for claim in claims)
    return (
        f"Alignment with {ratings} over training steps. {last['label'].iloc[0]}: "
        f"{values}.{sentences}"
    )


def _ceilings(view: View, _: Chosen) -> tuple[str, ...]:
    known = ceiling_names(view.library, view.run.id, view.ratings)
    return (*known, _NO_CEILING) if known else ()


def _panels(view: View, _: Chosen) -> tuple[str, ...]:
    """One panel a representation, a line a size, where there are sizes, as in the
    paper.
    """
    steps = Counter(map(family_of, view.runs))
    if len(steps) < 2:
        return ()
    return PANELS[::-1] if sum(n > 2 for n in steps.values()) > 1 else PANELS


def _paper(view: View, _: Chosen) -> tuple[str, ...]:
    return SWITCH if view.ratings and view.ratings.label == "MEN test" else ()


def _null(_: View, chosen: Chosen) -> tuple[str, ...]:
    return () if chosen.get("held") == _ON else SWITCH


ROWS = (
    Row(
        "alignment",
        "alignment",
        "Spearman ρ of each representation with human similarity, at every checkpoint.",
        over_checkpoints,
        (RATINGS,),
        (
            Option("ceiling", "Human ceiling", _ceilings),
            Option("panels", "One panel per", _panels),
            Option("paper", "The paper's results", _paper),
            Option(
                "held",
                "Shared words held constant",
                SWITCH,
                "Partial ρ: what the words that sentences share do not explain.",
            ),
            Option(
                "null",
                "Shuffled null",
                _null,
                "The range of ρ when the model’s words are dealt new names at random (Mantel).",
            ),
            Option("representation", "Representation", REPRESENTATIONS, follows=True),
        ),
        overlaps=OVERLAPS,
    ),
)
