"""Take in a bundle: checked whole before anything of it is where it belongs."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from explorer.bundles.members import FOLDERS, MANIFEST, Manifest, folder_of, manifest_from
from explorer.core import access, settings
from explorer.core.disk import check_regular, name_of, parse_table
from explorer.core.errors import ExplorerError, InputError, ResourceError
from explorer.core.text import size
from explorer.probes import probe_set
from explorer.probes.parquet import read_columns
from explorer.reports.page import file_digest
from explorer.reports.reading import read_report
from explorer.store.evidence_reading import describe_evidence
from explorer.store.library import Library
from explorer.studies import study

_MOST_MEMBERS, _MOST_MANIFEST, _RATIO, _SMALL = 5_000, 4_000_000, 100, 4_000_000
"""Members; bytes of the manifest; times that a member may grow when it is unpacked, of
those that are not small.
"""
_PIECE = 1 << 20


def import_bundle(path: Path) -> dict[str, Path]:
    """Put the members of a bundle where they belong; returns member → its place.

    What is there already, equal, stays. A probe set, study or report whose name is
    taken by another gets a name with its digest. Raises InputError for a file that is
    no bundle, or whose members are not what they should be, and where a run is there
    with another content; ResourceError where there is no room; AccessError where
    whoever asks may only look. Nothing is written then.
    """
    access.check()
    name = name_of(path)
    check_regular(path)
    try:
        with zipfile.ZipFile(path) as packed, _scratch() as folder:
            manifest = _checked(packed)
            _unpack(packed, manifest, folder)
            _look_at(folder)
            return _place(manifest, folder)
    except ExplorerError as error:
        raise type(error)(f"{name} was not imported. {error.what}", error.hint) from error
    except (
        *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError),
        *(NotImplementedError, RuntimeError, ValueError),
    ) as error:
        raise InputError(
            f"{name} is no bundle that can be read: {error}.", "Have it exported again."
        ) from error
    except OSError as error:
        raise ResourceError(
            f"{name} could not be imported: {error.strerror or error}.",
            "Make room in the cache, or point EXPERT_EXPLORER_CACHE to another folder.",
        ) from error


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    cache = settings.cache_dir()
    cache.mkdir(parents=True, exist_ok=True)
    # In the cache, so that moving a file from it is one step.
    folder = Path(tempfile.mkdtemp(prefix=".bundle-", dir=cache))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _checked(packed: zipfile.ZipFile) -> Manifest:
    """The manifest, where the list of members is what it says. Nothing is unpacked."""
    entries = packed.infolist()
    if len(entries) > _MOST_MEMBERS:
        raise InputError(f"It has {len(entries):,} members, expected at most {_MOST_MEMBERS:,}.")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise InputError("It holds a file twice.", "Have it exported again.")
    if MANIFEST not in names:
        raise InputError(f"It holds no {MANIFEST}.", "Give a file of `explorer bundle export`.")
    for entry in entries:
        if entry.filename != MANIFEST:
            folder_of(entry.filename)
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise InputError(f"“{entry.filename}” in it is no regular file.")
        if entry.flag_bits & 1:
            raise InputError(f"“{entry.filename}” in it is encrypted.", "Export it without.")
        if entry.file_size > max(_SMALL, _RATIO * entry.compress_size):
            raise InputError(
                f"“{entry.filename}” in it would grow from {size(entry.compress_size)} to "
                f"{size(entry.file_size)}, more than such a file does."
            )
    unpacked = sum(entry.file_size for entry in entries)
    free = shutil.disk_usage(settings.cache_dir()).free
    if unpacked > free:
        raise ResourceError(f"It takes {size(unpacked)}, and the disk has {size(free)} free.")
    if packed.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
        raise InputError(f"Its {MANIFEST} is larger than {size(_MOST_MANIFEST)}.")
    with packed.open(MANIFEST) as stream:
        manifest = manifest_from(parse_table(stream.read(_MOST_MANIFEST)))
    if differing := set(manifest.files) ^ (set(names) - {MANIFEST}):
        raise InputError(
            f"Its members are not those that its {MANIFEST} names: {len(differing)} differ.",
            "Have it exported again.",
        )
    return manifest


def _unpack(packed: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Members as files of a scratch folder, each with its digest as it was told."""
    for name in FOLDERS:
        (folder / name).mkdir()
    for member, expected in manifest.files.items():
        digest, left = hashlib.sha256(), packed.getinfo(member).file_size
        with packed.open(member) as stream, (folder / member).open("xb") as sink:
            while piece := stream.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise InputError(f"“{member}” in it is longer than it says.")
                digest.update(piece)
                sink.write(piece)
        if digest.hexdigest() != expected:
            raise InputError(
                f"“{member}” in it is not as it was exported: its sha256 is another.",
                "Have it sent again.",
            )


def _look_at(folder: Path) -> None:
    """Every member as its reader takes it. Raises InputError where one does not."""
    library = Library(folder / "runs")
    for file, why in library.broken():
        raise InputError(f"{name_of(file)} in it is refused: {why}")
    if others := [run for run in library.runs() if Path(run.path).stem != run.id]:
        raise InputError(f"{name_of(Path(others[0].path))} in it holds run {others[0].id}.")
    known = {run.id for run in library.runs()}
    readers: dict[str, Callable[[Path], object]] = {
        "evidence": lambda file: _evidence(file, known),
        "probes": lambda file: read_columns(file, probe_set.COLUMNS),
        "studies": lambda file: study.load(str(file)),
        "reports": read_report,
    }
    for name, read in readers.items():
        for file in sorted((folder / name).iterdir()):
            read(file)


def _evidence(file: Path, known: set[str]) -> None:
    run_id = describe_evidence(file).run_id
    if run_id not in known:
        raise InputError(f"{name_of(file)} in it is of run {run_id[:40]}, which is not in it.")


def _place(manifest: Manifest, folder: Path) -> dict[str, Path]:
    targets = {member: _target(member, digest) for member, digest in manifest.files.items()}
    for target in targets.values():
        target.parent.mkdir(parents=True, exist_ok=True)
    placed: list[Path] = []
    try:
        for member, target in targets.items():
            if not os.path.lexists(target):
                os.replace(folder / member, target)
                placed.append(target)
    except OSError:
        for target in placed:
            target.unlink(missing_ok=True)
        raise
    return targets


def _target(member: str, digest: str) -> Path:
    """Where a member belongs. Raises InputError where a run is there with another
    content.
    """
    target = folder_of(member).place() / member.partition("/")[2]
    if member == f"probes/{probe_set.BUNDLED}.parquet":
        raise InputError("It holds a probe set named as the one that ships with the project.")
    if not os.path.lexists(target) or file_digest(str(target)) == digest:
        return target
    if target.suffix == ".duckdb":
        raise InputError(
            f"{member} is there already, with another content.",
            "Delete or move the one of the two that is not wanted.",
        )
    return target.with_name(f"{target.stem[:56]}-{digest[:7]}{target.suffix}")
