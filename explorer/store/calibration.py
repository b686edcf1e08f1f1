"""What the experts of a run answer to tokens of negative sentences, kept so that a
model is calibrated once.

A file is derived from its run and safe to delete; one that cannot be used is made anew.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from explorer.core.disk import read_bytes, replacing
from explorer.core.errors import ExplorerError
from explorer.core.tau import Tau
from explorer.measure.sentence import RANKS, Calibration, Tail

_VERSION = 1
_LARGEST = 200_000_000
"""Bytes of a file, and of what it holds."""


def calibration_path(folder: Path, run_id: str, tau: Tau) -> Path:
    """Where the calibration of a run at τ is kept."""
    return folder / f"{run_id}-{tau}.npz"


def write_calibration(path: Path, found: Calibration) -> None:
    """Write it, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tails = [*found.first, *found.others]
    content = io.BytesIO()
    np.savez_compressed(
        content,
        version=np.array(_VERSION),
        concepts=found.concepts.astype(np.int32),
        sizes=np.array([len(own) for own in found.experts], np.int32),
        experts=np.concatenate(found.experts).astype(np.int32),
        mean=found.mean.astype(np.float32),
        scale=found.scale.astype(np.float32),
        n=np.array([tail.n for tail in tails], np.int32),
        scores=np.concatenate([tail.scores for tail in tails]),
    )
    with replacing(path) as scratch:
        scratch.write_bytes(content.getvalue())


def read_calibration(path: Path, n_concepts: int, n_units: int) -> Calibration | None:
    """The calibration of a run with so many concepts and units; None where there is no
    file, or one that does not fit.
    """
    try:
        return _read(path, n_concepts, n_units)
    except (OSError, ExplorerError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _read(path: Path, n_concepts: int, n_units: int) -> Calibration:
    content = io.BytesIO(read_bytes(path, _LARGEST))
    with zipfile.ZipFile(content) as parts:
        _require(sum(part.file_size for part in parts.infolist()) <= _LARGEST)
    with np.load(content, allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    _require(arrays["version"].shape == () and int(arrays["version"]) == _VERSION)
    concepts, sizes, flat = (arrays[name].astype(np.int64) for name in _INTEGERS)
    mean, scale, scores = (arrays[name].astype(np.float32) for name in _NUMBERS)
    experts = tuple(np.split(flat, np.cumsum(sizes)[:-1])) if len(sizes) else ()
    units = np.unique(flat)
    _require(len(concepts) == len(sizes) > 0 and (sizes > 0).all() and sizes.sum() == len(flat))
    _require(((concepts >= 0) & (concepts < n_concepts)).all() and (np.diff(concepts) > 0).all())
    _require(((units >= 0) & (units < n_units)).all())
    _require(all((np.diff(own) > 0).all() for own in experts))
    _require(mean.shape == scale.shape == units.shape and (scale > 0).all())
    _require(all(np.isfinite(part).all() for part in (mean, scale, scores)))
    tails = _tails(arrays["n"].astype(np.int64), scores)
    _require(len(tails) == 2 * len(concepts))
    first, others = tails[: len(concepts)], tails[len(concepts) :]
    return Calibration(concepts, experts, units, mean, scale, first, others)


_INTEGERS = ("concepts", "sizes", "experts")
_NUMBERS = ("mean", "scale", "scores")


def _tails(n: np.ndarray, scores: np.ndarray) -> tuple[Tail, ...]:
    lengths = np.searchsorted(RANKS, n, "right")
    _require((n >= 0).all() and lengths.sum() == len(scores))
    parts = np.split(scores, np.cumsum(lengths)[:-1])
    _require(all((np.diff(part) <= 0).all() for part in parts))
    return tuple(Tail(int(count), part) for count, part in zip(n, parts, strict=True))


def _require(fits: object) -> None:
    if not fits:
        raise ValueError("it does not hold a calibration of this run")
