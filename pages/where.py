"""Where: the layers and modules that hold experts, and those whose overlap follows
people.
"""

from __future__ import annotations

from explorer.exhibits.needs import RATINGS, TRAINING
from explorer.ui import shell
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "Experts are not spread evenly over a model. Which layers and modules hold them, and where "
    "does their overlap follow what people say?"
)


def page() -> None:
    """Controls, then alignment and density of experts over the model."""
    shell.header("Where", LEAD)
    view = controls.whole()
    if view is None:
        shell.empty_state(
            "No run yet",
            "Where experts are is read from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    controls.warn_of_chance(view)
    rated = RATINGS.met(view)
    if rated:
        show("where-layers", view)
    show("where-density", view)
    if rated:
        show("where-modules", view)
    if rated and TRAINING.met(view):
        show("where-training", view)
    show("where-claims", view)


with shell.guard():
    page()
