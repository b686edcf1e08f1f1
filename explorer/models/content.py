"""The content of a folder of weights, told apart in bounded time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

ENDINGS = {".safetensors", ".bin", ".gguf"}
TOKENIZER = (
    *("tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json"),
    *("merges.txt", "vocab.txt", "special_tokens_map.json", "added_tokens.json"),
)
SAMPLES, SAMPLE_BYTES = 64, 4096
"""Read of each weight file: its beginning, its end, and places between, so that a
gigabyte takes as long as a megabyte.
"""
TENSORS, TENSOR_BYTES = 4096, 256
"""And of a safetensors file, from the middle of so many tensors so many bytes, so that
a change of any layer shows.
"""
_LARGEST_HEADER, _LARGEST_FILE = 100_000_000, 1 << 50
Part = tuple[int, int]
"""Where it begins in a file, and how many bytes it has."""


def digest(folder: Path, *, weights: bool = True) -> str:
    """Identity of config, tokenizer and weights of a folder, 40 hex digits.

    weights: false for an untrained twin, which does not read them. What is not there
    counts as empty. Raises OSError.
    """
    content = hashlib.sha256()
    for name in ("config.json", *TOKENIZER):
        path = folder / name
        whole = path.read_bytes() if path.is_file() else b""
        content.update(json.dumps([name, len(whole)]).encode() + whole)
    files = (path for path in folder.iterdir() if path.suffix in ENDINGS and path.is_file())
    for path in sorted(files) if weights else ():
        size = path.stat().st_size
        content.update(json.dumps([path.name, size]).encode())
        with path.open("rb") as stream:
            _add(content, stream, (*_places(size), *_tensors(stream)))
    return content.hexdigest()[:40]


def digest_of(path: Path, parts: Iterable[Part], *, samples: bool = True) -> str:
    """Identity of one file by some of its parts, whatever its name, 40 hex digits.

    samples: with its size, and places all over it. Raises OSError.
    """
    content, size = hashlib.sha256(), path.stat().st_size
    content.update(json.dumps([size if samples else 0]).encode())
    with path.open("rb") as stream:
        _add(content, stream, (*parts, *(_places(size) if samples else ())))
    return content.hexdigest()[:40]


def _add(content: Any, stream: BinaryIO, parts: Iterable[Part]) -> None:
    for place, length in parts:
        stream.seek(place)
        content.update(stream.read(length))


def _places(size: int) -> list[Part]:
    last = max(0, size - SAMPLE_BYTES)
    places = sorted({last * n // (SAMPLES - 1) for n in range(SAMPLES)})
    return [(place, SAMPLE_BYTES) for place in places]


def _tensors(stream: BinaryIO) -> Iterable[Part]:
    """The header of a safetensors file and the middle of its tensors; nothing of
    another file.
    """
    stream.seek(0)
    length = int.from_bytes(stream.read(8), "little")
    if not 2 <= length <= _LARGEST_HEADER or stream.read(1) != b"{":
        return []
    try:
        table = json.loads(b"{" + stream.read(length - 1))
        ends = sorted(
            tuple(map(int, row["data_offsets"]))
            for name, row in table.items()
            if name != "__metadata__"
        )
        some = ends[:: max(1, -(-len(ends) // TENSORS))]
        middles = [
            max(begin, (begin + end - TENSOR_BYTES) // 2)
            for begin, end in some
            if 0 <= begin <= end <= _LARGEST_FILE
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
    return [(8, length), *((8 + length + place, TENSOR_BYTES) for place in middles)]
