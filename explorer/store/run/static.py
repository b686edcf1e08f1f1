"""The tables of a run file that are known before any concept is extracted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple

import duckdb
import numpy as np
import pyarrow as pa

from explorer.core.records import Draws, HumanPair, Module, Sentence
from explorer.core.request import RunRequest
from explorer.core.tau import TAUS
from explorer.store.run.summarise import insert


def digest(
    modules: Sequence[Module], sentences: Sequence[Sentence], draws: Draws, commit: object
) -> str:
    """Identity of everything that must not change between two sessions of one
    extraction.
    """
    found = hashlib.sha256(json.dumps([commit, [astuple(m) for m in modules]]).encode())
    for sentence in sentences:
        found.update(json.dumps([sentence.concept, sentence.text, sentence.source]).encode())
    for concept in sorted(draws):
        for ids in (ids for fold in draws[concept] for ids in fold):
            found.update(concept.encode() + np.asarray(ids, np.int64).tobytes())
    return found.hexdigest()


def words(con: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The concepts of a file, in its order."""
    rows = con.execute(f"SELECT word FROM {schema}.concepts ORDER BY concept").fetchall()
    return [row[0] for row in rows]


def draws_of(con: duckdb.DuckDBPyConnection, schema: str) -> Draws:
    """Concept → per fold, positive and negative sentence ids, as a file holds them."""
    named = words(con, schema)
    draws: Draws = {word: [] for word in named}
    query = f"SELECT concept, positive, negative FROM {schema}.draws ORDER BY concept, fold"
    for concept, positive, negative in con.execute(query).fetchall():
        draws[named[concept]].append((np.asarray(positive), np.asarray(negative)))
    return draws


def fill(
    con: duckdb.DuckDBPyConnection,
    schema: str,
    request: RunRequest,
    modules: Sequence[Module],
    sentences: Sequence[Sentence],
    draws: Draws,
) -> None:
    """Write concepts, modules, sentences, draws and the tau grid."""
    words = list(request.concepts)
    number = {word: i for i, word in enumerate(words)}
    insert(
        con,
        f"{schema}.concepts",
        pa.table(
            {
                "concept": range(len(words)),
                "word": words,
                "domain": pa.array([request.domains.get(w) for w in words], pa.string()),
            }
        ),
    )
    names = ("module", "name", "layer", "kind", "width", "first_unit")
    rows = [(i, m.name, m.layer, m.kind, m.width, m.offset) for i, m in enumerate(modules)]
    insert(
        con,
        f"{schema}.modules",
        pa.table([list(c) for c in zip(*rows, strict=True)], names=list(names)),
    )
    insert(
        con,
        f"{schema}.sentences",
        pa.table(
            {
                "sentence": range(len(sentences)),
                "text": [s.text for s in sentences],
                "concept": [number[s.concept] for s in sentences],
                "source": [s.source for s in sentences],
            }
        ),
    )
    drawn = [(number[w], f, fold[0], fold[1]) for w in words for f, fold in enumerate(draws[w])]
    insert(
        con,
        f"{schema}.draws",
        pa.table(
            [list(c) for c in zip(*drawn, strict=True)],
            names=["concept", "fold", "positive", "negative"],
        ),
    )
    insert(con, f"{schema}.taus", pa.table({"tau_index": range(len(TAUS)), "tau": list(TAUS)}))


def put_pairs(
    con: duckdb.DuckDBPyConnection, schema: str, words: Sequence[str], pairs: Sequence[HumanPair]
) -> None:
    """Write the pairs whose two words are concepts, replacing those of the same data
    sets.
    """
    number = {word: i for i, word in enumerate(words)}
    for dataset in {pair.dataset for pair in pairs}:
        con.execute(f"DELETE FROM {schema}.human_pairs WHERE dataset = ?", [dataset])
    rows = [
        (p.dataset, p.split, number[p.word1], number[p.word2], p.score)
        for p in pairs
        if p.word1 in number and p.word2 in number
    ]
    if rows:
        columns = [list(c) for c in zip(*rows, strict=True)]
        insert(
            con,
            f"{schema}.human_pairs",
            pa.table(columns, names=["dataset", "split", "a", "b", "score"]),
        )


def human_counts(words: Sequence[str], pairs: Sequence[HumanPair]) -> dict[str, dict[str, int]]:
    """Data set → how many pairs it has, and how many of them have concepts for both
    words.
    """
    known = set(words)
    counts: dict[str, dict[str, int]] = {}
    for pair in pairs:
        count = counts.setdefault(pair.dataset, {"pairs": 0, "covered": 0})
        count["pairs"] += 1
        count["covered"] += pair.word1 in known and pair.word2 in known
    return counts


def put_meta(con: duckdb.DuckDBPyConnection, schema: str, entries: Mapping[str, object]) -> None:
    """Write entries of the meta table, replacing those of the same key."""
    for key, value in entries.items():
        con.execute(f"DELETE FROM {schema}.meta WHERE key = ?", [key])
        con.execute(
            f"INSERT INTO {schema}.meta VALUES (?, ?)", [key, json.dumps(value, ensure_ascii=False)]
        )
