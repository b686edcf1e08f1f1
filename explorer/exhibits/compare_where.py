"""Where the experts of two runs are."""

from __future__ import annotations

from explorer.exhibits.compare import BOTH, between, caption, refuses
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.row import Row
from explorer.figures import compare_where as figures
from explorer.figures import where
from explorer.results.compare import common, sides_of
from explorer.results.compare_where import by_depth, by_module, same_places
from explorer.results.view import View


def places(view: View, **chosen: str) -> Exhibit:
    """Experts by layer and kind of module, or by relative depth where these differ."""
    sides = sides_of(view, chosen)
    rows, same = by_module(view, sides), same_places(view, sides)
    shown = rows if same else by_depth(rows)
    totals = rows.groupby("label", sort=False)["experts"].sum()
    told = ", ".join(f"{label}: {total:,.0f}" for label, total in totals.items())
    why = "The layers or kinds of module of A and B differ, so they are laid over relative depth."
    return Exhibit(
        name="compare-where",
        title="Where the experts of A and B are",
        lead=f"Experts of a concept, {told}.",
        figure=where.by_place(rows) if same else figures.by_depth(shown),
        caption=caption(
            sides,
            n=len(common(view.library, sides).words),
            of="common concepts",
            more=["share of a module’s units, mean over concepts and folds"],
        ),
        alt=f"Share of units that are experts in {between(sides)} by "
        f"{'layer and module' if same else 'relative depth'}. Experts of a concept, {told}.",
        filename="compare-where",
        source=shown,
        notes=() if same else (why,),
    )


ROWS = (
    Row(
        "compare-where",
        "compare",
        "Which layers and modules hold the experts of two runs.",
        places,
        options=BOTH,
        refuses=refuses(1),
    ),
)
