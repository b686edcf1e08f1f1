"""What section 9 of docs/findings.md counts: whether the experts of each domain concept
of the bundled study answer to their word in two sentences that nobody drew.

python docs/typed_sentences.py; the untrained twin is calibrated first, a minute or two.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from explorer.core.sentence import Reading
from explorer.core.tau import LOWEST
from explorer.jobs.kind import Context
from explorer.jobs.kinds.reader_work import Readers
from explorer.results.library import open_library
from explorer.results.sentence import LEVEL

RUNS = ("8137c33b01463f2a", "211c62507498cea0")
SENTENCES = ("Yesterday we talked about the {} again.", "It was the {} that surprised my sister.")


def token_of(reading: Reading, word: str) -> int:
    """The last token of the word."""
    end = reading.text.index(word) + len(word)
    return next(k for k, (start, stop) in enumerate(reading.spans) if start < end <= stop)


def counted(run_id: str) -> dict[str, int]:
    """What is counted of a run."""
    run = open_library().run(run_id)
    model = Readers(Context()).of(run_id, LOWEST)
    names = ("sentences", "stands out", "first", "beyond", "judged", "beyond before", "before")
    found = dict.fromkeys(names, 0)
    for word in run.request.domains:
        for sentence in SENTENCES:
            reading = model.read(sentence.format(word))
            token, p = token_of(reading, word), reading.p
            order = np.lexsort((-reading.scores[token], p[token].round(4)))
            own = reading.concepts == run.request.concepts.index(word)
            start = int((reading.spans[:, 1] <= reading.text.index(word)).sum())
            found["sentences"] += 1
            found["stands out"] += int((p[token, own] <= LEVEL).any())
            found["first"] += int(own[order[0]])
            found["beyond"] += int((p <= LEVEL).sum())
            found["judged"] += p.size
            found["beyond before"] += int((p[:start] <= LEVEL).sum())
            found["before"] += p[:start].size
    return found


if __name__ == "__main__":
    for run_id in RUNS:
        print(run_id, counted(run_id))
