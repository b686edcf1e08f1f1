"""A property of words of the user's own, such as concreteness, to be held constant."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from explorer.core.disk import name_of
from explorer.core.errors import ExplorerError, InputError
from explorer.probes.kept import COVARIATES, Kept, keep_file, kept_files, label_of
from explorer.probes.rated import number_fault
from explorer.probes.reading import table
from explorer.probes.reading.columns import Columns, Tell, cut
from explorer.probes.words import concept_name

COLUMNS = Columns(
    ("word", "value"),
    also={"concept": "word"},
    kinds=(".csv", ".tsv"),
    too_many="a value is written with a point, as 3.5",
    longest=200,
    most_rows=1_000_000,
    most_bytes=100_000_000,
)
"""The second may also have the name of its file: concreteness.csv of word,concreteness.
"""


def read_values(path: Path, tell: Tell = lambda _: None) -> dict[str, float]:
    """Word → value of a CSV or TSV file with the columns word and value.

    Raises InputError naming the rows that are unusable, a word with two values among
    them, and for a file without two different values: a constant explains nothing.
    """
    values: dict[str, float] = {}
    faults = table.Faults()
    for record in table.records(path, _columns(path), tell):
        word, value = (str(record.cells.get(name, "")).strip() for name in COLUMNS.needed)
        fault = record.fault or ("" if word else "the word is missing")
        if fault := fault or number_fault("value", value):
            faults.add(record.where, fault)
            continue
        try:
            name = concept_name(word)
        except InputError as error:
            faults.add(record.where, error.what.rstrip("."))
            continue
        if values.setdefault(name, float(value)) != float(value):
            faults.add(record.where, f"“{cut(name)}” has two values, {values[name]:g} and {value}")
    faults.raise_any(path)
    if len(set(values.values())) < 2:
        number = "one value" if values else "no value"
        raise InputError(
            f"{name_of(path)} has {number} for all words, which can explain nothing.",
            COLUMNS.expected,
        )
    return values


def keep_values(path: Path, tell: Tell = lambda _: None) -> str:
    """Keep a file of values beside the runs, once; returns what exhibits call it.

    Raises InputError where it cannot be used, ResourceError where it cannot be kept.
    """
    read_values(path, tell)
    kept = keep_file(path, COVARIATES)
    return next(label_of(file) for file in kept_files(COVARIATES) if Path(file[0]) == kept)


def kept_values() -> dict[str, Kept]:
    """The files of values that are kept, by what exhibits call them; one that cannot be
    read is left out.
    """
    return {label_of(file): file for file in kept_files(COVARIATES) if values_of(file)}


@functools.lru_cache(64)
def values_of(file: Kept) -> Mapping[str, float]:
    """The values of a file that is kept; none where it cannot be read."""
    try:
        return read_values(Path(file[0]))
    except (ExplorerError, OSError):
        return {}


def _columns(path: Path) -> Columns:
    own = path.name.lower().removesuffix(".gz").rpartition(".")[0].strip()
    taken = (*COLUMNS.needed, *COLUMNS.also)
    return COLUMNS if own in taken else replace(COLUMNS, also={**COLUMNS.also, own: "value"})
