"""The tree that orders the matrix of overlaps."""

from __future__ import annotations

from explorer.core.similarity import Experts
from explorer.measure.graph import linkage
from explorer.measure.graph.linkage import Tree
from explorer.results.domains import concepts_with_domains
from explorer.results.memo import remembered
from explorer.store.library import Library


@remembered(64)
def concept_tree(library: Library, run_id: str, experts: Experts, everything: bool) -> Tree:
    """The tree of the concepts of `concepts_with_domains`."""
    shown = concepts_with_domains(library, run_id, experts, everything=everything)
    return linkage.tree(shown.matrix)
