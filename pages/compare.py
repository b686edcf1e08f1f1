"""Compare: two runs side by side, the map of all runs, one run over its training."""

from __future__ import annotations

from explorer.ui import shell
from explorer.ui.controls import address, other
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "Two checkpoints, sizes, models or probe sets side by side: do they find the same concepts "
    "similar, which of them follows people more closely, and what moved?"
)


SECTIONS = {
    "Side by side": ("compare-facts", "compare-alignment", "compare-similarity"),
    "What moved": ("compare-moved", "compare-network"),
    "Units": ("compare-where", "compare-turnover"),
    "Map": ("map",),
    "Over training": ("over-training", "over-training-panels"),
}


def page() -> None:
    """Controls of both sides, then one section."""
    shell.header("Compare", LEAD)
    view = controls.whole("A, the run that is looked at", overlaps=True)
    if view is None:
        shell.empty_state(
            "No run yet",
            "Runs are compared once they were extracted.",
            "extract",
            action="Extract a model",
        )
        return
    given = other.other_side(view)
    controls.warn_of_chance(view)
    for name in SECTIONS[address.choice("section", "Section", tuple(SECTIONS))]:
        if not show(name, view, given=given) and name == "over-training":
            break


with shell.guard():
    page()
