"""How a concept came about over training."""

from __future__ import annotations

from explorer.core.text import rho
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.needs import TRAINING
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import CONCEPT, Row
from explorer.figures import biography as figures
from explorer.measure.evidence import LEVEL
from explorer.results import biography as results
from explorer.results.view import View


def biography(view: View, *, concept: str) -> Exhibit:
    """How the set came about over training."""
    rows = results.biography(view, concept)
    since = results.appeared(rows)
    before = rows[rows["step"] < (since if since is not None else rows["step"].iloc[-1])]["step"]
    earliest = f"{before.iloc[-1]:,.0f}" if len(before) else "the start"
    told = _told(len(view.run.request.concepts), since, earliest)
    last = rows.iloc[-1]
    return Exhibit(
        name="biography",
        title=f"How “{concept}” came about",
        lead=told,
        figure=figures.over_training(rows),
        caption=provenance(
            view.selection.checkpoints(view.run),
            tau=view.tau,
            more=["first fold", f"{last['experts']:,} experts at the last checkpoint"],
        ),
        alt=f"Experts of {concept} over training. {told} Overlap with the last set: "
        + ", ".join(f"{r.step:,.0f}: {rho(r.resemblance)}" for r in rows.itertuples()),
        filename=f"biography-{concept}",
        source=rows,
    )


def _told(n_concepts: int, since: float | None, earliest: str) -> str:
    if n_concepts * LEVEL < 1:
        return (
            f"With {n_concepts} concepts it cannot be judged from when on its set is its own: "
            f"{1 / LEVEL:.0f} are needed."
        )
    if since is None:
        return (
            "At no earlier checkpoint does its set lastingly resemble its last state more than "
            "other concepts do."
        )
    return (
        f"Between step {earliest} and step {since:,.0f} its set comes to resemble its last state "
        "more than 95% of other concepts do, and stays so."
    )


ROWS = (
    Row(
        "biography",
        "concepts",
        "The expert set of a concept at every checkpoint of training.",
        biography,
        (TRAINING,),
        (CONCEPT,),
    ),
)
