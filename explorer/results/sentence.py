"""What was read of a typed sentence: which concepts' experts answer to which token."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from explorer.core.errors import InputError
from explorer.core.records import RunInfo
from explorer.core.sentence import Question, Reading
from explorer.measure.evidence.selective import false_discovery
from explorer.results.reading import concepts
from explorer.results.view import View
from explorer.store.sentence import find, texts_read

LEVEL = 0.001
"""A concept stands out at a token whose score at most this share of its negative tokens
reaches; that many of all tokens and concepts do by chance.
"""


def question(view: View, text: str, run: RunInfo | None = None) -> Question:
    """A sentence for the experts of the view's run, or of another one, at its τ. Raises
    InputError.
    """
    return Question((run or view.run).id, view.tau, text)


def reading(view: View, text: str, run: RunInfo | None = None) -> Reading | None:
    """What was read of a sentence; None where it was not yet. Raises ExplorerError with
    what went wrong when it was.
    """
    of = run or view.run
    return find(_folder(view), question(view, text, of), len(of.request.concepts))


def sentences_read(view: View) -> list[str]:
    """The sentences that the view's run has read at its τ, the last one first."""
    return texts_read(_folder(view), view.run.id, view.tau)


def answers(view: View, text: str, run: RunInfo | None = None) -> pd.DataFrame:
    """position, token, concept, experts, score, p, q, stands (out) of every token and
    concept.

    score: mean over experts, in standard deviations over negative tokens; p: share of
    the concept's negative tokens with as large a score; q: false discovery rate. Raises
    InputError where the sentence was not read.
    """
    of = run or view.run
    found = reading(view, text, of)
    if found is None:
        raise InputError(
            "This sentence was not read yet.",
            f"Read it: explorer read {of.id[:8]} --tau {view.tau} --text “…”",
        )
    n_tokens, n_concepts = found.scores.shape
    words = concepts(view.library, of.id)["word"].to_numpy()[found.concepts]
    tokens = [text[start:end].strip() for start, end in found.spans]
    return pd.DataFrame(
        {
            "position": np.repeat(np.arange(1, n_tokens + 1), n_concepts),
            "token": np.repeat(np.array(tokens, object), n_concepts),
            "concept": np.tile(words, n_tokens),
            "experts": np.tile(found.experts, n_tokens),
            "score": found.scores.ravel(),
            "p": found.p.ravel(),
            "q": false_discovery(found.p.ravel()),
            "stands": found.p.ravel() <= LEVEL,
        }
    )


def strongest(table: pd.DataFrame, position: int | None) -> pd.DataFrame:
    """Of each concept its row at a token, or at the token where it stands out most;
    those that stand out most first.
    """
    rows = table if position is None else table[table["position"] == position]
    # The least p of a concept depends on how many negatives it has.
    ordered = rows.assign(rank=rows["p"].round(4)).sort_values(
        ["rank", "score"], ascending=[True, False], kind="stable"
    )
    return ordered.drop(columns="rank").drop_duplicates("concept").reset_index(drop=True)


def _folder(view: View) -> Path:
    return view.library.folder.parent / "readings"
