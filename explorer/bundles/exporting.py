"""Write a bundle."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from explorer.bundles.members import KIND, MANIFEST, VERSION
from explorer.core.disk import replacing
from explorer.core.errors import ExplorerError, InputError, ResourceError
from explorer.core.header import header
from explorer.core.records import RunInfo
from explorer.probes import probe_set
from explorer.probes.folding import tokens
from explorer.reports import drafts
from explorer.results.collected import evidence_files
from explorer.store.library import Library
from explorer.store.run.withhold import copy_without_sentences

_PIECE = 1 << 20


def export_bundle(
    path: Path,
    library: Library,
    runs: Sequence[RunInfo],
    *,
    reports: Iterable[str] = (),
    studies: Iterable[Path] = (),
    with_sentences: bool = True,
) -> list[str]:
    """Write runs with their evidence, probe sets, reports and studies; returns the
    names of the members.

    The probe set that ships with the project is told by its digest only.
    with_sentences: whether what the runs read may be passed on; else probe sets are
    told by their digests, evidence is left out, and a run file holds the words of each
    concept's sentences sorted, from which the sentences cannot be put together but
    shared words and their counts can. Raises InputError for a report that is not there,
    ResourceError where the bundle cannot be written.
    """
    digests = {run.request.probe_set: run.request.probe_digest for run in runs}
    sources = {f"reports/{name}.toml": _draft(name) for name in reports}
    sources |= {f"studies/{file.name}": file for file in studies}
    try:
        with (
            tempfile.TemporaryDirectory(dir=path.parent) as folder,
            replacing(path) as scratch,
            zipfile.ZipFile(scratch, "w") as packed,
        ):
            if with_sentences:
                sources |= {f"runs/{run.id}.duckdb": Path(run.path) for run in runs}
                sources |= _evidence(library, runs) | _probe_sets(digests)
            else:
                sources |= _without_sentences(runs, Path(folder))
            files = {name: _add(packed, name, file) for name, file in sources.items()}
            told = {**header(KIND, VERSION), "files": files, "probe_sets": digests}
            packed.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))
    except OSError as error:
        why = error.strerror or error
        raise ResourceError(f"{path} cannot be written: {why}.", "Give another file.") from error
    return list(sources)


def _without_sentences(runs: Sequence[RunInfo], folder: Path) -> dict[str, Path]:
    copies = {f"runs/{run.id}.duckdb": folder / f"{run.id}.duckdb" for run in runs}
    for run, copy in zip(runs, copies.values(), strict=True):
        if run.withheld:
            shutil.copyfile(run.path, copy)
        else:
            copy_without_sentences(Path(run.path), copy, words_without_order)
    return copies


def words_without_order(texts: Sequence[str]) -> list[str]:
    """All words of some texts, folded and sorted, dealt out to as many texts, each as
    long as before.
    """
    bags = [_words(text) for text in texts]
    words = iter(sorted(itertools.chain.from_iterable(bags)))
    return [" ".join(itertools.islice(words, len(bag))) for bag in bags]


def _words(text: str) -> list[str]:
    """The words of a text; signs stay with their word, since alone they are none."""
    words: list[str] = []
    for token in tokens(text):
        if token[0] in "+#" and words:
            words[-1] += token
        else:
            words.append(token)
    return words


def _evidence(library: Library, runs: Sequence[RunInfo]) -> dict[str, Path]:
    files = (file.path for run in runs for file in evidence_files(library, run.id))
    return {f"evidence/{path.name}": path for path in files}


def _draft(name: str) -> Path:
    path = drafts.path_of(name)
    drafts.read(name)
    return path


def _probe_sets(digests: dict[str, str]) -> dict[str, Path]:
    """Those that are there as the runs read them, without the one that is shipped."""
    files = {}
    for name, digest in digests.items():
        if name == probe_set.BUNDLED or name not in probe_set.names():
            continue
        try:
            info = probe_set.load(name).info
        except ExplorerError:
            continue
        if info.digest == digest:
            files[f"probes/{name}.parquet"] = info.path
    return files


def _add(packed: zipfile.ZipFile, name: str, file: Path) -> str:
    """Put a file into the bundle; returns its sha256."""
    digest = hashlib.sha256()
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with file.open("rb") as stream, packed.open(entry, "w", force_zip64=True) as sink:
        _copy(stream, sink, digest)
    return digest.hexdigest()


def _copy(stream: IO[bytes], sink: IO[bytes], digest: hashlib._Hash) -> None:
    while piece := stream.read(_PIECE):
        digest.update(piece)
        sink.write(piece)


def chosen_runs(library: Library, starts: Sequence[str]) -> list[RunInfo]:
    """The runs of ids or starts of ids; all of them for “all”. Raises InputError."""
    runs = library.runs()
    if list(starts) == ["all"]:
        return runs
    found = []
    for start in starts:
        fitting = [run for run in runs if run.id.startswith(start)]
        if len(fitting) != 1 or not start:
            what = "no finished run" if not fitting else f"{len(fitting)} runs"
            raise InputError(f"“{start[:80]}” names {what}.", "See: explorer runs list")
        found += fitting
    return found
