"""The shards of a run become its one file, equal to that of a run that was not cut."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from explorer.core.errors import RunFileError
from explorer.core.request import RunRequest
from explorer.core.shard import Shard, shards_of
from explorer.store import VERSION
from explorer.store.connect import attach, is_locked, memory, reading, writing
from explorer.store.files import PARTIAL, publish, remove
from explorer.store.run import static
from explorer.store.run.catalog import check_catalog
from explorer.store.run.finish import compile_run

_RESUME = "Ask for the same extraction again: it goes on with what is missing."


def is_complete(folder: Path, request: RunRequest, shard: Shard) -> bool:
    """Whether the file of a shard is there, of this request, with all of its
    concepts.
    """
    try:
        with contextlib.closing(memory(folder)) as con:
            _take(con, folder, request, shard)
    except RunFileError:
        return False
    return True


def merge(
    folder: Path,
    request: RunRequest,
    number: int,
    tell: Callable[[str], None] = lambda _: None,
) -> Path:
    """Make `<run id>.duckdb` of its shards, `number` in all, and delete them.

    Raises RunFileError for a shard that is missing, incomplete, damaged, or of other
    content than the first, and ResourceError; the shards then stay.
    """
    path = folder / f"{request.id}.duckdb"
    scratch = folder / f"{request.id}.finishing{PARTIAL}"
    if path.exists():
        raise RunFileError(f"{path.name} is finished and is never written again.", "Load it.")
    shards = shards_of(number)
    with contextlib.closing(memory(folder)) as con:
        metas = [_take(con, folder, request, shard) for shard in shards]
        for shard, meta in zip(shards, metas, strict=True):
            if meta["static_digest"] != metas[0]["static_digest"]:
                raise RunFileError(
                    f"The {shard.label} has other sentences, modules or another commit than the "
                    "first.",
                    f"Delete {_path(folder, request, shard).name} and extract again.",
                )
        names = [_name(shard) for shard in shards]
        draws = static.draws_of(con, names[0])
        with writing(scratch):
            remove(scratch)
            compile_run(con, scratch, names, request.folds, draws, _provenance(metas, tell))
    with writing(path):
        publish(scratch, path)
        for shard in shards:
            remove(_path(folder, request, shard))
    return path


def _take(
    con: duckdb.DuckDBPyConnection, folder: Path, request: RunRequest, shard: Shard
) -> dict[str, Any]:
    """Attach the file of a shard and check it; returns its meta. Raises
    RunFileError.
    """
    path, name = _path(folder, request, shard), _name(shard)
    if not path.exists():
        raise RunFileError(f"The {shard.label} of the run {request.id} is not there.", _RESUME)
    try:
        # Not read-only: the log of one that was killed is replayed.
        attach(con, path, name, read_only=False)
    except duckdb.Error as error:
        if is_locked(error):
            raise RunFileError(
                f"{path.name} is being written by another process.", "Wait for it."
            ) from error
        raise RunFileError(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}.",
            "Delete it and extract again.",
        ) from error
    with reading(path):
        check_catalog(con, name, path.name)
        rows = con.execute(f"SELECT key, value FROM {name}.meta").fetchall()
        meta = {key: json.loads(value) for key, value in rows}
        words = static.words(con, name)
        done = {
            words[row[0]] for row in con.execute(f"SELECT concept FROM {name}.progress").fetchall()
        }
    own = {"schema_version": VERSION, "run_id": request.id}
    if any(meta.get(key) != value for key, value in own.items()) or set(words) != set(
        request.concepts
    ):
        raise RunFileError(
            f"{path.name} belongs to another request ({meta.get('run_id')}).",
            "Delete it, or put the shard of this run in its place, and extract again.",
        )
    share = set(shard.share(request.concepts))
    if missing := share - done:
        raise RunFileError(
            f"The {shard.label} of the run {request.id} lacks {len(missing)} of its {len(share)} "
            "concepts.",
            _RESUME,
        )
    if done - share:
        raise RunFileError(
            f"{path.name} holds concepts of other shards.", "Delete it and extract again."
        )
    return meta


def _provenance(
    metas: Iterable[Mapping[str, Any]], tell: Callable[[str], None]
) -> dict[str, object]:
    """Versions, all of them where they differ, and the seconds of all preparations."""
    every = list(metas)
    versions: dict[str, str] = {}
    for key in every[0].get("versions", {}):
        values = dict.fromkeys(str(meta.get("versions", {}).get(key)) for meta in every)
        versions[key] = " and ".join(values)
        if len(values) > 1:
            tell(
                f"The shards were computed with different {key}: {versions[key]}. Numbers may "
                "differ in the last digit from those of a run that was not cut."
            )
    seconds = sum(float(meta.get("prepare_seconds", 0)) for meta in every)
    return {"versions": versions, "prepare_seconds": seconds}


def _path(folder: Path, request: RunRequest, shard: Shard) -> Path:
    return folder / f"{shard.stem(request.id)}{PARTIAL}"


def _name(shard: Shard) -> str:
    return f"shard_{shard.number}"
