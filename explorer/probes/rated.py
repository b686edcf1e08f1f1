"""Rated word pairs of the user's own, and the one rule for all ratings: a pair counts
once, and no word is paired with itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.core.ratings import ALL
from explorer.core.records import HumanPair
from explorer.probes.reading import table
from explorer.probes.reading.columns import Columns, Tell, cut
from explorer.probes.words import concept_name

COLUMNS = Columns(
    ("word1", "word2", "score"),
    ("sd", "n"),
    {"spread": "sd", "count": "n", "raters": "n"},
    kinds=(".csv", ".tsv"),
    too_many="a score is written with a point, as 3.5",
    longest=200,
    most_rows=1_000_000,
    most_bytes=100_000_000,
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_TAG = re.compile(r".[-_#/.%][A-Za-z]{1,4}(?:[.#]?\d+)?")
_SHOWN = 3


def read_pairs(path: Path, tell: Tell) -> list[HumanPair]:
    """The pairs of a CSV or TSV file with the columns word1, word2, score, and, if it
    has them, sd and n of the ratings whose mean a score is, as it has them; the data
    set is named after the file.

    Raises InputError naming the rows that are unusable.
    """
    pairs: list[HumanPair] = []
    faults = table.Faults()
    for record in table.records(path, COLUMNS, tell):
        a, b, score = (str(record.cells.get(name, "")).strip() for name in COLUMNS.needed)
        sd, n = (str(record.cells.get(name) or "").strip() for name in COLUMNS.optional)
        if fault := record.fault or fault_of(a, b, score) or _spread_fault(sd, n):
            faults.add(record.where, fault)
            continue
        try:
            words = concept_name(a), concept_name(b)
            spread = (float(sd), int(n)) if sd else (None, None)
            pairs.append(HumanPair(path.stem, ALL, *words, float(score), *spread))
        except InputError as error:
            faults.add(record.where, error.what.rstrip("."))
    faults.raise_any(path)
    if not pairs:
        raise InputError(f"{name_of(path)} holds no pair.", COLUMNS.expected)
    return pairs


def fault_of(a: str, b: str, score: str) -> str:
    """Why two words and a score are no rated pair; "" when they are."""
    if not a or not b:
        return "a word is missing"
    return number_fault("score", score)


def _spread_fault(sd: str, n: str) -> str:
    if not sd and not n:
        return ""
    if not sd or not n:
        there, missing = ("sd", "n") if sd else ("n", "sd")
        return f"there is {there} without {missing}, expected both or neither"
    if fault := number_fault("sd", sd):
        return fault
    if float(sd) < 0:
        return f"sd “{cut(sd)}” is below 0"
    if not re.fullmatch("[0-9]{1,9}", n) or int(n) < 2:
        return f"n “{cut(n)}” is no number of raters, expected 2 or more"
    return ""


def number_fault(name: str, text: str) -> str:
    """Why the text of a cell is no finite number; empty where it is one."""
    if _DECIMAL_COMMA.fullmatch(text):
        return f"{name} “{text}” has a decimal comma, expected a point: {text.replace(',', '.')}"
    if not _NUMBER.fullmatch(text) or abs(float(text)) == float("inf"):
        return f"{name} “{cut(text)}” is not a finite number"
    return ""


def distinct(pairs: Iterable[HumanPair], name: str, tell: Tell) -> list[HumanPair]:
    """Each pair once, in the order of the first time, whichever of its words comes
    first.

    A pair that is rated more than once gets the mean of its scores, and the spread of
    its ratings is not known. A word paired with
    itself is left out: whatever the model, its overlap with itself is 1. Both are told.
    """
    scores: dict[tuple[str, frozenset[str]], list[float]] = {}
    first: dict[tuple[str, frozenset[str]], HumanPair] = {}
    selves: list[str] = []
    for pair in pairs:
        if pair.word1 == pair.word2:
            selves.append(pair.word1)
            continue
        key = (pair.split, frozenset((pair.word1, pair.word2)))
        first.setdefault(key, pair)
        scores.setdefault(key, []).append(pair.score)
    if selves:
        tell(f"{name}: {len(selves):,} pair(s) of a word with itself left out: {_some(selves)}.")
    again = [key for key, found in scores.items() if len(found) > 1]
    if again:
        shown = [f"{first[key].word1}–{first[key].word2}" for key in again]
        tell(
            f"{name}: {len(again):,} pair(s) rated more than once count once, with the mean of "
            f"their scores: {_some(shown)}."
        )
    return [
        pair if len(scores[key]) == 1 else replace(pair, score=fmean(scores[key]), sd=None, n=None)
        for key, pair in first.items()
    ]


def unmet(pairs: Sequence[HumanPair], name: str, concepts: Iterable[str]) -> str:
    """The sentence that none of the pairs is made of two concepts; "" when one is."""
    known = set(concepts)
    if any(pair.word1 in known and pair.word2 in known for pair in pairs):
        return ""
    words = dict.fromkeys(word for pair in pairs for word in (pair.word1, pair.word2))
    others = [word for word in words if word not in known]
    tagged = sum(_is_tagged(word, known) for word in others)
    hint = (
        " They look like words with a tag; write the words alone." if 2 * tagged > len(others)
        else ""
    )  # fmt: skip
    return (
        f"0 of {len(pairs):,} pairs of {name} name two concepts of the run, which therefore has "
        f"no ratings of them. Not among its concepts: {_some(others)}.{hint}"
    )


def _is_tagged(word: str, known: set[str]) -> bool:
    at = next((i for i, sign in enumerate(word) if i and sign in "-_#/.%"), 0)
    return bool(at) and (word[:at] in known or _TAG.fullmatch(word[at - 1 :]) is not None)


def _some(words: Sequence[str]) -> str:
    return ", ".join(map(cut, words[:_SHOWN])) + (", …" if len(words) > _SHOWN else "")
