"""Where experts are: layers and modules."""

from __future__ import annotations

from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.provenance import provenance
from explorer.exhibits.row import CONCEPT, Row
from explorer.figures import where as figures
from explorer.results import where as results
from explorer.results.view import View


def places(view: View, *, concept: str) -> Exhibit:
    """Where the experts of a concept are, beside those of the untrained control."""
    rows = results.expert_places(view, concept)
    own = rows[rows["label"] == view.run.label]
    by_layer = own.groupby("layer")["experts"].sum()
    most = f"most in layer {by_layer.idxmax()}" if by_layer.sum() else "none"
    return Exhibit(
        name="where-concept",
        title=f"Where the experts of “{concept}” are",
        figure=figures.by_place(rows),
        caption=provenance(
            view.pair, tau=view.tau, more=["mean over folds", f"{by_layer.sum():,.1f} experts"]
        ),
        alt=f"Experts of {concept} by layer and module, {most}.",
        filename=f"places-{concept}-{view.run.label}",
        source=rows,
    )


ROWS = (
    Row(
        "where-concept",
        "concepts",
        "The layers and modules that hold a concept’s experts, against the untrained.",
        places,
        options=(CONCEPT,),
    ),
)
