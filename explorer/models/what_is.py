"""What a file really is when it is not what its name says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.core.errors import ModelError

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer.model",
    "vocab.json",
    "vocab.txt",
    "spiece.model",
    "tekken.json",
)
_LFS = b"version https://git-lfs.github.com/spec/"
_LONGEST_HEADER = 100_000_000


@dataclass(frozen=True)
class Strange:
    """What a file is instead, as it ends the sentence "X is …", and what to do."""

    what: str
    hint: str


def what_is(path: Path) -> Strange | None:
    """What else a file of a model is than its name says; None where nothing stands
    out, or where it cannot be read at all.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(512)
        size = path.stat().st_size
    except OSError:
        return None
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_LFS):
        return Strange(
            "a Git LFS pointer: the file itself was not fetched",
            _again(path, "")
            if _cached(path)
            else f"Run `git lfs pull` in {path.parent}, or download the file by itself.",
        )
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return Strange(
            "a web page: the sign-in page of a network or of the hub, or an error page",
            _again(path, "Sign in or change the network"),
        )
    if text.startswith(b"<?xml"):
        return Strange("an XML page: the error of a file server", _again(path, ""))
    if not text:
        return Strange("empty", _again(path, ""))
    return _cut_off(path, size, start) if path.suffix == ".safetensors" else None


def strange_file(folder: Path) -> ModelError | None:
    """The first file of a model's folder that is not what its name says, as the error
    that names it.
    """
    for path in _files(folder):
        if strange := what_is(path):
            return ModelError(f"{path} is {strange.what}.", strange.hint)
    return None


def has_tokenizer(folder: Path) -> bool:
    """Whether a folder holds a vocabulary that a tokenizer can be made from."""
    return any((folder / name).exists() for name in TOKENIZER_FILES)


def _files(folder: Path) -> Iterator[Path]:
    patterns = ("config.json", "*.safetensors", "pytorch_model*.bin", "*.index.json")
    for pattern in (*patterns, *TOKENIZER_FILES, "merges.txt", "*_config.json", "*tokens*.json"):
        yield from sorted(path for path in folder.glob(pattern) if path.is_file())


def _cut_off(path: Path, size: int, start: bytes) -> Strange | None:
    """A safetensors file tells in its header how long it is."""
    length = int.from_bytes(start[:8], "little")
    if size < 8 or not 2 <= length <= _LONGEST_HEADER:
        return Strange("not a safetensors file", _again(path, ""))
    try:
        with path.open("rb") as stream:
            stream.seek(8)
            header = json.loads(stream.read(length))
        ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name[:2] != "__"]
        whole = 8 + length + max(ends, default=0)
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return Strange("damaged: its header cannot be read", _again(path, ""))
    if size < whole:
        return Strange(
            f"cut off: it has {size:,} of {whole:,} bytes, as after a download that stopped",
            _again(path, ""),
        )
    return None


def _again(path: Path, first: str) -> str:
    # The hub's cache links to its files: deleting the link alone brings the same file.
    cached = _cached(path)
    then = (
        f"delete {cached} and ask for the model again."
        if cached
        else "get this file again from where the model comes from."
    )
    return f"{first}, then {then}" if first else then[0].upper() + then[1:]


def _cached(path: Path) -> Path | None:
    """The folder of a model in the hub's cache that a file belongs to, if it does."""
    return next((parent for parent in path.parents if parent.name.startswith("models--")), None)
