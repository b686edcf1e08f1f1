"""Responses of some units to some sentences, before they are written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

TOP_NEGATIVES = 8
"""Of each unit, the negative sentences whose tokens are kept: those it answers most."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Responses of some sentences."""

    ids: np.ndarray
    pooled: np.ndarray
    tokens: list[np.ndarray]
    spans: list[np.ndarray]

    @cached_property
    def row(self) -> dict[int, int]:
        """Sentence → its row."""
        return {int(sentence): row for row, sentence in enumerate(self.ids)}

    def columns(self, columns: np.ndarray) -> Answers:
        """Some of the units."""
        tokens = [values[:, columns] for values in self.tokens]
        return Answers(self.ids, self.pooled[:, columns], tokens, self.spans)


def joined(a: Answers, b: Answers) -> Answers:
    """Both, one after the other."""
    return Answers(
        np.concatenate([a.ids, b.ids]),
        np.concatenate([a.pooled, b.pooled]),
        a.tokens + b.tokens,
        a.spans + b.spans,
    )


def strongest(pooled: np.ndarray, sentences: np.ndarray, negative: np.ndarray) -> set[int]:
    """The negative sentences that some unit answers most."""
    places = np.flatnonzero(np.isin(sentences, negative))
    order = np.argsort(-pooled[places], axis=0, kind="stable")[:TOP_NEGATIVES]
    return set(sentences[places[order]].ravel().tolist())
