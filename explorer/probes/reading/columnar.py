"""Parquet files of the user's, read by batches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from explorer.core.disk import name_of
from explorer.core.errors import InputError
from explorer.core.text import size
from explorer.probes.reading.columns import Columns, Record, Tell, checked, places

_BATCH = 256


def records(path: Path, columns: Columns, tell: Tell) -> Iterator[Record]:
    """The rows of a Parquet file.

    Raises InputError for missing or doubled columns, columns of another type than text,
    and more rows or bytes than such a table may have; pyarrow's errors where the file
    is damaged.
    """
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        at = places(path, schema.names, columns, tell)
        names = {column: schema.names[i] for column, i in at.items()}
        for name in names.values():
            if not _is_text(schema.field(name).type):
                raise InputError(
                    f"{name_of(path)}: the column {name} is {schema.field(name).type}, expected "
                    "text.",
                    columns.expected,
                )
        _check_size(path, file.metadata, columns)
        number = 0
        for batch in file.iter_batches(batch_size=_BATCH, columns=list(names.values())):
            for name in names.values():
                _check_lengths(path, batch.column(name), columns)
            table = {column: batch.column(name).to_pylist() for column, name in names.items()}
            for cells in zip(*table.values(), strict=True):
                number += 1
                yield checked(f"row {number}", dict(zip(table, cells, strict=True)), columns)


def _check_size(path: Path, metadata: Any, columns: Columns) -> None:
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if unpacked > columns.most_bytes:
        raise InputError(
            f"{name_of(path)} holds {size(unpacked)}, expected at most {size(columns.most_bytes)}.",
            "Split it into several files.",
        )


def _check_lengths(path: Path, texts: pa.Array, columns: Columns) -> None:
    """Refuse a batch before its texts are copied: one that stands once in the file may
    be that of every row.
    """
    if pa.types.is_dictionary(texts.type):
        lengths = pc.take(pc.binary_length(texts.dictionary), texts.indices)
    else:
        lengths = pc.binary_length(texts)
    if (pc.sum(lengths).as_py() or 0) > 4 * _BATCH * columns.longest:
        raise InputError(
            f"{name_of(path)} has texts of more than {columns.longest:,} characters.",
            "Split them into sentences.",
        )


def _is_text(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value))
