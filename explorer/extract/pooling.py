"""Pooling over tokens, inside the hooks: what leaves a layer's output are its responses
alone.
"""

from __future__ import annotations

import numpy as np
import torch

from explorer.core.request import Pooling
from explorer.extract.pool_kernels import max_of_bfloat16, max_of_float32
from explorer.models.batching import Batch


class HostMax:
    """Max over tokens on the CPU, written straight to the rows of the responses.

    torch reads a layer's outputs several times for a masked maximum, which costs as
    much as a tenth of the forward pass; one compiled pass does not.
    """

    def __init__(self, batch: Batch, out: torch.Tensor, rows: np.ndarray) -> None:
        self._out, self._pooled, self._rows = out.numpy(), batch.pooled.numpy(), rows
        self._finite = np.ones(len(rows), bool)

    def __call__(self, states: torch.Tensor, units: slice) -> None:
        """Pool one layer's outputs, (sentences, tokens, width)."""
        narrow = states.dtype == torch.bfloat16
        outputs = (states.view(torch.uint16) if narrow else states.float()).contiguous().numpy()
        kernel = max_of_bfloat16 if narrow else max_of_float32
        # One thread: waking a second one, between two products of torch's, costs what
        # it would save.
        kernel(outputs, self._pooled, self._rows, units.start, self._out, self._finite)

    def finish(self) -> bool:
        """Whether all responses are finite numbers."""
        return bool(self._finite.all())


class TorchPooling:
    """Any pooling on any device, in torch operations; the responses leave the device at
    the end.
    """

    def __init__(self, batch: Batch, pooling: Pooling, out: torch.Tensor, rows: np.ndarray) -> None:
        self._kind, self._mask, self._out, self._rows = pooling, batch.pooled, out, rows
        self._into = torch.empty((len(rows), out.shape[1]), device=batch.ids.device)
        self._last = self._mask.shape[1] - 1 - self._mask.flip(1).int().argmax(1)

    def __call__(self, states: torch.Tensor, units: slice) -> None:
        """Pool one layer's outputs, (sentences, tokens, width)."""
        self._into[:, units] = self.pooled(states).to(self._into)

    def pooled(self, states: torch.Tensor) -> torch.Tensor:
        """(sentences, width) of one layer's outputs, (sentences, tokens, width)."""
        if self._kind == "last":
            return states[
                torch.arange(len(states), device=states.device), self._last.to(states.device)
            ]
        if self._kind == "mean":
            return mean_over_tokens(states, self._mask)
        return states.masked_fill(~self._mask.unsqueeze(-1).to(states.device), -torch.inf).amax(1)

    def finish(self) -> bool:
        """Hand the responses over; whether all of them are finite numbers."""
        rows = torch.from_numpy(self._rows).to(self._out.device)
        self._out.index_copy_(0, rows, self._into.to(self._out.device))
        return bool(torch.isfinite(self._into).all())


def pool_into(
    batch: Batch, pooling: Pooling, out: torch.Tensor, rows: np.ndarray
) -> HostMax | TorchPooling:
    """What pools a batch to the given rows of `out`, float32 (sentences, units) on any
    device.
    """
    on_host = batch.ids.device.type == "cpu" and out.device.type == "cpu"
    if on_host and pooling in ("max", "selfcond"):
        return HostMax(batch, out, rows)
    return TorchPooling(batch, pooling, out, rows)


def mean_over_tokens(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean over the masked tokens, accumulated in float32; (sentences, width)."""
    kept = mask.unsqueeze(-1).to(states.device)
    # Filled and not multiplied: an infinite output of a token that is not pooled would
    # make 0 · ∞.
    return states.float().masked_fill(~kept, 0.0).sum(1) / kept.sum(1)
