"""Writing run files: complete or not there, resumable, never written twice."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from explorer.core.errors import ExplorerError, ResourceError, RunFileError
from explorer.core.records import HumanPair
from explorer.core.request import RunRequest
from explorer.store.library import Library
from explorer.store.queries import QUERIES
from explorer.store.run import summarise, write
from explorer.store.run.write import RunWriter
from tests.support.fixtures import CONCEPTS, FakeExtraction, human_pairs, small_request, small_run


def open_writer(
    folder: Path, request: RunRequest, pairs: list[HumanPair] | None = None, **meta: object
) -> RunWriter:
    fake = FakeExtraction(request)
    pairs = human_pairs() if pairs is None else pairs
    return RunWriter(
        folder,
        request,
        fake.modules,
        fake.sentences,
        fake.draws,
        pairs,
        {"commit": fake.commit, **meta},
    )


def write_some(writer: RunWriter, n: int | None = None) -> None:
    fake = FakeExtraction(writer.request)
    for result in list(fake.concepts(writer.done))[:n]:
        writer.write_concept(result)


def content(path: Path) -> dict[str, pd.DataFrame]:
    """Every table but those that tell the time."""
    library = Library(path.parent)
    run = next(run for run in library.runs() if run.path == str(path))
    return {table: library.export(run.id, table) for table in QUERIES if table != "meta"}


def test_a_run_reads_back_as_it_was_extracted(tmp_path: Path) -> None:
    path = small_run(tmp_path)
    fake = FakeExtraction(small_request())
    experts = content(path)["experts"]
    offsets = {module.name: module.offset for module in fake.modules}
    for result in fake.concepts():
        for fold, (units, aps) in enumerate(zip(result.units, result.aps, strict=True)):
            rows = experts[(experts["word"] == result.concept) & (experts["fold"] == fold)]
            assert [
                offsets[m] + i for m, i in zip(rows["module"], rows["index"], strict=True)
            ] == units.tolist()
            np.testing.assert_array_equal(rows["ap"], aps)
    draws = content(path)["draws"].set_index(["word", "fold"])
    np.testing.assert_array_equal(draws.loc[("cat", 2), "negative"], fake.draws["cat"][2][1])


def test_a_finished_folder_holds_the_run_and_nothing_else(tmp_path: Path) -> None:
    path = small_run(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name] == [f"{small_request().id}.duckdb"]


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    whole = content(small_run(tmp_path / "whole"))
    with open_writer(tmp_path, small_request()) as writer:
        write_some(writer, 5)
    with open_writer(tmp_path, small_request()) as writer:
        assert writer.done == set(CONCEPTS[:5])
        write_some(writer)
        resumed = content(writer.finish({}))
    for table, frame in whole.items():
        if table != "progress":
            pd.testing.assert_frame_equal(resumed[table], frame)


def test_the_order_in_which_concepts_arrive_leaves_no_trace(tmp_path: Path) -> None:
    whole = content(small_run(tmp_path / "whole"))
    with open_writer(tmp_path, small_request()) as writer:
        for result in reversed(list(FakeExtraction(small_request()).concepts())):
            writer.write_concept(result)
        path = writer.finish({})
    with duckdb.connect(str(path), read_only=True) as con:
        stored = con.execute("SELECT concept, fold, unit FROM experts").fetchall()
    assert stored == sorted(stored)
    pd.testing.assert_frame_equal(content(path)["pair_overlap"], whole["pair_overlap"])


def test_a_concept_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = summarise.insert

    def failing(con: duckdb.DuckDBPyConnection, table: str, rows: object) -> None:
        if table.endswith("embeddings"):
            raise OSError(28, "No space left on device")
        insert(con, table, rows)

    with open_writer(tmp_path, small_request()) as writer:
        monkeypatch.setattr(write, "insert", failing)
        with pytest.raises(ResourceError, match="No space left"):
            write_some(writer, 1)
        monkeypatch.undo()
        assert writer.done == set()
        write_some(writer)
        assert len(content(writer.finish({}))["embeddings"]) == 5 * len(CONCEPTS)


def test_a_full_disk_is_told_and_what_was_committed_is_resumed(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    writer = open_writer(tmp_path, small_request())
    write_some(writer, 2)
    used = max(p.stat().st_size for p in tmp_path.glob("*.wal"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (used + 10_000, hard))
    try:
        with pytest.raises(ResourceError, match="could not be written"):
            write_some(writer)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    writer.close()
    with open_writer(tmp_path, small_request()) as writer:
        assert set(CONCEPTS[:2]) <= writer.done < set(CONCEPTS)
        write_some(writer)
        assert writer.finish({}).exists()


@pytest.mark.parametrize("damage", ["truncated", "garbage", "empty"])
def test_a_damaged_partial_is_set_aside_and_the_run_starts_anew(
    tmp_path: Path, damage: str
) -> None:
    with open_writer(tmp_path, small_request()) as writer:
        write_some(writer, 4)
        partial = writer.partial
    whole = partial.read_bytes()
    partial.write_bytes(
        {"truncated": whole[: len(whole) // 2], "garbage": b"no run " * 5000, "empty": b""}[damage]
    )
    told: list[str] = []
    fake = FakeExtraction(small_request())
    static = (fake.modules, fake.sentences, fake.draws)
    with RunWriter(
        tmp_path, small_request(), *static, [], {"commit": fake.commit}, told.append
    ) as writer:
        assert writer.done == set()
        write_some(writer)
        writer.finish({})
    assert (tmp_path / f"{small_request().id}.broken-1").exists()
    assert "set aside" in told[0]
    assert len(Library(tmp_path).runs()) == 1


def test_a_partial_of_another_commit_is_set_aside(tmp_path: Path) -> None:
    with open_writer(tmp_path, small_request(), commit="a" * 40) as writer:
        write_some(writer, 4)
    with open_writer(tmp_path, small_request(), commit="b" * 40) as writer:
        assert writer.done == set()
    assert (tmp_path / f"{small_request().id}.broken-1").exists()


def test_ratings_that_cannot_be_had_any_more_stay_in_a_resumed_run(tmp_path: Path) -> None:
    other = [HumanPair("mine", "all", "cat", "dog", 1.0)]
    with open_writer(tmp_path, small_request()) as writer:
        write_some(writer)
    with open_writer(tmp_path, small_request(), other) as writer:
        writer.finish({})
    run = Library(tmp_path).runs()[0]
    assert run.human == {
        "fixture": {"pairs": 67, "covered": 66},
        "mine": {"pairs": 1, "covered": 1},
    }
    assert len(Library(tmp_path).human_pairs(run.id)) == 67


def test_a_finished_run_is_never_written_again(tmp_path: Path) -> None:
    before = small_run(tmp_path).read_bytes()
    with pytest.raises(RunFileError, match="never written again"):
        open_writer(tmp_path, small_request())
    assert small_run(tmp_path).read_bytes() == before


def test_an_incomplete_run_cannot_be_finished(tmp_path: Path) -> None:
    with open_writer(tmp_path, small_request()) as writer:
        write_some(writer, 3)
        with pytest.raises(ExplorerError, match="9 concepts are not extracted"):
            writer.finish({})
    assert Library(tmp_path).runs() == []


def test_a_partial_that_another_process_writes_is_refused(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.store.run.test_write import *\n"
        f"writer = open_writer(Path({str(tmp_path)!r}), small_request()); print('open', "
        "flush=True); sys.stdin.read()"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(RunFileError, match="another process"):
            open_writer(tmp_path, small_request())
        other.communicate("")
    with open_writer(tmp_path, small_request()) as writer:
        assert writer.done == set()
    assert not list(tmp_path.glob("*.broken-*"))
