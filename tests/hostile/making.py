"""How a good file of DuckDB is made hostile."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb


def sql(*statements: str) -> Callable[[Path], None]:
    """Run statements in the file; `{secret}` stands for a file of the server."""

    def make(path: Path) -> None:
        with duckdb.connect(str(path)) as con:
            for statement in statements:
                con.execute(statement.replace("{secret}", str(secret_of(path))))

    return make


def secret_of(path: Path) -> Path:
    """A file outside the folder of runs."""
    return path.parent.parent / "secret.txt"


def meta(key: str, value: object) -> Callable[[Path], None]:
    """Write an entry of the description; text goes in as it is."""
    text = value if isinstance(value, str) else json.dumps(value)

    def make(path: Path) -> None:
        with duckdb.connect(str(path)) as con:
            con.execute("DELETE FROM meta WHERE key = ?", [key])
            con.execute("INSERT INTO meta VALUES (?, ?)", [key, text])

    return make


def instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Something else where the file was."""

    def spoil(path: Path) -> None:
        path.unlink()
        make(path)

    return spoil


def sqlite(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(4096))
