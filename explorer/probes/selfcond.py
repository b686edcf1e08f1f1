"""Concepts in the form of ml-selfcond: a JSON file each, its sentences in two lists."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.core.text import size
from explorer.probes.reading.columns import Columns, Record, Tell, checked, cut
from explorer.probes.reading.jsonrows import whole
from explorer.probes.reading.text import reading, regular

FORM = '{"concept": …, "sentences": {"positive": […]}}'
_SENSE = re.compile(r"(?P<word>[^%]+?)[-%](?P<sense>[1-5][:_]\d\d[:_]\d\d[:_]\w*[:_](?:\d\d)?)")
"""Of WordNet: lemma%ss_type:lex_filenum:lex_id:head_word:head_id (senseidx(5WN)), of
which ml-selfcond makes a file name.
"""
_SHOWN = 5
_MOST_FILES, _MOST_ENTRIES, _MOST_BYTES = 20_000, 100_000, 2_000_000_000
_HINT = f"Expected {FORM}; nothing was stored."


class Entry(NamedTuple):
    """One file: where it lies in the folder, its concept as written, its positives."""

    file: str
    concept: str
    positives: list[Any]
    n_negatives: int


def sense_of(concept: str) -> tuple[str, str]:
    """The word of a concept, and its sense: ("bank", "1_17_01__") of "bank-1_17_01__".

    The sense is empty where the concept is a word.
    """
    found = _SENSE.fullmatch(concept)
    return (found["word"].replace("_", " "), found["sense"]) if found else (concept, "")


def entry_of(path: Path, content: object, place: str = "") -> Entry:
    """What a file says; place: what to call it.

    Raises InputError where it has another form.
    """
    match content:
        case {"concept": str(concept), "sentences": {"positive": list(positives), **others}}:
            negatives = others.get("negative")
            n_negatives = len(negatives) if isinstance(negatives, list) else 0
            return Entry(place or name_of(path), concept, positives, n_negatives)
    raise InputError(f"{name_of(path)} is neither an array of rows nor ml-selfcond's JSON.", _HINT)


def folder(path: Path, tell: Tell) -> list[Entry]:
    """The entries of all JSON files of a folder and those below it, by name.

    Hidden files are left out, and so, as is told, are files of other kinds. Raises
    InputError naming the files that are damaged.
    """
    with reading(path, "Give a folder of JSON files."):
        files, others = _members(path)
        n_bytes = sum(file.stat().st_size for file in files if file.is_file())
    if n_bytes > _MOST_BYTES:
        raise InputError(
            f"The JSON files of {name_of(path)} have {size(n_bytes)}, expected at most "
            f"{size(_MOST_BYTES)}.",
            "Give the folder of the concepts alone.",
        )
    entries, faults = [], []
    for file in files:
        try:
            with reading(file, _HINT):
                content = whole(regular(file, _HINT))
            entries.append(entry_of(file, content, cut(str(file.relative_to(path)))))
        except InputError as error:
            faults.append(error.what.rstrip("."))
    if faults:
        more = f" (and {len(faults) - _SHOWN:,} more)" if len(faults) > _SHOWN else ""
        raise InputError(
            f"{len(faults):,} of the {len(files):,} JSON files of {name_of(path)} cannot be used: "
            f"{'; '.join(faults[:_SHOWN])}{more}.",
            f"Mend or remove them and import again. {_HINT}",
        )
    if not files:
        raise InputError(f"The folder {name_of(path)} holds no JSON file.", _HINT)
    if others:
        more = ", …" if len(others) > _SHOWN else ""
        shown = ", ".join(map(cut, others[:_SHOWN]))
        tell(f"Left out of {name_of(path)}, being no JSON: {shown}{more}.")
    return entries


def records(entries: list[Entry], columns: Columns, tell: Tell) -> Iterator[Record]:
    """The positives, as rows of concept and text. The negatives are told."""
    if n_negatives := sum(entry.n_negatives for entry in entries):
        tell(
            f"{n_negatives:,} negative sentence(s) are left out: a run draws its negatives from "
            "the other concepts."
        )
    for entry in entries:
        for number, text in enumerate(entry.positives, 1):
            where = f"{entry.file}, positive {number}"
            yield checked(where, {"concept": entry.concept, "text": text}, columns)


def _members(path: Path) -> tuple[list[Path], list[str]]:
    """The JSON files below a folder, and the names of the others."""

    def fail(error: OSError) -> None:
        raise error

    files, others, n_entries = [], [], 0
    for place, folders, names in os.walk(path, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        n_entries += len(folders) + len(names)
        shown = [name for name in sorted(names) if not name.startswith(".")]
        files += [Path(place, name) for name in shown if name.lower().endswith(".json")]
        others += [name for name in shown if not name.lower().endswith(".json")]
        if n_entries > _MOST_ENTRIES or len(files) > _MOST_FILES:
            raise InputError(
                f"The folder {name_of(path)} holds more than {_MOST_FILES:,} JSON files or "
                f"{_MOST_ENTRIES:,} entries.",
                "Give the folder of the concepts alone.",
            )
    return files, others
