"""An evidence file of a fixture run, written by the real writer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.core.evidence import ConceptEvidence
from explorer.measure.evidence.beyond_context import beyond_context
from explorer.measure.surface import context_words
from explorer.results.experts import stored_experts
from explorer.store.evidence import write_evidence
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS

N_UNITS = 3


def part_of(library: Library, run_id: str, concept: int, seed: int = 0) -> ConceptEvidence:
    """Responses of the best units of a concept and of as many others: larger on its
    positives.
    """
    rng = np.random.default_rng([seed, concept])
    units = stored_experts(library, run_id).units_of(concept).sort_values("ap")["unit"]
    best = units.to_numpy()[-N_UNITS:]
    other = np.setdiff1d(np.arange(library.run(run_id).n_units), units)[:N_UNITS]
    every = np.union1d(best, other).astype(np.int64)
    expert = np.isin(every, best)
    folds, texts = library.drawn(run_id)[concept], library.texts(run_id)
    positive = np.unique(np.concatenate([p for p, _ in folds]))
    sentences = np.unique(np.concatenate([np.concatenate(fold) for fold in folds]))
    pooled = rng.normal(size=(len(sentences), len(every))).astype(np.float32)
    pooled[np.isin(sentences, positive)] += 2.0 * expert.astype(np.float32)
    kept = [*positive.tolist(), *sentences[:5].tolist()]
    spans = {i: _words(texts[i]) for i in kept}
    tokens = {}
    for i in spans:
        values = rng.normal(-1, 0.2, (len(spans[i]), len(every))).astype(np.float32)
        values[-1] = pooled[np.searchsorted(sentences, i)]
        tokens[i] = values
    words = context_words(CONCEPTS[concept], [texts[i] for i in sentences])
    beyond = beyond_context(words, np.isin(sentences, positive), pooled, expert)
    return ConceptEvidence(concept, every, expert, sentences, pooled, tokens, spans, beyond)


def small_evidence(library: Library, run_id: str, concepts: tuple[int, ...] = (0, 1)) -> Path:
    """Beside the folder of runs, for some concepts of a run."""
    path = library.folder.parent / "evidence" / f"{run_id}.duckdb"
    parts = (part_of(library, run_id, concept) for concept in concepts)
    write_evidence(path, run_id, parts, lambda: {"greatest_error": 0.0})
    return path


def _words(text: str) -> np.ndarray:
    places, at = [], 0
    for word in text.split(" "):
        places.append((at, at + len(word)))
        at += len(word) + 1
    return np.array(places)
