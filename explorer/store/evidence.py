"""Evidence files: responses of chosen units to the sentences of a run's concepts.

A file stands beside the runs, names the run it came from, and is safe to delete.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from explorer.core.disk import name_of, parse_json
from explorer.core.errors import InputError, RunFileError
from explorer.core.evidence import ConceptEvidence
from explorer.core.header import header
from explorer.store.connect import attach, bounded, homes, memory, reading, writing
from explorer.store.files import PARTIAL, publish, remove
from explorer.store.packing import packed, unpacked
from explorer.store.run.catalog import HINT, check_catalog
from explorer.store.run.static import put_meta
from explorer.store.run.summarise import insert

VERSION = 1
_MOST_META, _MOST_MEMORY, _SECONDS = 100, "2GB", 20.0
"""Rows of meta, and what reading a file may take."""
SCHEMA = resources.files("explorer.store").joinpath("schema", "evidence.sql").read_text("utf-8")


@dataclass(frozen=True)
class EvidenceFile:
    """What an evidence file says of itself."""

    path: Path
    run_id: str
    made: str
    """ISO 8601, UTC."""
    concepts: tuple[int, ...]
    """Numbers in the run."""
    greatest_error: float
    """Largest difference of an AP that follows from it and the AP that the run holds.
    """


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


def describe_evidence(path: Path) -> EvidenceFile:
    """What a file holds. Raises RunFileError with the sentence to show: no file,
    damaged, not evidence, or with anything in it that could run.
    """
    name = name_of(path)
    with _opened(path) as con:
        lengths = check_catalog(con, "evidence", name, SCHEMA, "evidence")
        if lengths["meta"] > _MOST_META:
            raise RunFileError(f"{name} says too much of itself.", HINT)
        rows = con.execute("SELECT key, value FROM evidence.meta").fetchall()
    try:
        meta = {key: parse_json(value) for key, value in rows}
        if (meta["kind"], meta["schema_version"]) != ("evidence", VERSION):
            raise ValueError(f"it is {meta['kind']} of version {meta['schema_version']}")
        concepts = tuple(int(number) for number in meta["concepts"])
        made = datetime.datetime.fromisoformat(meta["made"]).isoformat()
        return EvidenceFile(path, str(meta["run"]), made, concepts, float(meta["greatest_error"]))
    except (KeyError, TypeError, ValueError, OverflowError, InputError) as error:
        raise RunFileError(
            f"{name} is no evidence file of version {VERSION}: {error}.",
            "Delete it and look at the sentences again.",
        ) from error


def read_evidence(path: Path, concept: int) -> ConceptEvidence:
    """The evidence of a concept, of a file that `describe_evidence` took. Raises
    RunFileError when the file does not hold it or contradicts itself.
    """
    with _opened(path) as con:
        units, pooled, tokens = (
            con.sql(
                f"SELECT * EXCLUDE concept FROM evidence.{table} "
                f"WHERE concept = $concept ORDER BY ALL",
                params={"concept": concept},
            ).to_arrow_table()
            for table in ("units", "pooled", "tokens")
        )
    try:
        return _assembled(concept, units, pooled, tokens)
    except (ValueError, TypeError) as error:
        raise RunFileError(
            f"{name_of(path)} is not consistent: {error}.", "Delete it and make it anew."
        ) from error


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file as `evidence`, in bounded time and memory."""
    with (
        reading(path),
        contextlib.closing(memory(*homes([path]), most=_MOST_MEMORY)) as con,
        bounded(con, path, _SECONDS),
    ):
        attach(con, path, "evidence", read_only=True)
        yield con


def _write_concept(con: duckdb.DuckDBPyConnection, part: ConceptEvidence) -> None:
    n = len(part.units)
    columns = {"concept": [part.concept] * n, "unit": part.units, "expert": part.expert}
    insert(con, "evidence.units", pa.table(columns))
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


def _assembled(
    concept: int, units: pa.Table, pooled: pa.Table, tokens: pa.Table
) -> ConceptEvidence:
    n = units.num_rows
    if not n or pooled.num_rows != 1:
        raise ValueError("it does not hold this concept once")
    listed = pooled["sentences"][0].values
    if listed.null_count:
        raise ValueError("one of its sentences has no number")
    sentences = listed.to_numpy().astype(np.int64)
    values = unpacked(pooled["responses"][0].as_py(), (len(sentences), n))
    if not np.isfinite(values).all() or (np.diff(sentences) <= 0).any():
        raise ValueError("its responses are not one finite number a unit and sentence")
    if not tokens.num_rows:
        raise ValueError("it holds the tokens of no sentence")
    rows: dict[int, np.ndarray] = {}
    spans: dict[int, np.ndarray] = {}
    known = set(sentences.tolist())
    for row in tokens.to_pylist():
        starts, ends, sentence = row["starts"], row["ends"], row["sentence"]
        rows[sentence] = unpacked(row["responses"], (len(starts), n))
        spans[sentence] = np.stack([starts, ends], axis=1).astype(int).reshape(-1, 2)
        if (np.diff(spans[sentence], prepend=0) < 0).any() or sentence not in known:
            raise ValueError("its tokens do not lie in its sentences")
        if not np.isfinite(rows[sentence]).all():
            raise ValueError("a response to a token is not a finite number")
    return ConceptEvidence(
        concept,
        np.asarray(units["unit"], np.int64),
        np.asarray(units["expert"], bool),
        sentences,
        values,
        rows,
        spans,
    )
