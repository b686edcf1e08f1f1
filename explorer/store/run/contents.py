"""What the rows of a run file may be, table by table."""

from __future__ import annotations

import math

Limits = dict[str, int | float]
"""Numbers that a request and the lengths of tables give, by name."""

# AP is above the floor in double precision; stored in single, it may equal it.
INSIDE: dict[str, str] = {
    "modules": "0 <= module AND module < $modules AND width >= 1 "
    "AND first_unit >= 0 AND strlen(name) <= $text AND strlen(kind) <= $text",
    "pair_overlap": "0 <= a AND a < b AND b < $concepts AND 0 <= tau_index "
    "AND tau_index < $taus AND overlap >= 0 AND overlap <= 1.000001",
    "experts": "0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND 0 <= unit AND unit < $units AND ap >= CAST($floor AS FLOAT) AND ap <= 1",
    "set_sizes": "0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND 0 <= tau_index AND tau_index < $taus AND 0 <= size AND size <= $units",
    "fold_overlap": "0 <= concept AND concept < $concepts AND 0 <= fold_a "
    "AND fold_a < fold_b AND fold_b < $folds AND 0 <= tau_index AND tau_index < $taus "
    "AND overlap >= 0 AND overlap <= 1.000001",
    "fold_sharing": "0 <= concept AND concept < $concepts AND 0 <= fold_a "
    "AND fold_a < fold_b AND fold_b < $folds AND positive >= 0 AND positive <= 1.000001 "
    "AND negative >= 0 AND negative <= 1.000001",
    "human_pairs": "0 <= a AND a < $concepts AND 0 <= b AND b < $concepts "
    "AND isfinite(score) AND strlen(dataset) <= $text AND strlen(split) <= $text",
    "draws": "len(positive) = $n_positive AND len(negative) = $n_negative "
    "AND list_count(positive) = $n_positive AND list_count(negative) = $n_negative "
    "AND 0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND list_min(positive) >= 0 AND list_max(positive) < $sentences "
    "AND list_min(negative) >= 0 AND list_max(negative) < $sentences",
    "sentences": "0 <= sentence AND sentence < $sentences AND 0 <= concept "
    "AND concept < $concepts AND strlen(text) <= $sentence AND strlen(source) <= $text",
    "progress": "0 <= concept AND concept < $concepts AND isfinite(seconds) AND seconds >= 0",
    "ap_histogram": "0 <= concept AND concept < $concepts AND 0 <= module "
    "AND module < $modules AND list_count(counts) = 20 AND list_min(counts) >= 0",
    "embeddings": "0 <= concept AND concept < $concepts AND 0 <= fold AND fold < $folds "
    "AND kind IN ('word', 'sentence') AND (kind = 'sentence' OR fold = 0) "
    "AND len(vector) BETWEEN 1 AND $hidden AND list_count(vector) = len(vector) "
    "AND isfinite(list_sum(vector))",
}
"""Table → what every row of it is."""

ORDER: dict[str, str] = {
    "concepts": "concept",
    "modules": "module",
    "sentences": "sentence",
    "progress": "concept",
    "draws": "concept::BIGINT * 32 + fold",
    "experts": "(concept::BIGINT * 32 + fold) * 4294967296 + unit",
    "ap_histogram": "concept::BIGINT * 32768 + module",
    "embeddings": "((kind = 'word')::BIGINT * 32768 + concept) * 32 + fold",
    "pair_overlap": "(tau_index::BIGINT * 32768 + a) * 32768 + b",
    "set_sizes": "(concept::BIGINT * 32 + fold) * 16 + tau_index",
    "fold_overlap": "((concept::BIGINT * 16 + tau_index) * 32 + fold_a) * 32 + fold_b",
    "fold_sharing": "(concept::BIGINT * 32 + fold_a) * 32 + fold_b",
}
"""Table → a number that grows from row to row, so that no row is there twice."""

BESIDE: dict[str, str] = {"sentences": "sum(strlen(text))"}
"""Table → a number over all its rows that no row shows by itself."""

_FIXED: Limits = {"text": 1000, "sentence": 1_000_000, "hidden": 1 << 16}
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
    return {**_FIXED, **numbers}


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
