"""What was read of a sentence by a fixture run, kept as the reader keeps it."""

from __future__ import annotations

import numpy as np

from explorer.core.sentence import Reading
from explorer.results import sentence as results
from explorer.results.view import View
from explorer.store import sentence


def small_reading(view: View, text: str, seed: int = 0) -> Reading:
    """The experts of the first concept answer to the second token, no others do."""
    rng = np.random.default_rng(seed)
    ends = np.cumsum([len(word) + 1 for word in text.split(" ")])
    spans = np.stack([np.concatenate([[0], ends[:-1]]), np.minimum(ends, len(text))], axis=1)
    n = len(view.run.request.concepts)
    p = rng.uniform(0.05, 1, (len(spans), n))
    scores = -p
    p[1, 0], scores[1, 0] = 0.0005, 4.0
    sizes = np.full(n, 5)
    found = Reading(text, spans, np.arange(n), sizes, scores, p, np.full(n, 1999))
    folder = view.library.folder.parent / "readings"
    folder.mkdir(exist_ok=True)
    sentence.answer(folder, results.question(view, text), found)
    return found
