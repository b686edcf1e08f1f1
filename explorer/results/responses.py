"""What a unit answers to the sentences of a concept, where it was collected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from explorer.core.disk import name_of
from explorer.core.errors import InputError, RunFileError
from explorer.core.evidence import ConceptEvidence
from explorer.measure.precision_recall import area, precision_recall
from explorer.results.collected import evidence_files
from explorer.results.concepts import number_of
from explorer.results.experts import stored_experts
from explorer.results.memo import remembered
from explorer.results.reading import concepts
from explorer.results.view import View
from explorer.store.evidence_reading import read_evidence
from explorer.store.index import Stamp, stamp_of
from explorer.store.library import Library

POSITIVE, NEGATIVE = "positive", "negative"


@dataclass(frozen=True, eq=False)
class Sentence:
    """A sentence, and what a unit answers to each of its tokens."""

    text: str
    response: float
    """Pooled."""
    side: str
    spans: np.ndarray | None
    """(tokens, 2), in characters; None where tokens were not kept."""
    values: np.ndarray | None
    """(tokens,) responses."""


def words_with_evidence(view: View) -> tuple[str, ...]:
    """Concepts whose units' responses were collected."""
    numbers = {
        number for file in evidence_files(view.library, view.run.id) for number in file.concepts
    }
    words = concepts(view.library, view.run.id)["word"]
    return tuple(sorted(words[number] for number in numbers if 0 <= number < len(words)))


def concept_responses(view: View, word: str) -> ConceptEvidence | None:
    """The newest evidence of a concept; None where there is none. Raises
    RunFileError.
    """
    number = number_of(view, word)
    for file in evidence_files(view.library, view.run.id):
        if number in file.concepts:
            stamp = stamp_of(file.path)
            return _evidence(view.library, view.run.id, file.path, stamp, number)
    return None


@remembered(12)
def _evidence(
    library: Library,
    run_id: str,
    path: Path,
    stamp: Stamp | None,  # noqa: ARG001
    concept: int,
) -> ConceptEvidence:
    """Of a file as it was at `stamp`. Raises RunFileError where it does not hold what
    the run drew.
    """
    found = read_evidence(path, concept)
    drawn = np.concatenate([ids for fold in _draws(library, run_id)[concept] for ids in fold])
    inside = (found.units >= 0) & (found.units < library.run(run_id).n_units)
    texts = _texts(library, run_id)
    within = all(
        0 <= sentence < len(texts) and (places <= len(texts[sentence])).all()
        for sentence, places in found.spans.items()
    )
    if not (inside.all() and within and np.isin(drawn, found.sentences).all()):
        raise RunFileError(
            f"{name_of(path)} does not hold what run {run_id} drew for this concept.",
            "Delete it and look at the sentences again.",
        )
    return found


def units_with_evidence(view: View, word: str) -> pd.DataFrame:
    """unit, expert (else chosen at random) of a concept; empty where there is none."""
    found = concept_responses(view, word)
    if found is None:
        return pd.DataFrame({"unit": np.empty(0, np.int64), "expert": np.empty(0, bool)})
    return pd.DataFrame({"unit": found.units, "expert": found.expert})


def responses(view: View, unit: int, word: str, fold: int = 0) -> pd.DataFrame:
    """sentence, side, response of the sentences that a fold drew, by falling response.

    Raises InputError where the unit's responses were not collected.
    """
    found, column = _column(view, unit, word)
    drawn = _draws(view.library, view.run.id)[found.concept][fold]
    parts = []
    for side, ids in zip((POSITIVE, NEGATIVE), drawn, strict=True):
        at = np.searchsorted(found.sentences, ids)
        values = found.pooled[at, column].astype(float)
        parts.append(pd.DataFrame({"sentence": ids, "side": side, "response": values}))
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["response", "sentence"], ascending=[False, True], ignore_index=True)


def curve(view: View, unit: int, word: str, fold: int = 0) -> tuple[pd.DataFrame, float, float]:
    """threshold, precision, recall of a unit; the area, which is its AP; and the AP
    that the run holds (NaN below its floor).
    """
    table = responses(view, unit, word, fold)
    sides = [
        table.loc[table["side"] == side, "response"].to_numpy() for side in (POSITIVE, NEGATIVE)
    ]
    threshold, precision, recall = precision_recall(*sides)
    rows = pd.DataFrame({"threshold": threshold, "precision": precision, "recall": recall})
    stored = stored_experts(view.library, view.run.id)
    at = stored.rows(number_of(view, word), fold)
    own = stored.ap[at][stored.unit[at] == unit]
    return rows, area(precision, recall), float(own[0]) if len(own) else float("nan")


def sentences(view: View, unit: int, word: str, rows: pd.DataFrame) -> list[Sentence]:
    """Sentences of `responses` with their text and, where they were kept, tokens."""
    found, column = _column(view, unit, word)
    texts = _texts(view.library, view.run.id)
    return [
        Sentence(
            texts[row.sentence],
            row.response,
            row.side,
            found.spans.get(row.sentence),
            found.tokens[row.sentence][:, column] if row.sentence in found.tokens else None,
        )
        for row in rows.itertuples()
    ]


def scale_of(view: View, unit: int, word: str) -> tuple[float, float]:
    """Response at which shading begins, the median of all kept tokens, and at which it
    is full, their greatest.
    """
    found, column = _column(view, unit, word)
    values = np.concatenate([tokens[:, column] for tokens in found.tokens.values()])
    return float(np.median(values)), float(values.max())


def _column(view: View, unit: int, word: str) -> tuple[ConceptEvidence, int]:
    found = concept_responses(view, word)
    if found is None or unit not in found.units:
        raise InputError(
            f"What this unit answers to the sentences of “{word}” was not collected.",
            f"Collect it: explorer evidence {view.run.id[:8]} --concepts {word}",
        )
    return found, int(np.flatnonzero(found.units == unit)[0])


@remembered(4)
def _draws(library: Library, run_id: str) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    return library.drawn(run_id)


@remembered(4)
def _texts(library: Library, run_id: str) -> list[str]:
    return library.texts(run_id)
