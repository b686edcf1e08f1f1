"""The alignment of experts over training, beside the headline."""

from __future__ import annotations

from explorer.core.similarity import EXPERTS, OVERLAPS
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.needs import RATINGS, Need
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import Row
from explorer.figures.alignment import over_checkpoints
from explorer.results.alignment import first_significant
from explorer.results.checkpoints import family_of, summed_up
from explorer.results.headline_training import trajectories
from explorer.results.view import View

STEPS = Need(
    "three steps of a model",
    lambda view: not trajectories(view).empty,
    "No model of this design has three checkpoints in the cache. Extract more steps of one.",
)


def training(view: View) -> Exhibit:
    """ρ of the experts over the training of every model that has a trajectory."""
    points = trajectories(view)
    claims = first_significant(points)
    return Exhibit(
        name="headline-training",
        title="Over training",
        figure=over_checkpoints(
            points.drop(columns="held_out_loss"),
            panels="representation",
            selected=(view.run.id, EXPERTS),
            families=sorted({family_of(run) for run in view.runs}),
        ),
        caption=provenance(
            summed_up([run for run in view.runs if run.id in set(points["run"])]),
            tau=view.experts,
            data=view.rated.label,
            n=int(points["n"].max()),
            more=[INTERVALS, *claims, "Holm over the points of each model"],
        ),
        alt="Alignment of experts with people over training steps. "
        + "".join(f"{claim}. " for claim in claims),
        filename=f"alignment-over-training-{view.rated.label}",
        source=points,
        target=("run", "representation"),
    )


ROWS = (
    Row(
        "headline-training",
        "overview",
        "How the alignment of experts comes about over training, a line a model.",
        training,
        (RATINGS, STEPS),
        overlaps=OVERLAPS,
    ),
)
