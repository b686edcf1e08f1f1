"""The evidence ladder in words: one mark and one table for every screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from explorer.core.text import short_p
from explorer.exhibits.exhibit import Column, Table
from explorer.measure.evidence.ladder import RUNGS, Rung

MARKS = {True: "●", False: "○", None: "·"}
VERDICTS = {True: "passed", False: "not passed", None: "not judged"}
LADDER = Column(
    "ladder",
    help="One mark a rung: selective, stable, learned, beyond shared words. ● passed, ○ not "
    "passed, · cannot be judged from what is stored.",
    width=80,
)
_COLUMNS = (
    Column("rung"),
    Column("asks"),
    Column("verdict"),
    Column("found"),
    Column("by_chance", "by chance"),
    Column("p_text", "p"),
)
TEXT = """A claim climbs: each rung asks one more question, and the answer has its number.

1. **Selective**: better than with shuffled labels. For a unit or a concept: its average
   precision against that of randomly labelled sentences (20,000 shuffles; Benjamini–Hochberg
   over all units, Holm over concepts). For a pair: more shared experts than the popularity of
   the units explains (bipartite configuration model, Saracco et al. 2017; Poisson bound of
   Hoeffding 1956; Benjamini–Hochberg over all pairs). Folds share sentences, so their p are
   joined as twice their median (Rüger 1978).
2. **Stable**: it comes back when other sentences are drawn. A unit: in at least half of the
   other folds, and in more than random sets of that size give (binomial). A concept: every two
   folds share more experts than chance (hypergeometric). A pair: selective in every fold.
3. **Learned**: the untrained model has nothing like it. A unit: of the units of that AP, at most
   5% would be found without training (untrained as decoys, Elias & Gygi 2007). A concept: it has
   such units. A pair: selective with such units alone.
4. **Beyond shared words**: it remains when what the sentences share on the surface is held
   constant. A unit: where its responses were collected, its AP exceeds that of the other words of
   the sentences (ridge regression on them, each sentence left out in turn; paired bootstrap;
   Benjamini–Hochberg over the units collected). A concept: the same for its experts together
   (Holm over concepts). The word itself cannot be held constant: it says which sentences are
   positive. A pair: at most 5% of the 200 pairs whose sentences share as many words overlap as
   much.

Until a rung of its own shows an effect of acting on the units, we say *detects*, not *causes*.
"""


def with_mark(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with one column a rung, and their mark."""
    return rows.assign(ladder=[_mark(row) for row in rows.to_dict("records")])


def ladder_table(rungs: Sequence[tuple[Rung, str]]) -> tuple[Table, pd.DataFrame, str]:
    """The rungs as a table, its data, and one line that says which are passed.

    rungs: each with the question that it asks.
    """
    rows = pd.DataFrame(
        [
            {
                "rung": f"{number} · {rung.name}",
                "asks": asks,
                "verdict": f"{MARKS[rung.passed]} {VERDICTS[rung.passed]}",
                "found": rung.found,
                "by_chance": rung.by_chance or "–",
                "p": rung.p,
                "p_text": "–" if pd.isna(rung.p) else short_p(rung.p),
                "test": rung.test,
            }
            for number, (rung, asks) in enumerate(rungs, 1)
        ]
    )
    told = "; ".join(f"{rung.name}: {VERDICTS[rung.passed]}" for rung, _ in rungs)
    return Table(_COLUMNS, rows, static=True), rows.drop(columns="p_text"), told


def _mark(row: dict[str, Any]) -> str:
    return "".join(_symbol(row[name]) for name in RUNGS if name in row) + "·" * sum(
        name not in row for name in RUNGS
    )


def _symbol(passed: object) -> str:
    return MARKS[bool(passed)] if isinstance(passed, bool) else MARKS[None]
