"""From the tables of an unfinished file, or of all shards, to those of a finished
run.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from explorer.core.records import Draws
from explorer.core.tau import TAUS
from explorer.store.connect import attach
from explorer.store.run import static
from explorer.store.run.catalog import SCHEMA
from explorer.store.run.summarise import add_overlaps, add_sharing

BY_CONCEPT = {
    "progress": "concept",
    "experts": "concept, fold, unit",
    "ap_histogram": "concept, module",
    "embeddings": "kind, concept, fold",
}
"""Tables that every shard holds for its own concepts, and how a finished file sorts
them.
"""
ORDER = {
    "concepts": "concept",
    "modules": "module",
    "sentences": "sentence",
    "draws": "concept, fold",
    "human_pairs": "rowid",
    "taus": "tau_index",
    **BY_CONCEPT,
}


def compile_run(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    sources: Sequence[str],
    folds: int,
    draws: Draws,
    provenance: Mapping[str, object],
) -> None:
    """Write a finished file at `path` from attached databases, which stay attached.

    sources: one, or one a shard; what does not belong to single concepts comes from the
    first, whose order of concepts stands.
    """
    first = sources[0]
    attach(con, path, "finished", read_only=False)
    con.execute("USE finished")
    con.execute(SCHEMA)
    for table, order in ORDER.items():
        if table in BY_CONCEPT and len(sources) > 1:
            parts = " UNION ALL ".join(_renumbered(table, name, first) for name in sources)
            query = f"SELECT * FROM ({parts})"
        else:
            query = f"SELECT * FROM {first}.{table}"
        con.execute(f"INSERT INTO finished.{table} {query} ORDER BY {order}")
    con.execute(f"INSERT INTO finished.meta SELECT * FROM {first}.meta")
    static.put_meta(con, "finished", {**provenance, "finished": now()})
    row = con.execute("SELECT max(first_unit + width) FROM finished.modules").fetchone()
    words = static.words(con, "finished")
    add_overlaps(con, "finished", len(words), folds, TAUS, row[0] if row else 0)
    add_sharing(con, "finished", words, draws)
    con.execute("USE memory")
    con.execute("CHECKPOINT finished")
    con.execute("DETACH finished")


def now() -> str:
    """The time as run files write it."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _renumbered(table: str, source: str, first: str) -> str:
    """A table of a shard, with the numbers that the first shard gives to the words."""
    return (
        f"SELECT t.* REPLACE (numbered.concept AS concept) FROM {source}.{table} t "
        f"JOIN {source}.concepts own ON own.concept = t.concept "
        f"JOIN {first}.concepts numbered ON numbered.word = own.word"
    )
