"""The run files of a folder: what is there, what cannot be read, and asking one of
them.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from explorer.core.disk import name_of
from explorer.core.errors import RunFileError
from explorer.core.records import RunInfo
from explorer.store.connect import NotNow, attach, bounded, homes, memory, reading
from explorer.store.files import finished_files
from explorer.store.index import Entry, Stamp, load_index, save_index, stamp_of
from explorer.store.run.info import MOST_MEMORY, inspect

QUERY_SECONDS = 60.0
"""After which a query is stopped; the slowest of a large run takes some seconds."""


class RunFolder:
    """The finished runs of a folder, behind one in-memory DuckDB connection.

    Thread-safe: every call works on its own cursor. Files may come and go; each call of
    `runs` or `broken` notices. Reading raises RunFileError for an unknown or damaged
    run and InputError for a word or tau the run does not have.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._homes = frozenset({folder})
        self._con = memory(*self._homes)
        self._lock = threading.RLock()
        self._entries: dict[Path, Entry] = {}
        self._runs: dict[str, RunInfo] = {}
        self._broken: dict[Path, str] = {}
        self._attached: set[str] = set()

    def runs(self) -> list[RunInfo]:
        """Readable finished runs, newest first."""
        self._scan()
        return sorted(self._runs.values(), key=lambda run: (run.created, run.id), reverse=True)

    def broken(self) -> list[tuple[Path, str]]:
        """Unreadable files and the sentence that says why."""
        self._scan()
        return sorted(self._broken.items())

    def run(self, run_id: str) -> RunInfo:
        """A run by id."""
        if run_id not in self._runs:
            self._scan()
        try:
            return self._runs[run_id]
        except KeyError:
            raise RunFileError(
                f"There is no finished run “{run_id}”.", "Choose one of the list of runs."
            ) from None

    def _query(self, run_id: str, query: str, values: list[object] | None = None) -> pd.DataFrame:
        with self._result(run_id, query, values or []) as result:
            return result.df()

    def _arrays(self, run_id: str, query: str) -> dict[str, np.ndarray]:
        """As `_query`, its columns without missing values."""
        with self._result(run_id, query, []) as result:
            return result.fetchnumpy()

    @contextlib.contextmanager
    def _result(
        self, run_id: str, query: str, values: list[object]
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        path = Path(self.run(run_id).path)
        with reading(path):
            cursor = self._cursor(run_id)
            try:
                named = query.replace("{run}", f'"{_alias(run_id)}"')
                with bounded(cursor, path, QUERY_SECONDS):
                    yield cursor.execute(named, values)
            finally:
                cursor.close()

    def _cursor(self, run_id: str) -> duckdb.DuckDBPyConnection:
        """A cursor for which the run is attached."""
        with self._lock:
            path = Path(self.run(run_id).path)
            if run_id not in self._attached and stamp_of(path) != self._entries[path].stamp:
                self._scan()
                path = Path(self.run(run_id).path)
            cursor = self._con.cursor()
            if run_id not in self._attached:
                attach(cursor, path, _alias(run_id), read_only=True)
                self._attached.add(run_id)
            return cursor

    def _scan(self) -> None:
        with self._lock:
            stamps = {path: stamp_of(path) for path in finished_files(self.folder)}
            now = {path: stamp for path, stamp in stamps.items() if stamp is not None}
            if now == {path: entry.stamp for path, entry in self._entries.items()}:
                return
            known = self._entries or load_index(self.folder)
            fresh = _look_at(
                {
                    path: stamp
                    for path, stamp in now.items()
                    if path not in known or known[path].stamp != stamp
                }
            )
            entries = {path: fresh.get(path) or known[path] for path in now}
            if entries != known:
                save_index(self.folder, entries)
            self._take(entries)

    def _take(self, entries: dict[Path, Entry]) -> None:
        """Make these files the ones that are there."""
        runs: dict[str, RunInfo] = {}
        broken: dict[Path, str] = {}
        for path, entry in entries.items():
            run = entry.run
            if run is None:
                broken[path] = entry.problem
            elif run.id in runs:
                other = name_of(Path(runs[run.id].path))
                broken[path] = (
                    f"{name_of(path)} holds the same run as {other}. Delete one of the two."
                )
            else:
                runs[run.id] = run
        self._open(homes(map(Path, (run.path for run in runs.values()))))
        for run_id in [run_id for run_id in self._attached if self._moved(run_id, runs, entries)]:
            self._con.cursor().execute(f'DETACH "{_alias(run_id)}"')
            self._attached.discard(run_id)
        self._entries, self._runs, self._broken = entries, runs, broken

    def _open(self, needed: frozenset[Path]) -> None:
        """Have a connection that reaches the folders that the runs lie in."""
        if not needed <= self._homes:
            # Those who are reading keep the former one until they are done.
            self._homes |= needed
            self._con = memory(*self._homes)
            self._attached = set()

    def _moved(self, run_id: str, runs: dict[str, RunInfo], entries: dict[Path, Entry]) -> bool:
        """Whether the file that is attached for a run is no longer the one that holds
        it.
        """
        before, now = self._runs[run_id], runs.get(run_id)
        path = Path(before.path)
        same = now is not None and now.path == before.path
        return not same or entries[path].stamp != self._entries[path].stamp


def _look_at(stamps: dict[Path, Stamp]) -> dict[Path, Entry]:
    """What these files hold, through one connection as long as they are good."""
    entries: dict[Path, Entry] = {}
    con: duckdb.DuckDBPyConnection | None = None
    for path, stamp in stamps.items():
        con = con or memory(*homes(stamps), most=MOST_MEMORY)
        try:
            entries[path] = Entry(stamp, inspect(path, con))
        except RunFileError as error:
            entries[path] = Entry(stamp, None, str(error), not isinstance(error, NotNow))
            # What a damaged file left behind must not spoil the next.
            con.close()
            con = None
    if con is not None:
        con.close()
    return entries


def _alias(run_id: str) -> str:
    return f"run_{run_id}"
