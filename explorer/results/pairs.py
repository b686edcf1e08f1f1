"""The word pairs behind an alignment."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import Similarity
from explorer.results.reading import rated_pairs
from explorer.results.view import View


def word_pairs(view: View, of: Similarity) -> pd.DataFrame:
    """word1, word2, score (by people), similarity (to the model)."""
    pairs = rated_pairs(view.library, view.run.id, view.rated, of)
    return pairs[["word1", "word2", "score", "similarity"]]
