"""Alignment: Spearman ρ with human similarity over checkpoints, what makes it differ,
what could undo it, and the word pairs behind each point.
"""

from __future__ import annotations

from explorer.exhibits.needs import RATINGS
from explorer.ui import shell
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "Spearman correlation between model similarity and human similarity of word pairs, for three "
    "representations: overlap of expert sets, word embeddings, and mean sentence embeddings."
)


def page() -> None:
    """Controls, then ρ over checkpoints, differences, what could undo it, word
    pairs.
    """
    shell.header("Alignment", LEAD)
    view = controls.whole("Run, compared with its other checkpoints")
    if view is None:
        shell.empty_state(
            "No run yet",
            "Alignment is measured from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    if sentence := RATINGS.lacking(view):
        shell.empty_state(
            "No rated pair is covered", sentence, "extract", action="Extract with other concepts"
        )
        return
    controls.warn_of_chance(view)
    show("alignment", view, heading=False)
    show("differences", view)
    show("partial", view)
    show("threshold", view)
    show("pairs", view)
    show("coverage", view, folded=True)


with shell.guard():
    page()
