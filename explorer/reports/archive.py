"""A report with all that stands behind it, as one ZIP file."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from explorer.exhibits.export import csv_text
from explorer.reports.page import Written
from explorer.reports.writing import to_toml

PAGE, SOURCE, NUMBERS, SUMS = "report.html", "report.toml", "numbers.json", "SHA256SUMS"
_MOMENT = (2020, 1, 1, 0, 0, 0)
"""The time of every member, so that equal reports are equal files."""
_PIECE = 1 << 20


def archive(written: Written, *, with_runs: bool = False) -> bytes:
    """The ZIP file as bytes."""
    sink = io.BytesIO()
    write_archive(written, sink, with_runs=with_runs)
    return sink.getvalue()


def write_archive(written: Written, sink: BinaryIO, *, with_runs: bool = False) -> None:
    """Write HTML, TOML, and of every exhibit its SVG and CSV; their digests and those
    of the run files, in the form of `sha256sum`.

    with_runs: whether the run files are in it. Raises OSError where one cannot be read.
    """
    sums = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, content in _members(written):
            packed.writestr(_entry(name), content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
        for run in written.runs:
            name = f"runs/{run.id}.duckdb"
            digest = hashlib.sha256()
            target = packed.open(_entry(name), "w", force_zip64=True) if with_runs else None
            with open(run.path, "rb") as stream:
                while piece := stream.read(_PIECE):
                    digest.update(piece)
                    if target is not None:
                        target.write(piece)
            if target is not None:
                target.close()
            sums.append(f"{digest.hexdigest()}  {name}")
        packed.writestr(_entry(SUMS), "\n".join(sums) + "\n")


def _members(written: Written) -> Iterator[tuple[str, bytes]]:
    yield PAGE, written.html.encode()
    yield SOURCE, to_toml(written.report).encode()
    numbers = {part.name: part.numbers.to_table() for part in written.sections if part.numbers}
    yield NUMBERS, json.dumps(numbers, ensure_ascii=False, allow_nan=False).encode()
    for part in written.sections:
        if part.made is None or part.made.exhibit is None:
            continue
        kind, number = part.label.lower().split()
        stem = f"{kind}s/{int(number):02}-{Path(part.made.exhibit.name).name}"
        if part.picture:
            yield f"{stem}.svg", part.picture.encode()
        yield f"{stem}.csv", csv_text(part.made.exhibit.data).encode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def page_name(title: str) -> str:
    """A name for the files of a report: letters and digits of its title."""
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in title).split()
    return "-".join(words).lower()[:60] or "report"
