"""Run files that are truncated, foreign, of another version, or come and go."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from explorer.core.errors import RunFileError
from explorer.store.library import Library
from explorer.store.queries import QUERIES
from tests.support.fixtures import CONCEPTS, small_request, small_run

pytestmark = pytest.mark.slow

ID = small_request().id


def empty_database(path: Path) -> None:
    path.unlink()
    duckdb.connect(str(path)).close()


def rewrite_meta(path: Path, key: str, value: object) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE meta SET value = ? WHERE key = ?", [json.dumps(value), key])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda p: os.truncate(p, 0), "not a run file"),
        (lambda p: os.truncate(p, 5000), "truncated"),
        (lambda p: os.truncate(p, p.stat().st_size // 2), "truncated"),
        (lambda p: os.truncate(p, p.stat().st_size - 1), "truncated: 1 bytes are missing"),
        (lambda p: p.write_bytes(b"word1,word2,score\n" * 1000), "not a run file"),
        (lambda p: rewrite_meta(p, "schema_version", 99), "version 99.*Update this program"),
        (lambda p: rewrite_meta(p, "schema_version", 0), "version 0.*Repeat the extraction"),
        (lambda p: rewrite_meta(p, "run_id", 'x" AS y; DROP TABLE z; --'), "not a run id"),
        (lambda p: rewrite_meta(p, "request", {"folds": 4}), "description"),
        (lambda p: rewrite_meta(p, "created", 5), "5 is of another kind"),
        (lambda p: rewrite_meta(p, "created", "yesterday"), "yesterday"),
        (lambda p: rewrite_meta(p, "commit", ["a"]), "another kind"),
        (lambda p: rewrite_meta(p, "versions", ["torch"]), "no table"),
        (lambda p: rewrite_meta(p, "human", {"MEN": 3}), "no counts"),
        (lambda p: empty_database(p), "a DuckDB file but not a run"),
    ],
)
def test_an_unusable_file_is_listed_with_a_sentence_and_spoils_no_other(
    folder: Path, tmp_path: Path, spoil: Callable[[Path], object], sentence: str
) -> None:
    bad = tmp_path / "bad.duckdb"
    shutil.copy(folder / f"{ID}.duckdb", bad)
    spoil(bad)
    good = small_run(tmp_path, seed=1)
    library = Library(tmp_path)
    assert [run.path for run in library.runs()] == [str(good)]
    ((path, why),) = library.broken()
    assert path == bad
    assert re.search(sentence, why)


def test_a_run_whose_concepts_share_a_sentence_is_read(tmp_path: Path) -> None:
    path = small_run(tmp_path)
    with duckdb.connect(str(path)) as con:
        shared = (
            "SELECT d.positive[1], o.concept FROM draws d, draws o WHERE d.concept <> o.concept "
            "AND NOT EXISTS (FROM draws n WHERE n.concept = o.concept "
            "AND list_contains(n.negative, d.positive[1])) LIMIT 1"
        )
        sentence, other = con.execute(shared).fetchall()[0]
        con.execute("UPDATE sentences SET concept = ? WHERE sentence = ?", [other, sentence])
    assert len(Library(tmp_path).runs()) == 1


def test_a_flipped_byte_anywhere_is_harmless_or_a_run_file_error(
    folder: Path, tmp_path: Path
) -> None:
    whole = (folder / f"{ID}.duckdb").read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for n, where in enumerate(rng.choice(len(whole), 40, replace=False)):
        path = tmp_path / f"flipped-{n}.duckdb"
        path.write_bytes(whole[:where] + bytes([whole[where] ^ 0xFF]) + whole[where + 1 :])
        library = Library(tmp_path)
        try:
            assert len(library.runs()) + len(library.broken()) == 1
            for table in QUERIES if library.runs() else ():
                library.export(ID, table)
        except RunFileError:
            refused += 1
        refused += len(library.broken())
        path.unlink()
    assert refused > 10


def test_partial_and_set_aside_files_are_not_listed(folder: Path, tmp_path: Path) -> None:
    for name in (f"{ID}.partial.duckdb", f"{ID}.finishing.partial.duckdb", f"{ID}.broken-1"):
        shutil.copy(folder / f"{ID}.duckdb", tmp_path / name)
    assert (Library(tmp_path).runs(), Library(tmp_path).broken()) == ([], [])


def test_files_that_come_change_and_go_are_noticed(tmp_path: Path) -> None:
    library = Library(tmp_path / "not there yet")
    assert library.runs() == []
    path = small_run(library.folder)
    assert [run.id for run in library.runs()] == [ID]
    copy = library.folder / "a colleague's copy.duckdb"
    shutil.copy(path, copy)
    assert "same run" in library.broken()[0][1]
    path.unlink()
    assert [run.path for run in library.runs()] == [str(copy)]
    assert len(library.export(ID, "concepts")) == len(CONCEPTS)
    os.truncate(copy, 9000)
    assert library.runs() == []
    assert "truncated" in library.broken()[0][1]
    copy.unlink()
    assert library.broken() == []
    small_run(library.folder)
    assert library.pair_overlap(ID, 0.5).shape == (12, 12)
