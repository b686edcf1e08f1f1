"""The sentences of a Parquet file that anyone may have put there, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from explorer.core.disk import LARGEST, name_of, parse_table, strange
from explorer.core.errors import InputError
from explorer.core.text import size

CARD = b"explorer"
"""Entry of a file's metadata that says where the sentences come from."""
_ROWS, _ROOM = 100_000, 64_000_000
"""Rows and bytes of text that a file of any size may hold."""
_ROWS_PER_BYTE, _PACKED = 0.5, 100
"""How many more for each byte it has. More is a small file that fills the memory of
whoever opens it.
"""
_LONGEST = 1_000_000
_AGAIN = "Delete it and import it again."


def read_columns(path: Path, names: Sequence[str]) -> tuple[list[list[str]], dict[str, Any]]:
    """The columns of these names, text in every row, and the card.

    Raises InputError for what is no readable Parquet file, lacks a column or holds
    something else than text in it, is larger in memory than such a file can honestly
    be, or has a card that is no table of domains and facts.
    """
    if what := strange(path):
        hint = "Ask its owner to let you read it." if "may not" in what else "Remove it from there."
        raise InputError(f"{name_of(path)} is {what}, expected a probe set.", hint)
    try:
        _check_size(path, names)
        with pq.ParquetFile(path, read_dictionary=list(names)) as file:
            table = file.read(columns=list(names))
        columns = [_texts(path, name, table.column(name)) for name in names]
        return columns, _card(path, table.schema.metadata or {})
    except (pa.ArrowException, LookupError, OSError, ValueError) as error:
        raise _unreadable(path, f"{error}") from error


def _check_size(path: Path, names: Sequence[str]) -> None:
    """Judge a file by what it says of itself, before any of it is unpacked."""
    n_bytes = path.stat().st_size
    with pq.ParquetFile(path) as file:
        types = {field.name: field.type for field in file.schema_arrow}
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
    for name in names:
        if name not in types:
            raise _unreadable(path, f"it has no column “{name}”")
        if not _is_text(types[name]):
            raise _unreadable(path, f"its column “{name}” is {types[name]}, expected text")
    n_rows, most = sum(group.num_rows for group in groups), int(_ROWS + _ROWS_PER_BYTE * n_bytes)
    if n_rows > most:
        raise _too_large(path, f"{n_rows:,} sentences", f"{most:,}")
    _check_room(path, sum(group.total_byte_size for group in groups))


def _check_room(path: Path, unpacked: int) -> None:
    if unpacked > (room := _ROOM + _PACKED * path.stat().st_size):
        raise _too_large(path, size(unpacked), size(room))


def _is_text(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value))


def _texts(path: Path, name: str, column: pa.ChunkedArray) -> list[str]:
    """A column as a list, in which a text that stands in many rows is no longer kept
    once only.
    """
    if column.null_count:
        raise _unreadable(path, f"its column “{name}” has rows without text")
    lengths = [
        pc.take(pc.binary_length(chunk.dictionary), chunk.indices) for chunk in column.chunks
    ]
    _check_room(path, sum(pc.sum(chunk).as_py() or 0 for chunk in lengths))
    if any((pc.max(chunk).as_py() or 0) > _LONGEST for chunk in lengths):
        raise _unreadable(path, f"its column “{name}” has a text of more than {size(_LONGEST)}")
    texts: list[str] = column.to_pylist()
    return texts


def _card(path: Path, metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    text = metadata.get(CARD, b"{}")
    try:
        if len(text) > LARGEST:
            raise InputError(f"It has {size(len(text))}, expected at most {size(LARGEST)}.")
        card = parse_table(text)
        domains = card.get("domains", {})
        if not isinstance(domains, dict) or not all(isinstance(d, str) for d in domains.values()):
            raise InputError("Its domains are not texts by concept.")
    except InputError as error:
        raise InputError(
            f"{name_of(path)} says nothing readable of where it comes from. {error.what}", _AGAIN
        ) from error
    return card


def _unreadable(path: Path, why: str) -> InputError:
    return InputError(f"{name_of(path)} is not a readable probe set: {why}.", _AGAIN)


def _too_large(path: Path, got: str, most: str) -> InputError:
    return InputError(
        f"{name_of(path)} is larger than it can honestly be: it unpacks to {got}, expected at "
        f"most {most} in a file of {size(path.stat().st_size)}.",
        "Remove it, and import the sentences from where they came.",
    )
