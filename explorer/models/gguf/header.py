"""What a GGUF file holds besides the weights themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Value = int | float | bool | str | tuple[int | float | bool, ...] | None
"""Of a field; None for a list of strings or a very long one."""


@dataclass(frozen=True)
class Tensor:
    """A tensor of the file: its shape as torch orders it, and the bytes it takes."""

    name: str
    shape: tuple[int, ...]
    kind: int
    begin: int
    """Of its bytes in the file."""
    n_bytes: int

    @property
    def n_weights(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Header:
    """Fields and tensors of a GGUF file."""

    path: Path
    fields: Mapping[str, Value]
    lengths: Mapping[str, int]
    """How many elements each field that is a list has."""
    tensors: Mapping[str, Tensor]
    fields_end: int
    """Where in the file the fields end."""
    data_begin: int
    """Where in the file the weights begin."""

    @property
    def n_weights(self) -> int:
        """Numbers in all tensors."""
        return sum(tensor.n_weights for tensor in self.tensors.values())
