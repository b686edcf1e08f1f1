"""How much a run file may hold, and what the rows of its two large tables may be; those
of the others are in `rules`.
"""

from __future__ import annotations

import math

Limits = dict[str, int | float]
"""Numbers that a request and the lengths of tables give, by name."""

# AP is above the floor in double precision; stored in single, it may equal it.
INSIDE: dict[str, str] = {
    "experts": "0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND 0 <= unit AND unit < $units AND ap >= CAST($floor AS FLOAT) AND ap <= 1",
    "sentences": "0 <= sentence AND sentence < $sentences AND 0 <= concept "
    "AND concept < $concepts AND strlen(text) <= $sentence AND strlen(source) <= $text",
}
"""Table → what every row of it is, of the two tables that are large."""

ORDER: dict[str, str] = {
    "sentences": "sentence",
    "experts": "(concept::BIGINT * 32 + fold) * 4294967296 + unit",
}
"""Table → a number that grows from row to row, so that no row is there twice."""

BESIDE: dict[str, str] = {"sentences": "sum(strlen(text))"}
"""Table → a number over all its rows that no row shows by itself."""

FIXED: Limits = {"text": 1000, "sentence": 1_000_000, "hidden": 1 << 16}
"""Bytes of a name, bytes of a sentence, entries of a vector: what the largest may have.
"""
_MOST_ROWS = {"meta": 1000, "modules": 1 << 15, "sentences": 50_000_000, "human_pairs": 5_000_000}
_ROOM, _PACKED = 64_000_000, 100
"""A table may take so many bytes of memory, and so many times the bytes of its file:
more is a small file that fills the memory of whoever opens it.
"""


def limits(**numbers: int | float) -> Limits:
    """All numbers that the rules name: concepts, folds, floor, n_positive and
    n_negative of the request, modules, sentences and units of the file, and taus.
    """
    return {**FIXED, **numbers}


def exactly(known: Limits) -> dict[str, int]:
    """Table → the number of rows that a whole run has."""
    names = ("concepts", "folds", "taus", "modules")
    n, folds, taus, modules = (int(known[name]) for name in names)
    return {
        "concepts": n,
        "pair_overlap": math.comb(n, 2) * taus,
        "set_sizes": n * folds * taus,
        "fold_overlap": n * math.comb(folds, 2) * taus,
        "fold_sharing": n * math.comb(folds, 2),
        "draws": n * folds,
        "embeddings": n * (folds + 1),
        "taus": taus,
        "progress": n,
        "ap_histogram": n * modules,
    }


def at_most(known: Limits, n_bytes: int) -> dict[str, int]:
    """Table → the most rows that a run in a file of so many bytes has."""
    most = _MOST_ROWS | exactly(known)
    most["experts"] = int(known["concepts"] * known["folds"] * known["units"])
    drawn = int(known["n_positive"] + known["n_negative"])
    width = {"experts": 11, "pair_overlap": 9, "draws": 4 * drawn, "ap_histogram": 84}
    room = _room(n_bytes)
    return most | {table: min(most[table], room // each) for table, each in width.items()}


def most_before_reading() -> dict[str, int]:
    """Table → the most rows, of the tables that tell what the others may have."""
    return {table: _MOST_ROWS[table] for table in ("meta", "modules")}


def texts_fit(n_text_bytes: int, n_bytes: int) -> bool:
    """Whether a file of so many bytes may hold texts of so many."""
    return n_text_bytes <= _room(n_bytes)


def _room(n_bytes: int) -> int:
    return _ROOM + _PACKED * n_bytes
