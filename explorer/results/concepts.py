"""Concepts of a run, and the experts of one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.errors import InputError
from explorer.measure.evidence import LEVEL
from explorer.measure.evidence.ladder import BEYOND_WORDS, standing
from explorer.results.collected import beyond_concepts, beyond_units
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
    """Every concept: as `concept_evidence`; where responses were collected words_ap,
    together_ap and beyond_p of `beyond_concepts`; its nearest with their overlap.
    """
    table = concept_evidence(view.library, view.run.id, control_id(view), view.tau)
    table = table.join(beyond_concepts(view.library, view.run.id))
    table = _with_last_rung(table, table["beyond_p"])
    matrix = np.array(similarity(view.library, view.run.id, view.experts))
    np.fill_diagonal(matrix, -1.0)
    at = matrix.argmax(1)
    nearest = table["word"].to_numpy()[at]
    overlap = matrix[np.arange(len(at)), at]
    return table.rename(columns={"word": "concept"}).assign(
        nearest=np.where(overlap > 0, nearest, None), nearest_overlap=overlap.clip(0)
    )


def expert_units(view: View, word: str) -> pd.DataFrame:
    """The experts of a concept, as `beyond_words`, with module, layer, kind, index."""
    number = number_of(view, word)
    units = unit_evidence(view.library, view.run.id, control_id(view), number, view.tau)
    units = beyond_words(view, number, units)
    return with_places(view.library, view.run.id, units)


def beyond_words(view: View, concept: int | pd.Series, units: pd.DataFrame) -> pd.DataFrame:
    """Rows of `unit_evidence` with beyond_q (NaN where a unit's responses were not
    collected) and the last rung.

    concept: the number of all, or of each.
    """
    numbers = np.broadcast_to(np.asarray(concept, np.int64), len(units))
    asked = pd.MultiIndex.from_arrays([numbers, units["unit"].to_numpy(np.int64)])
    rates = beyond_units(view.library, view.run.id).reindex(asked)
    return _with_last_rung(units.assign(beyond_q=rates.to_numpy()), rates)


def _with_last_rung(rows: pd.DataFrame, p: pd.Series) -> pd.DataFrame:
    passed = [None if np.isnan(value) else bool(value <= LEVEL) for value in p]
    rows = rows.assign(**{BEYOND_WORDS: pd.Series(passed, rows.index, object)})
    return rows.assign(rung=standing(rows))
