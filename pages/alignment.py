"""Alignment: Spearman ρ with human similarity over checkpoints, what makes it differ,
what could undo it, and the word pairs behind each point.
"""

from __future__ import annotations

from explorer.exhibits.needs import RATINGS
from explorer.exhibits.triplets import TRIPLETS
from explorer.ui import shell
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.forms import covariate
from explorer.ui.show import show

LEAD = (
    "Spearman correlation between model similarity and human similarity of word pairs, for three "
    "representations: overlap of expert sets, word embeddings, and mean sentence embeddings."
)
SECTIONS = {
    "Checkpoints": ("alignment",),
    "Differences": ("differences",),
    "Word pairs": ("pairs", "coverage"),
    "What could undo it": ("partial", "confounds", "threshold"),
}


def page() -> None:
    """Controls, then one section: ρ over checkpoints, word pairs, what could
    undo it.
    """
    shell.header("Alignment", LEAD)
    view = controls.whole("Run, compared with its other checkpoints", overlaps=True)
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
    sections = SECTIONS | ({} if TRIPLETS.lacking(view) else {"Odd one out": ("triplets",)})
    shown = sections[address.choice("section", "Section", tuple(sections))]
    for place, name in enumerate(shown):
        if name == "confounds":
            covariate.upload()
        show(name, view, heading=place > 0, folded=name == "coverage")


with shell.guard():
    page()
