"""Reports as TOML: read strictly, every refusal a sentence."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from explorer.core.disk import read_text
from explorer.core.errors import InputError
from explorer.core.tables import fields_of, is_whole, near, parse_toml
from explorer.reports.report import (
    ADDRESS,
    KIND,
    VERSION,
    Block,
    Claim,
    Report,
    Shown,
    Source,
    Words,
)

LARGEST = 2_000_000
"""Bytes of a file."""
_SOURCE = ("exhibit", *ADDRESS, "options")
_APART = {"source", "where", "value", "low", "high"}
_HEADER = ("kind", "schema_version", "program", "parents")


def example() -> str:
    """The TOML of a report to start from."""
    return resources.files("explorer.reports").joinpath("example.toml").read_text("utf-8")


def read_report(path: Path) -> Report:
    """The report that a file holds. Raises InputError."""
    return parse_report(path.name, read_text(path, LARGEST))


def parse_report(name: str, text: str) -> Report:
    """A report from TOML; name: what to call it in a sentence.

    Raises InputError for what is no report, one of another version, an unknown key
    (naming the nearest), and a value that does not fit. Whether an exhibit or a run is
    there is not asked.
    """
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise InputError(f"{name} is larger than a report can be ({LARGEST:,} bytes).")
    table = parse_toml(name, text)
    _check_header(name, {key: table.pop(key) for key in _HEADER if key in table})
    blocks = [_block(row) for row in _rows("blocks", table.pop("blocks", []))]
    claims = [_claim(row) for row in _rows("claims", table.pop("claims", []))]
    if isinstance(table.get("date"), datetime.date):
        table["date"] = table["date"].isoformat()[:10]
    fields = fields_of("the report", table, Report, apart={"blocks", "claims"})
    if "title" not in fields:
        raise InputError("title: got nothing, expected a line of text.", "Add title = “…”.")
    return Report(blocks=tuple(blocks), claims=tuple(claims), **fields)


def _check_header(name: str, header: Mapping[str, Any]) -> None:
    kind, version = header.get("kind", KIND), header.get("schema_version", VERSION)
    if kind != KIND:
        raise InputError(
            f"{name} says that it is “{str(kind)[:40]}”, expected “{KIND}”.", "Give another file."
        )
    if version != VERSION:
        newer = is_whole(version) and version > VERSION
        raise InputError(
            f"{name} is of version {str(version)[:20]} of reports; this program reads {VERSION}.",
            "Update this program to read it." if newer else "Correct schema_version.",
        )


def _block(row: dict[str, Any]) -> Block:
    if "text" in row and "exhibit" not in row:
        return Words(**fields_of("blocks", row, Words))
    if "exhibit" not in row:
        nearest = "".join(near(key, ("exhibit", "text")) for key in row)
        raise InputError("blocks: got neither text nor exhibit.", nearest or "Give one of them.")
    source = _source("blocks", row)
    return Shown(source, **fields_of("blocks", row, Shown, apart={"source"}))


def _claim(row: dict[str, Any]) -> Claim:
    for key in ("exhibit", "where", "column", "value"):
        if key not in row:
            raise InputError(f"claims, {key}: got nothing, expected a value: it is required.")
    where = row.pop("where")
    if not isinstance(where, dict) or not all(
        isinstance(value, str | int | float) for value in where.values()
    ):
        raise InputError(
            f"claims, where: got {str(where)[:60]!r}, expected column = value, texts or numbers."
        )
    numbers: dict[str, Any] = {
        key: _number(key, row.pop(key)) for key in ("value", "low", "high") if key in row
    }
    source = _source("claims", row)
    fields = {"text": "", **fields_of("claims", row, Claim, apart=_APART)}
    return Claim(source=source, where=where, **numbers, **fields)


def _source(where: str, row: dict[str, Any]) -> Source:
    """The keys of a source, taken out of a row."""
    own = {key: row.pop(key) for key in _SOURCE if key in row}
    options = own.pop("options", {})
    if not isinstance(options, dict) or not all(isinstance(v, str) for v in options.values()):
        raise InputError(
            f"{where}, options: got {str(options)[:60]!r}, expected a table of texts.",
            "Write numbers in quotation marks.",
        )
    if isinstance(own.get("tau"), float):
        own["tau"] = f"{own['tau']:.2f}"
    return Source(**fields_of(where, own, Source, apart={"options"}), options=options)


def _number(key: str, value: object) -> float:
    if (is_whole(value) or isinstance(value, float)) and math.isfinite(value):  # type: ignore[arg-type]
        return value  # type: ignore[return-value]
    raise InputError(f"claims, {key}: got {str(value)[:40]!r}, expected a number.")


def _rows(key: str, rows: object) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{key}: got {str(rows)[:60]!r}, expected [[{key}]] tables.")
    return rows
