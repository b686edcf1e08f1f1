"""Import sentences from JSONL, CSV, Parquet or ml-selfcond's JSON; every refusal names
its row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.core.errors import InputError
from explorer.core.records import Sentence
from explorer.probes import probe_set
from explorer.probes.cleaning import fingerprint
from explorer.probes.words import contains, inflections

SHOWN = 5
Row = tuple[str, dict[str, Any]]


def import_file(
    path: Path, name: str, *, source: str = "", check_word: bool = True
) -> probe_set.ProbeSetInfo:
    """Import a file as the probe set `name`.

    Columns: concept, text (or sentence), and optionally source; a folder or JSON file
    of ml-selfcond ({"concept", "sentences": {"positive", "negative"}}) gives its
    positives. Raises InputError naming the rows that are unusable; nothing is written
    then.
    """
    probe_set.check_new(name)
    rows, faults = _validate(_read(path), source or path.name, check_word)
    if faults:
        more = f" (and {len(faults) - SHOWN} more)" if len(faults) > SHOWN else ""
        raise InputError(
            f"{path.name} has {len(faults)} unusable row(s): {'; '.join(faults[:SHOWN])}{more}.",
            "Correct or remove them and import again; nothing was stored.",
        )
    if not rows:
        raise InputError(
            f"{path.name} holds no sentence.",
            "Expected rows of concept, text and (optionally) source.",
        )
    return probe_set.save(name, rows, {"made_by": "import", "file": path.name})


def _validate(
    rows: Iterable[Row], source: str, check_word: bool
) -> tuple[list[Sentence], list[str]]:
    kept, faults = [], []
    seen: dict[tuple[str, str], str] = {}
    for where, row in rows:
        concept, text = row.get("concept"), row.get("text", row.get("sentence"))
        if not isinstance(concept, str) or not concept.strip():
            faults.append(f"{where}: no concept")
            continue
        if not isinstance(text, str) or not text.strip():
            faults.append(f"{where}: no text")
            continue
        concept, text = concept.strip().lower(), " ".join(text.split())
        twin = seen.setdefault((concept, fingerprint(text)), where)
        if twin != where:
            faults.append(f"{where}: the same sentence as {twin}")
        elif check_word and not contains(text, inflections(concept)):
            faults.append(f"{where}: does not contain “{concept}”")
        else:
            kept.append(Sentence(concept, text, str(row.get("source") or source)))
    return kept, faults


def _read(path: Path) -> Iterator[Row]:
    if not path.exists():
        raise InputError(
            f"There is no file {path}.", "Give the path of a JSONL, CSV, Parquet or JSON file."
        )
    readers = {
        ".jsonl": _jsonl,
        ".ndjson": _jsonl,
        ".csv": _csv,
        ".tsv": _csv,
        ".parquet": _parquet,
        ".json": _selfcond,
    }
    reader = _selfcond if path.is_dir() else readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"{path.name}: got a {path.suffix or 'nameless'} file.",
            f"Expected one of {', '.join(readers)}.",
        )
    try:
        yield from reader(path)
    except (UnicodeDecodeError, csv.Error, pa.ArrowInvalid) as error:
        raise InputError(
            f"{path.name} cannot be read: {error}.", "Save it as UTF-8 text or as Parquet."
        ) from error


def _jsonl(path: Path) -> Iterator[Row]:
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            yield f"line {number}", row if isinstance(row, dict) else {}


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        table = csv.DictReader(stream, delimiter="\t" if path.suffix == ".tsv" else ",")
        _need_columns(path, table.fieldnames or [])
        for row in table:
            yield f"line {table.line_num}", {str(k).strip().lower(): v for k, v in row.items()}


def _parquet(path: Path) -> Iterator[Row]:
    table = pq.read_table(path)
    _need_columns(path, table.column_names)
    for number, row in enumerate(table.to_pylist(), 1):
        yield f"row {number}", row


def _need_columns(path: Path, names: Iterable[str]) -> None:
    got = [str(name).strip().lower() for name in names]
    if "concept" not in got or not {"text", "sentence"} & set(got):
        raise InputError(
            f"{path.name}: got the columns {', '.join(got) or 'none'}.",
            "Expected concept, text and (optionally) source.",
        )


def _selfcond(path: Path) -> Iterator[Row]:
    for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
        try:
            entry = json.loads(file.read_text("utf-8"))
            concept, positive = entry["concept"], entry["sentences"]["positive"]
        except (ValueError, KeyError, TypeError):
            if path.is_dir():
                continue
            raise InputError(
                f"{file.name} is not ml-selfcond's JSON.",
                'Expected {"concept": …, "sentences": {"positive": […]}}.',
            ) from None
        for number, text in enumerate(positive, 1):
            yield f"{file.name}, positive {number}", {"concept": concept, "text": text}
