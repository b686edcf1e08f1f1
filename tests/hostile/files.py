"""What may stand at a path that somebody gives, whatever kind of file is asked for."""

from __future__ import annotations

import codecs
import gzip
import os
import socket
from pathlib import Path

from tests.hostile.case import Hostile

_NO_FILE = "no file|not UTF-8|does not exist|no study|cannot be read|there is nothing"


def content(data: bytes, ending: str = "") -> object:
    """Write a file; with an ending beside its own, the path that has it is given."""

    def make(path: Path) -> Path:
        path = path.with_name(path.name + ending)
        path.write_bytes(data)
        return path

    return make


def socket_at(path: Path) -> None:
    """A socket."""
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's address is short
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(here)


def _holes(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(20_000_000_000)


PATHS = [
    Hostile("nothing", lambda _: None, _NO_FILE),
    Hostile("a folder", Path.mkdir, "is a folder|no file|holds no"),
    Hostile("a pipe", os.mkfifo, "is a pipe"),
    Hostile("a socket", socket_at, "is a socket"),
    Hostile("a device", lambda p: p.symlink_to("/dev/zero"), "is a device"),
    Hostile("a link to nothing", lambda p: p.symlink_to("gone"), "leads to no file|no file"),
    Hostile("a link to itself", lambda p: p.symlink_to(p), "leads back to itself|loop"),
    Hostile("NUL in the path", lambda p: f"{p.stem}\0{p.suffix}", "NUL"),
    Hostile("a name of 300 letters", lambda p: "x" * 300 + p.suffix, "longer than a path"),
    Hostile("a path of 6,000 letters", lambda p: "x/" * 3000 + p.name, "longer than a path"),
    Hostile("the home of nobody", lambda p: f"~nobody-here/{p.name}", "home|cannot be found"),
    Hostile("a file as folder", lambda p: f"{__file__}/{p.name}", _NO_FILE),
    Hostile("a name of half a character", lambda p: f"\udcff{p.name}", _NO_FILE),
    Hostile("an escape in the name", lambda p: f"\x1b[31m{p.name}", _NO_FILE),
]
"""Paths where no readable file is."""

ENCODINGS = [
    Hostile("UTF-16", content("concept,text\n".encode("utf-16")), "UTF-16|UTF-8"),
    Hostile(
        "UTF-32", content(codecs.BOM_UTF32_LE + "a".encode("utf-32-le")), "UTF-32|UTF-16|UTF-8"
    ),
    Hostile("UTF-16 without a mark", content("a,b\n".encode("utf-16-le")), "NUL|not TOML|UTF"),
    Hostile("Latin-1", content("café = 1\n".encode("latin-1")), "0xE9|UTF-8"),
    Hostile("an endless file", _holes, "NUL|larger|too large|at most|more than"),
    Hostile("bytes of a picture", content(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), "0x89|UTF-8"),
]
"""Files that are no text."""

PACKED = [
    Hostile(
        "gzip cut off",
        content(gzip.compress(b"concept,text\n" * 9000)[:60], ".gz"),
        "read|end",
    ),
    Hostile("gzip that is none", content(b"concept,text\n", ".gz"), "gzip|read"),
    Hostile("a bomb", content(gzip.compress(bytes(60_000_000), 1), ".gz"), "NUL|more than|column"),
]
"""Files in gzip, where a reader unpacks them."""
