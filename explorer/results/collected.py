"""The evidence files beside a library: responses that were collected for its runs."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from explorer.core.errors import RunFileError
from explorer.measure.alignment import holm
from explorer.measure.evidence.selective import false_discovery
from explorer.results.memo import remembered
from explorer.store.evidence_folder import EvidenceFolder
from explorer.store.evidence_reading import EvidenceFile, read_beyond
from explorer.store.index import Stamp, stamp_of
from explorer.store.library import Library

_TOGETHER = -1


@functools.lru_cache(16)
def _folder(path: Path) -> EvidenceFolder:
    return EvidenceFolder(path)


def _beside(library: Library) -> EvidenceFolder:
    return _folder(library.folder.parent / "evidence")


def evidence_files(library: Library, run_id: str) -> list[EvidenceFile]:
    """The evidence of a run, newest first: beside its folder of runs."""
    return _beside(library).of_run(run_id)


def broken_evidence(library: Library) -> list[tuple[Path, str]]:
    """Evidence files beside a folder of runs that cannot be read, each with the
    sentence that says why.
    """
    return _beside(library).broken()


def beyond_concepts(library: Library, run_id: str) -> pd.DataFrame:
    """Concept → words_ap (AP of the words around it), together_ap (of its experts
    together) and beyond_p, Holm-corrected over the concepts whose responses were
    collected; the others are left out.
    """
    rows = _beyond(library, run_id)
    rows = rows[rows["unit"] == _TOGETHER].set_index("concept")
    p = holm(rows["p"].to_numpy()) if len(rows) else np.empty(0)
    return pd.DataFrame(
        {"words_ap": rows["words_ap"], "together_ap": rows["ap"], "beyond_p": p}, rows.index
    )


def beyond_units(library: Library, run_id: str) -> pd.Series:
    """(Concept, unit) → false discovery rate over the units whose responses to the
    concept's sentences were collected; the others are left out.
    """
    rows = _beyond(library, run_id)
    rows = rows[rows["unit"] != _TOGETHER].astype({"concept": np.int64, "unit": np.int64})
    rates = rows.groupby("concept")["p"].transform(lambda p: false_discovery(p.to_numpy()))
    return pd.Series(rates.to_numpy(float), pd.MultiIndex.from_frame(rows[["concept", "unit"]]))


def _beyond(library: Library, run_id: str) -> pd.DataFrame:
    """What all files say, each concept from the newest that holds it; a damaged file
    counts as none.
    """
    parts = [pd.DataFrame({"concept": [], "unit": [], "ap": [], "p": [], "words_ap": []})]
    taken: set[int] = set()
    for file in evidence_files(library, run_id):
        try:
            rows = _file(library, file.path, stamp_of(file.path))
        except RunFileError:
            continue
        parts.append(rows[rows["concept"].isin(set(file.concepts) - taken)])
        taken |= set(file.concepts)
    found = [part for part in parts if len(part)] or parts
    return pd.concat(found, ignore_index=True)


@remembered(32)
def _file(library: Library, path: Path, stamp: Stamp | None) -> pd.DataFrame:  # noqa: ARG001
    """Of a file as it was at `stamp`."""
    return read_beyond(path)
