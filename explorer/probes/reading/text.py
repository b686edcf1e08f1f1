"""Text files of the user's, line by line: regular files, UTF-8, bounded."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import math
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from explorer.core.disk import LET_READ, UNREADABLE, name_of, strange
from explorer.core.errors import InputError
from explorer.core.text import size

_BYTE = re.compile("[\udc80-\udcff]")
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""The longer marks first: the one of UTF-32 begins with that of UTF-16."""
_BROKEN = (pa.ArrowException, UnicodeError, csv.Error, EOFError, zlib.error, OSError)
_AS_UTF8 = "Save it as UTF-8 text."


def regular(path: Path, expected: str) -> Path:
    """The path, when a file lies there that can be read without waiting.

    expected: what to give instead. Raises InputError for no file, a folder, a pipe, a
    device, and a file without permission; nothing is opened.
    """
    try:
        there = os.path.lexists(path)
    except ValueError:
        there = False
    if not there:
        raise InputError(f"There is no file {path}.", expected)
    if what := strange(path):
        hint = LET_READ if what == UNREADABLE else expected
        raise InputError(f"{name_of(path)} cannot be read: it is {what}.", hint)
    return path


@contextlib.contextmanager
def reading(path: Path, hint: str) -> Iterator[None]:
    """What goes wrong while a file is read, as an InputError with this hint."""
    try:
        yield
    except _BROKEN as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        what = f"{name_of(path)} cannot be read: {_short(why)}."
        denied = isinstance(error, PermissionError)
        raise InputError(what, LET_READ if denied else hint) from error


def lines(
    path: Path, *, longest: int, most: int | None = None, cut: bool = False, newline: str = ""
) -> Iterator[tuple[int, str]]:
    """Number and text of each line, its end included; a file in .gz is unpacked.

    longest: characters of a line; most: characters of the whole. cut: whether a longer
    line is given in pieces. newline: as in `open`. Raises InputError for a longer line
    or file, for another encoding than UTF-8, which is named, and for NUL characters.
    """
    with _opened(path) as raw:
        if mark := _mark_of(raw.peek(4)[:4]):
            raise InputError(f"{name_of(path)} cannot be read: it is {mark} text.", _AS_UTF8)
        # The byte that is no UTF-8 then stands in its own line, which can be named.
        stream = io.TextIOWrapper(raw, "utf-8-sig", "surrogateescape", newline=newline)
        bound = math.inf if most is None else most
        number = total = 0
        whole = True
        while line := stream.readline(longest + (not cut)):
            number += whole
            whole = line.endswith(("\n", "\r"))
            total += len(line)
            suspect = not line.isascii() or "\0" in line or len(line) > longest or total > bound
            if suspect and (fault := _fault(number, line, longest, total, bound)):
                why, hint = fault
                raise InputError(f"{name_of(path)} cannot be read: {why}.", hint)
            yield number, line


def _opened(path: Path) -> io.BufferedReader | gzip.GzipFile:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _mark_of(head: bytes) -> str:
    return next((name for mark, name in _MARKS.items() if head.startswith(mark)), "")


def _fault(number: int, line: str, longest: int, total: int, most: float) -> tuple[str, str] | None:
    """Why a line is refused, and what to do."""
    if len(line) > longest:
        return f"line {number} has more than {longest:,} characters", "Break it into several."
    if total > most:
        return f"it holds more than {size(most)}", "Split it into several files."
    if "\0" in line:
        why = f"line {number} holds a NUL character; it is UTF-16 without a mark, or no text"
        return why, _AS_UTF8
    if not line.isascii() and (byte := _BYTE.search(line)):
        value = ord(byte[0]) - 0xDC00
        latin = bytes([value]).decode("cp1252", "replace")
        why = (
            f"line {number} holds the byte 0x{value:02X}, which is no UTF-8; in Latin-1 or "
            f"Windows-1252 it is “{latin}”"
        )
        return why, _AS_UTF8
    return None


def _short(why: str, most: int = 200) -> str:
    shown = " ".join(why.split()).rstrip(".")
    return shown if len(shown) <= most else f"{shown[:most]}…"
