"""Compare: two runs side by side, the map of all runs, one run over its training."""

from __future__ import annotations

from explorer.exhibits.needs import RATINGS
from explorer.results.view import View
from explorer.ui import shell
from explorer.ui.controls import address, other
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "Two checkpoints, sizes, models or probe sets side by side: do they find the same concepts "
    "similar, which of them follows people more closely, and what moved?"
)


def page() -> None:
    """Controls of both sides, then one section."""
    shell.header("Compare", LEAD)
    view = controls.whole("A, the run that is looked at")
    if view is None:
        shell.empty_state(
            "No run yet",
            "Runs are compared once they were extracted.",
            "extract",
            action="Extract a model",
        )
        return
    other.other_side(view)
    controls.warn_of_chance(view)
    SECTIONS[address.choice("section", "Section", tuple(SECTIONS))](view)


def _what(view: View) -> None:
    show("compare-facts", view)
    if RATINGS.met(view):
        show("compare-alignment", view)
    show("compare-similarity", view)


def _moved(view: View) -> None:
    show("compare-moved", view)
    show("compare-network", view)


def _units(view: View) -> None:
    show("compare-where", view)
    show("compare-turnover", view)


def _map(view: View) -> None:
    show("map", view)


def _training(view: View) -> None:
    if show("over-training", view):
        show("over-training-panels", view)


SECTIONS = {
    "Side by side": _what,
    "What moved": _moved,
    "Units": _units,
    "Map": _map,
    "Over training": _training,
}


with shell.guard():
    page()
