"""Concepts of a run, and the experts of one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.errors import InputError
from explorer.core.similarity import Experts
from explorer.results.evidence import concept_evidence, unit_evidence
from explorer.results.experts import with_places
from explorer.results.reading import concepts, similarity
from explorer.results.view import View


def number_of(view: View, word: str) -> int:
    """The id of a concept. Raises InputError for a word that is none."""
    words: list[str] = concepts(view.library, view.run.id)["word"].tolist()
    if word not in words:
        raise InputError(f"“{word}” is not a concept of {view.run.label}.", "Choose another.")
    return words.index(word)


def control_id(view: View) -> str | None:
    """The id of the run's untrained control; None where there is none."""
    return view.control.id if view.control else None


def concept_table(view: View) -> pd.DataFrame:
    """Every concept: as `concept_evidence`, and its nearest with their overlap."""
    table = concept_evidence(view.library, view.run.id, control_id(view), view.tau)
    matrix = np.array(similarity(view.library, view.run.id, Experts(view.tau)))
    np.fill_diagonal(matrix, -1.0)
    at = matrix.argmax(1)
    nearest = table["word"].to_numpy()[at]
    overlap = matrix[np.arange(len(at)), at]
    return table.rename(columns={"word": "concept"}).assign(
        nearest=np.where(overlap > 0, nearest, None), nearest_overlap=overlap.clip(0)
    )


def expert_units(view: View, word: str) -> pd.DataFrame:
    """The experts of a concept, as `unit_evidence`, with module, layer, kind, index."""
    number = number_of(view, word)
    units = unit_evidence(view.library, view.run.id, control_id(view), number, view.tau)
    return with_places(view.library, view.run.id, units)
