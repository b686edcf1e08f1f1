"""Evidence files as they are read: whole and checked, in bounded time and memory."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from explorer.core.disk import name_of, parse_json
from explorer.core.errors import InputError, RunFileError
from explorer.core.evidence import BeyondContext, ConceptEvidence
from explorer.store.connect import attach, bounded, homes, memory, reading
from explorer.store.evidence import SCHEMA, VERSION
from explorer.store.packing import unpacked
from explorer.store.run.catalog import HINT, check_catalog

_MOST_META, _MOST_MEMORY, _SECONDS = 100, "2GB", 20.0
"""Rows of meta, and what reading a file may take."""


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
        units, joint, pooled, tokens = (
            con.sql(
                f"SELECT * EXCLUDE concept FROM evidence.{table} "
                f"WHERE concept = $concept ORDER BY ALL",
                params={"concept": concept},
            ).to_arrow_table()
            for table in ("units", "concepts", "pooled", "tokens")
        )
    try:
        return _assembled(concept, units, joint, pooled, tokens)
    except (ValueError, TypeError) as error:
        raise RunFileError(
            f"{name_of(path)} is not consistent: {error}.", "Delete it and make it anew."
        ) from error


def read_beyond(path: Path) -> pd.DataFrame:
    """concept, unit (-1: all experts of the concept together), ap, p, words_ap of a
    file that `describe_evidence` took. Raises RunFileError.
    """
    with _opened(path) as con:
        rows: pd.DataFrame = con.sql(
            "SELECT concept, unit, units.ap, units.p, words_ap FROM evidence.units JOIN "
            "evidence.concepts USING (concept) UNION ALL "
            "SELECT concept, -1, ap, p, words_ap FROM evidence.concepts ORDER BY ALL"
        ).df()
    if not rows[["ap", "p", "words_ap"]].stack().between(0, 1).all():
        raise RunFileError(
            f"{name_of(path)} is not consistent: an AP or a p is not between 0 and 1.",
            "Delete it and make it anew.",
        )
    return rows


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


def _assembled(
    concept: int, units: pa.Table, joint: pa.Table, pooled: pa.Table, tokens: pa.Table
) -> ConceptEvidence:
    n = units.num_rows
    if not n or pooled.num_rows != 1 or joint.num_rows != 1:
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
        _beyond(units, joint),
    )


def _beyond(units: pa.Table, joint: pa.Table) -> BeyondContext:
    ap, p = (np.asarray(units[name], float) for name in ("ap", "p"))
    words, together, joint_p = (joint[name][0].as_py() for name in ("words_ap", "ap", "p"))
    every = np.concatenate([ap, p, [words, together, joint_p]])
    if not ((every >= 0) & (every <= 1)).all():
        raise ValueError("an AP or a p is not between 0 and 1")
    return BeyondContext(words, ap, p, together, joint_p)
