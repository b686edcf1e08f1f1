"""The file of a published data set, as its authors hand it out: no line of names, a
fixed number of fields.
"""

from __future__ import annotations

from pathlib import Path

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.core.ratings import ALL
from explorer.core.records import HumanPair
from explorer.probes.datasets import Dataset
from explorer.probes.rated import fault_of
from explorer.probes.reading import table
from explorer.probes.reading.text import lines, reading, regular
from explorer.probes.words import concept_name

_LONGEST_LINE, _LARGEST = 1_000, 10_000_000


def read_published(dataset: Dataset, path: Path) -> list[HumanPair]:
    """The pairs of a data set's file, in its order.

    Its digest is not recorded, since no index carries it: it must have as many pairs as
    were published, each of two words and a score on the scale. Raises InputError.
    """
    whole = f"Give {dataset.member} as {dataset.where} hands it out."
    regular(path, whole)
    pairs: list[HumanPair] = []
    faults = table.Faults()
    low, high = dataset.scale
    form = dataset.form
    with reading(path, whole):
        for number, line in lines(path, longest=_LONGEST_LINE, most=_LARGEST):
            if not line.strip():
                continue
            fields = line.rstrip("\r\n").split(form.delimiter)
            if len(fields) != form.fields:
                faults.add(f"line {number}", f"{len(fields)} fields, expected {form.fields}")
                continue
            a, b, score = (fields[at].strip() for at in (0, 1, form.score))
            fault = fault_of(a, b, score)
            if not fault and not low <= float(score) <= high:
                fault = f"score {score} is not on the scale of {dataset.key}, {low:g} to {high:g}"
            if fault:
                faults.add(f"line {number}", fault)
                continue
            try:
                words = concept_name(a), concept_name(b)
                pairs.append(HumanPair(dataset.key, ALL, *words, float(score)))
            except InputError as error:
                faults.add(f"line {number}", error.what.rstrip("."))
    faults.raise_any(path)
    if len(pairs) != dataset.n_pairs:
        raise InputError(
            f"{name_of(path)} holds {len(pairs):,} pairs, {dataset.key} has {dataset.n_pairs:,}.",
            whole,
        )
    return pairs
