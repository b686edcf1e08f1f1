"""A copy of a run file for others, without the sentences that may not be passed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.store.connect import attach, memory, writing
from explorer.store.run.catalog import SCHEMA
from explorer.store.run.static import put_meta
from explorer.store.run.summarise import insert

WITHHELD = "sentences_withheld"
"""The entry of meta that says so."""


def copy_without_sentences(
    source: Path, target: Path, replaced: Callable[[Sequence[str]], list[str]]
) -> None:
    """Write the run of a finished file to a new one, with other texts in place of its
    sentences.

    replaced: from all texts of a concept, as many others. Raises ResourceError where
    the file cannot be written.
    """
    with writing(target), memory(source.parent, target.parent) as con:
        attach(con, source, "source", read_only=True)
        attach(con, target, "target", read_only=False)
        con.execute("USE target")
        con.execute(SCHEMA)
        query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'target'"
        for (table,) in con.execute(query).fetchall():
            if table != "sentences":
                con.execute(f"INSERT INTO target.{table} SELECT * FROM source.{table}")
        query = "SELECT * FROM source.sentences ORDER BY sentence"
        rows: pa.Table = con.sql(query).to_arrow_table()
        texts = np.array(rows["text"].to_pylist(), dtype=object)
        concepts = rows["concept"].to_numpy()
        for concept in np.unique(concepts):
            own = concepts == concept
            texts[own] = replaced(list(texts[own]))
        at = rows.schema.get_field_index("text")
        insert(con, "target.sentences", rows.set_column(at, "text", pa.array(texts.tolist())))
        put_meta(con, "target", {WITHHELD: True})
        con.execute("USE memory")
        con.execute("CHECKPOINT target")
