"""Probe sets as nobody should send them: what stands at the path, and what must be
said of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.case import Hostile

GOOD: Mapping[str, list[Any]] = {
    "concept": ["cat", "dog"],
    "text": ["The cat sat.", "A dog ran."],
    "source": ["me", "me"],
    "prompt": ["", ""],
}


def table(card: str | bytes = "{}", **columns: Any) -> Callable[[Path], None]:
    """The good table with another card or other columns; None leaves a column out."""

    def make(path: Path) -> None:
        held = {name: rows for name, rows in {**GOOD, **columns}.items() if rows is not None}
        pq.write_table(pa.table(held).replace_schema_metadata({"explorer": card}), path)

    return make


def _repeated(n: int, text: str) -> Callable[[Path], None]:
    indices = pa.array([0] * n, pa.int32())

    def make(path: Path) -> None:
        column = pa.DictionaryArray.from_arrays(indices, pa.array([text]))
        table(**dict.fromkeys(GOOD, column))(path)

    return make


def _cut(path: Path) -> None:
    table()(path)
    os.truncate(path, path.stat().st_size - 9)


PROBE_SETS = [
    Hostile("a torn card", table("{"), "says nothing readable of where it comes from"),
    Hostile("a card of another kind", table("[1]"), "no table"),
    Hostile("a deep card", table('{"a":' * 5000 + "1" + "}" * 5000), "says nothing readable"),
    Hostile("a card of bytes", table(b"\xff"), "says nothing readable"),
    Hostile("domains of numbers", table(json.dumps({"domains": {"cat": 5}})), "domains"),
    Hostile("domains as a list", table(json.dumps({"domains": ["cat"]})), "domains"),
    Hostile("half a character", table('{"made_by": "\\ud800"}'), "says nothing readable"),
    Hostile("no texts", table(text=None), "has no column “text”"),
    Hostile("numbers for texts", table(text=[1, 2]), "is int64, expected text"),
    Hostile("lists for texts", table(text=[["a"], ["b"]]), "expected text"),
    Hostile("a row without text", table(text=["The cat sat.", None]), "rows without text"),
    Hostile(
        "bytes that are no text",
        table(text=pa.array([b"\xff", b"a"]).view(pa.string())),
        "not a readable probe set",
    ),
    Hostile("very many rows", _repeated(3_000_000, "cat"), "larger than it can honestly be"),
    Hostile("very much text", _repeated(90_000, "x" * 900_000), "larger than it can honestly be"),
    Hostile("a text of very many bytes", _repeated(1, "x" * 2_000_000), "a text of more than"),
    Hostile("cut off", _cut, "not a readable probe set"),
    Hostile("no Parquet", lambda path: path.write_text("concept,text\n"), "not a readable"),
    Hostile("nothing", lambda path: path.write_text(""), "not a readable probe set"),
    Hostile("a pipe", os.mkfifo, "is a pipe, expected a probe set"),
    Hostile("a folder", Path.mkdir, "is a folder, expected a probe set"),
    Hostile("a device", lambda path: path.symlink_to("/dev/zero"), "is a device"),
    Hostile("a link to nothing", lambda path: path.symlink_to("gone"), "leads to no file"),
    Hostile("a link to itself", lambda path: path.symlink_to(path), "leads back to itself"),
]
