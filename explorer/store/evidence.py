"""Evidence files: responses of chosen units to the sentences of a run's concepts.

A file stands beside the runs, names the run it came from, and is safe to delete.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from pathlib import Path

import duckdb
import pyarrow as pa

from explorer.core.evidence import ConceptEvidence
from explorer.core.header import header
from explorer.store.connect import attach, memory, writing
from explorer.store.files import PARTIAL, publish, remove
from explorer.store.packing import packed
from explorer.store.run.static import put_meta
from explorer.store.run.summarise import insert

VERSION = 2
SCHEMA = resources.files("explorer.store").joinpath("schema", "evidence.sql").read_text("utf-8")


def write_evidence(
    path: Path,
    run_id: str,
    parts: Iterable[ConceptEvidence],
    meta: Callable[[], Mapping[str, object]],
) -> None:
    """Write a file, whole or not at all. `meta` is called after the last part.

    Raises ResourceError when it cannot be written, and what `parts` raises.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.stem}{PARTIAL}")
    with writing(scratch):
        remove(scratch)
        con = memory(path.parent)
        try:
            attach(con, scratch, "evidence", read_only=False)
            con.execute("USE evidence")
            con.execute(SCHEMA)
            concepts = []
            for part in parts:
                _write_concept(con, part)
                concepts.append(part.concept)
            put_meta(
                con,
                "evidence",
                {
                    **header("evidence", VERSION, [run_id]),
                    **meta(),
                    "run": run_id,
                    "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                    "concepts": concepts,
                },
            )
            con.execute("USE memory")
            con.execute("CHECKPOINT evidence")
            con.execute("DETACH evidence")
            publish(scratch, path)
        except BaseException:
            con.close()
            remove(scratch)
            raise
        con.close()


def _write_concept(con: duckdb.DuckDBPyConnection, part: ConceptEvidence) -> None:
    n = len(part.units)
    beyond = part.beyond
    columns = {
        "concept": [part.concept] * n,
        "unit": part.units,
        "expert": part.expert,
        "ap": beyond.units,
        "p": beyond.p,
    }
    insert(con, "evidence.units", pa.table(columns))
    joint = {"words_ap": [beyond.words], "ap": [beyond.joint], "p": [beyond.joint_p]}
    insert(con, "evidence.concepts", pa.table({"concept": [part.concept], **joint}))
    pooled = {
        "concept": [part.concept],
        "sentences": [part.sentences],
        "responses": [packed(part.pooled)],
    }
    insert(con, "evidence.pooled", pa.table(pooled))
    chosen = sorted(part.tokens)
    tokens = {
        "concept": [part.concept] * len(chosen),
        "sentence": chosen,
        "starts": [part.spans[s][:, 0] for s in chosen],
        "ends": [part.spans[s][:, 1] for s in chosen],
        "responses": [packed(part.tokens[s]) for s in chosen],
    }
    insert(con, "evidence.tokens", pa.table(tokens))
