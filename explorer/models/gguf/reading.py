"""Reading what a GGUF file says of itself, in bounded time and memory.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Free of torch, so
that forms and estimates can read it.
"""

from __future__ import annotations

import functools
import math
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from explorer.core.disk import check_regular
from explorer.core.errors import InputError, ModelError
from explorer.models.gguf.header import Header, Tensor, Value
from explorer.models.what_is import what_is

VERSIONS = (2, 3)
MOST_FIELDS, MOST_TENSORS, MOST_STRINGS = 10_000, 100_000, 8_000_000
"""More fields, tensors and tokens with their merges than any file there is has."""
LONGEST_NAME, LONGEST_TEXT, LONGEST_LIST = 65_535, 16_000_000, 100_000_000
_KEPT_LIST = 1_024
_GOT_AGAIN = "Get this file again from where it comes from."
_BIG_ENDIAN = [version << 24 for version in VERSIONS]
_STRING, _LIST = 8, 9
_NUMBERS = {
    **{0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i"},
    **{6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"},
}
BLOCKS = {
    **{0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34)},
    **{10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210)},
    **{16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110)},
    **{22: (256, 82), 23: (256, 136), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66)},
    **{39: (32, 17), 40: (64, 36)},
}
"""Weights and bytes of a block, by type of weights (ggml): those that can be
converted.
"""


def read_header(path: Path) -> Header:
    """Fields and tensors of a file; raises ModelError for anything that is no whole
    GGUF file of weights that can be converted.
    """
    try:
        check_regular(path)
    except InputError as error:
        raise ModelError(error.what, error.hint) from error
    facts = path.stat()
    return _read(path, facts.st_size, facts.st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _read(path: Path, n_bytes: int, _changed: int) -> Header:
    try:
        with path.open("rb") as stream:
            return _Reader(path, stream, n_bytes).header()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", _GOT_AGAIN) from error


class _Reader:
    """Reads from the front to the back, never beyond the end and never more than a
    field may have.
    """

    def __init__(self, path: Path, stream: BinaryIO, n_bytes: int) -> None:
        self.path, self.stream, self.n_bytes, self.place = path, stream, n_bytes, 0
        self.strings = 0

    def header(self) -> Header:
        n_tensors, n_fields = self._start()
        fields: dict[str, Value] = {}
        lengths: dict[str, int] = {}
        for _ in range(n_fields):
            key = self._text(LONGEST_NAME, "the name of a field")
            if key in fields:
                raise self._damaged(f"its field “{key[:60]}” is there twice")
            fields[key] = self._value(key, lengths)
        fields_end = self.place
        rows = [self._tensor() for _ in range(n_tensors)]
        step = fields.get("general.alignment", 32)
        if isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= 1 << 20:
            raise self._damaged(f"its weights are said to be aligned to {str(step)[:20]} bytes")
        begin = -(-self.place // step) * step
        tensors = {row[0]: self._placed(begin, *row) for row in rows}
        if len(tensors) < len(rows):
            raise self._damaged("two of its tensors have the same name")
        self._check_whole(begin, list(tensors.values()))
        return Header(self.path, fields, lengths, tensors, fields_end, begin)

    def _start(self) -> tuple[int, int]:
        start = self.stream.read(24)
        self.place = 24
        if start[:4] != b"GGUF":
            if strange := what_is(self.path):
                raise ModelError(f"{self.path} is {strange.what}.", strange.hint)
            raise ModelError(
                f"{self.path} is not a GGUF file: it begins with {start[:4]!r}, expected b'GGUF'.",
                _GOT_AGAIN,
            )
        if len(start) < 24:
            raise self._cut_off("it ends within its header")
        version, n_tensors, n_fields = struct.unpack("<IQQ", start[4:])
        if version in _BIG_ENDIAN:
            raise ModelError(
                f"{self.path} is a GGUF file for big-endian machines.",
                "Get the usual, little-endian file.",
            )
        if version not in VERSIONS:
            raise ModelError(
                f"{self.path} is a GGUF file of version {version}, expected 2 or 3.",
                "Convert the model anew with the llama.cpp of today.",
            )
        if n_tensors > MOST_TENSORS or n_fields > MOST_FIELDS:
            raise self._damaged(
                f"it says that it has {n_tensors:,} tensors and {n_fields:,} fields, expected at "
                f"most {MOST_TENSORS:,} and {MOST_FIELDS:,}"
            )
        return n_tensors, n_fields

    def _value(self, key: str, lengths: dict[str, int]) -> Any:
        kind = self._number("<I")
        if kind in _NUMBERS:
            return self._number(_NUMBERS[kind])
        if kind == _STRING:
            return self._text(LONGEST_TEXT, f"the field “{key[:60]}”")
        if kind != _LIST:
            raise self._damaged(f"its field “{key[:60]}” is of the unknown type {kind}")
        kind, length = self._number("<I"), self._number("<Q")
        lengths[key] = length
        if length > LONGEST_LIST:
            raise self._damaged(f"its field “{key[:60]}” is said to have {length:,} elements")
        if kind == _STRING:
            self._pass_strings(key, length)
            return None
        if kind not in _NUMBERS:
            raise self._damaged(f"its field “{key[:60]}” is a list of the unknown type {kind}")
        code = _NUMBERS[kind]
        if length > _KEPT_LIST:
            self._pass(length * struct.calcsize(code))
            return None
        content = self._take(length * struct.calcsize(code))
        return struct.unpack(f"<{length}{code[1]}", content)

    def _tensor(self) -> tuple[str, tuple[int, ...], int, int]:
        name = self._text(LONGEST_NAME, "the name of a tensor")
        n_dims = self._number("<I")
        if not 1 <= n_dims <= 4:
            raise self._damaged(f"{name[:60]} has {n_dims:,} dimensions, expected 1 to 4")
        shape = struct.unpack(f"<{n_dims}Q", self._take(8 * n_dims))[::-1]
        return name, shape, self._number("<I"), self._number("<Q")

    def _placed(self, begin: int, name: str, shape: tuple[int, ...], kind: int, at: int) -> Tensor:
        if kind not in BLOCKS:
            raise ModelError(
                f"{self.path}: {name[:60]} is of type {kind}, which cannot be converted.",
                "Give the model in a usual type, such as Q8_0, Q4_K_M, F16 or BF16.",
            )
        n_weights, (block, block_bytes) = math.prod(shape), BLOCKS[kind]
        if n_weights < 1 or shape[-1] % block:
            by = " × ".join(map(str, shape))
            raise self._damaged(f"{name[:60]} is {by} in blocks of {block}")
        return Tensor(name, shape, kind, begin + at, n_weights // block * block_bytes)

    def _check_whole(self, begin: int, tensors: Iterable[Tensor]) -> None:
        ends = [tensor.begin + tensor.n_bytes for tensor in tensors]
        # Tensors in the same place would take more memory than the file has bytes.
        whole = max([begin + sum(tensor.n_bytes for tensor in tensors), *ends])
        if whole > self.n_bytes:
            raise self._cut_off(f"it has {self.n_bytes:,} of {whole:,} bytes")

    def _text(self, longest: int, what: str) -> str:
        length = self._number("<Q")
        if length > longest:
            raise self._damaged(f"{what} is said to have {length:,} characters")
        return self._take(length).decode("utf-8", "replace")

    def _pass_strings(self, key: str, length: int) -> None:
        self.strings += length
        if self.strings > MOST_STRINGS:
            raise self._damaged(f"its field “{key[:60]}” is said to have {length:,} words")
        for _ in range(length):
            self._pass(self._number("<Q"))

    def _number(self, code: str) -> Any:
        return struct.unpack(code, self._take(struct.calcsize(code)))[0]

    def _take(self, n: int) -> bytes:
        # No more is asked for than there is: a length may be a lie.
        content = self.stream.read(n) if n <= self.n_bytes - self.place else b""
        if len(content) < n:
            raise self._cut_off("it ends within its header")
        self.place += n
        return content

    def _pass(self, n: int) -> None:
        if n > self.n_bytes - self.place:
            raise self._cut_off("it ends within its header")
        self.place += n
        self.stream.seek(self.place)

    def _cut_off(self, how: str) -> ModelError:
        return ModelError(
            f"{self.path} is cut off: {how}, as after a download that stopped.",
            _GOT_AGAIN,
        )

    def _damaged(self, how: str) -> ModelError:
        return ModelError(f"{self.path} is a damaged GGUF file: {how}.", _GOT_AGAIN)
