"""The overlap of every two concepts, in the order of their tree or of their domains."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import OVERLAPS
from explorer.core.text import rho
from explorer.exhibits.domains import EVERYTHING, shown_concepts
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.provenance import cut_at_chance, provenance
from explorer.exhibits.row import SWITCH, Option, Row
from explorer.figures import heatmap as figures
from explorer.measure.graph.linkage import Tree
from explorer.results.domains import Concepts
from explorer.results.heatmap import concept_tree
from explorer.results.view import View

TREE, DOMAIN = "dendrogram", "domain"
_LINKAGE = (
    "average linkage of 1 − overlap (Sokal & Michener 1958), optimal leaf order (Bar-Joseph et al. "
    "2001)"
)


def overlap_matrix(view: View, *, order: str = TREE, all: str = SWITCH[0]) -> Exhibit:
    """The matrix of overlaps, with the tree beside it where it gives the order."""
    shown, every = shown_concepts(view, all)
    tree = concept_tree(view.library, view.run.id, view.experts, every) if order == TREE else None
    places = tree.order if tree else figures.domain_order(shown.domains)
    words = [shown.words[i] for i in places]
    n = len(words)
    ordered = f"in the order of the dendrogram at its left: {', '.join(words)}"
    return Exhibit(
        name="heatmap",
        title="Overlap of every two concepts",
        figure=figures.heatmap(shown.matrix, shown.words, shown.domains, tree=tree),
        caption=provenance(
            view.run,
            tau=view.experts,
            n=n,
            of="concepts",
            more=[*cut_at_chance(view.experts), "mean over folds", *_how(tree)],
        ),
        alt=f"Overlap matrix of {n} concepts of {view.run.label}, "
        f"{ordered if tree else 'ordered by domain'}.",
        filename=f"overlap-{view.run.label}",
        source=lambda: _table(shown, places, words),
        lead=f"More than {figures.NAMED} names do not fit beside the rows: hover to read them."
        if n > figures.NAMED
        else "",
    )


def _how(tree: Tree | None) -> list[str]:
    if tree is None:
        return ["ordered by domain"]
    agreement = f"cophenetic correlation {rho(tree.cophenetic)} over {tree.n_pairs:,} pairs"
    return [_LINKAGE, agreement]


def _table(shown: Concepts, places: list[int], words: list[str]) -> pd.DataFrame:
    matrix = shown.matrix[places][:, places]
    return pd.DataFrame(matrix, words, words).rename_axis("concept").reset_index()


ROWS = (
    Row(
        "heatmap",
        "domains",
        "How much every two concepts overlap; blocks are groups that share experts.",
        overlap_matrix,
        options=(
            Option("order", "Ordered by", (TREE, DOMAIN)),
            Option("all", EVERYTHING.label, EVERYTHING.values, follows=True),
        ),
        overlaps=OVERLAPS,
    ),
)
