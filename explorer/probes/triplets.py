"""Odd-one-out judgements of the user's own: which of three words is the odd one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from explorer.core.disk import name_of, strange
from explorer.core.errors import InputError
from explorer.core.ratings import ALL
from explorer.core.records import HumanPair
from explorer.probes.reading import table
from explorer.probes.reading.columns import Columns, Tell, cut
from explorer.probes.words import concept_name

COLUMNS = Columns(
    ("a", "b", "c", "odd"),
    ("count",),
    kinds=(".csv", ".tsv"),
    longest=200,
    most_rows=5_000_000,
    most_bytes=500_000_000,
)
MOST_ANSWERS = 1_000_000
"""Of one row."""


@dataclass(frozen=True)
class Triplet:
    """Three words in alphabetical order, and how many people found each the odd one."""

    words: tuple[str, str, str]
    answers: tuple[int, int, int]


def are_triplets(path: Path) -> bool:
    """Whether the first line of a file names the columns of triplets; what is no file
    names none.
    """
    if strange(path):
        return False
    try:
        with path.open("rb") as stream:
            first = stream.read(1_000).decode("utf-8-sig", "replace").splitlines()[:1]
    except OSError:
        return False
    names = {name.strip().strip('"').lower() for line in first for name in _split(line)}
    return names.issuperset(COLUMNS.needed)


def _split(line: str) -> list[str]:
    return max((line.split(delimiter) for delimiter in ",;\t|"), key=len)


def read_triplets(path: Path, tell: Tell = lambda _: None) -> list[Triplet]:
    """The triplets of a CSV or TSV file with the columns a, b, c, odd, and count where
    a row stands for several answers; rows of the same three words are joined.

    Raises InputError naming the rows that are unusable.
    """
    counts: dict[tuple[str, str, str], list[int]] = {}
    faults = table.Faults()
    for record in table.records(path, COLUMNS, tell):
        cells = [str(record.cells.get(name, "")).strip() for name in COLUMNS.needed]
        said = str(record.cells.get("count", "") or "").strip() or "1"
        fault = record.fault or _fault(cells, said)
        if not fault:
            try:
                a, b, c, odd = map(concept_name, cells)
                fault = "" if len({a, b, c}) == 3 else "a word is there twice"
            except InputError as error:
                fault = error.what.rstrip(".")
        if not fault and odd not in (a, b, c):
            fault = f"the odd one, “{cut(odd)}”, is none of the three words"
        if fault:
            faults.add(record.where, fault)
            continue
        first, second, third = sorted((a, b, c))
        words = first, second, third
        counts.setdefault(words, [0, 0, 0])[words.index(odd)] += int(said)
    faults.raise_any(path)
    if not counts:
        raise InputError(f"{name_of(path)} holds no triplet.", COLUMNS.expected)
    return [Triplet(words, (n[0], n[1], n[2])) for words, n in counts.items()]


def _fault(cells: list[str], count: str) -> str:
    if not all(cells):
        return "a word is missing"
    if not (count.isascii() and count.isdigit() and 1 <= int(count) <= MOST_ANSWERS):
        return f"count “{cut(count)}” is no whole number from 1 to {MOST_ANSWERS:,}"
    return ""


def pairs_of_triplets(triplets: Iterable[Triplet], name: str) -> dict[HumanPair, int]:
    """Similarity of the pairs, and the number of answers each rests on: of the answers
    to triplets with both words, the share in which the third was the odd one, as
    Hebart et al. (2020, Nat. Hum. Behav. 4: 1173–1185) measure it.
    """
    together: dict[tuple[str, str], int] = {}
    asked: dict[tuple[str, str], int] = {}
    for triplet in triplets:
        n = sum(triplet.answers)
        for odd, (a, b) in enumerate(((1, 2), (0, 2), (0, 1))):
            pair = triplet.words[a], triplet.words[b]
            together[pair] = together.get(pair, 0) + triplet.answers[odd]
            asked[pair] = asked.get(pair, 0) + n
    return {HumanPair(name, ALL, *pair, together[pair] / n): n for pair, n in asked.items()}
