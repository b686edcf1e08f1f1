"""A pass in shards: its files equal those of a pass that was not cut."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import Cancelled, RunFileError
from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.core.settings import PROJECT
from explorer.core.shard import Shard, shards_of
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.jobs.kinds.shard import SHARD, ShardOfPass
from explorer.probes import probe_set
from explorer.store.leftovers import leftovers
from explorer.store.run.merge import merge
from tests.support import tiny
from tests.support.workbench import Heard

pytestmark = pytest.mark.slow

WORDS = (
    "cat",
    "dog",
    "bus",
    "rain",
    "snow",
    "bread",
    "piano",
    "house",
    "red",
    "hat",
    "moon",
    "sun",
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("neox"), "gpt_neox")


@pytest.fixture
def asked(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[RunRequest, ...]:
    """Runs of one pass, in a cache of their own: two set sizes and seeds, and sentences
    that are positives of two concepts.
    """
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    rows = [
        Sentence(word, f"The {word} of the {place} was seen {when} by {i} people", "test")
        for word in WORDS
        for i, place in enumerate(("field", "village", "garden", "north", "market"))
        for when in ("on Sunday", "again", "in winter", "once")
    ]
    rows += [Sentence(word, "The cat and the dog met on the bus", "test") for word in WORDS[:3]]
    info = probe_set.save("frames", rows, {"made_by": "test"})
    first = RunRequest(
        Checkpoint(str(model)), "frames", info.digest, WORDS, 12, 20, 3, ap_floor=0.3
    )
    return first, dataclasses.replace(first, n_positive=6, n_negative=10, folds=2, seed=4)


def rows_of(path: Path) -> dict[str, pd.DataFrame]:
    """Every table, in the order of its rows, without what tells times."""
    with contextlib.closing(duckdb.connect(str(path), read_only=True)) as con:
        tables = [row[0] for row in con.execute("SHOW TABLES").fetchall()]
        frames = {table: con.execute(f"SELECT * FROM {table}").df() for table in tables}
    frames["progress"] = frames["progress"][["concept"]]
    meta = frames["meta"].set_index("key")["value"].sort_index()
    frames["meta"] = meta.drop(["created", "finished", "prepare_seconds"]).to_frame()
    return frames


def run(
    requests: tuple[RunRequest, ...], folder: Path, monkeypatch: pytest.MonkeyPatch, shards: int
) -> list[Path]:
    """Carry the pass out in a cache of its own, with the probe sets of this one."""
    home = Path(os.environ["EXPERT_EXPLORER_CACHE"])
    folder.mkdir()
    shutil.copytree(home / "probes", folder / "probes")
    with monkeypatch.context() as there:
        there.setenv("EXPERT_EXPLORER_CACHE", str(folder))
        EXTRACTION.run(Pass(requests, (), shards=shards), Heard())
    return [folder / "runs" / f"{request.id}.duckdb" for request in requests]


def same(one: Path, other: Path) -> None:
    found, expected = rows_of(one), rows_of(other)
    assert found.keys() == expected.keys()
    assert len(expected["experts"]) > 500
    for table, frame in expected.items():
        pd.testing.assert_frame_equal(found[table], frame, obj=table)


@pytest.mark.parametrize("shards", [3, 7, len(WORDS)])
def test_shards_give_the_files_of_a_pass_that_is_not_cut(
    asked: tuple[RunRequest, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shards: int
) -> None:
    whole = run(asked, tmp_path / "whole", monkeypatch, 1)
    cut = run(asked, tmp_path / "cut", monkeypatch, shards)
    for one, other in zip(cut, whole, strict=True):
        same(one, other)
    assert sorted(path.name for path in (tmp_path / "cut" / "runs").iterdir()) == sorted(
        path.name for path in whole
    )


_DYING = """
import json, os, signal, sys
from explorer.jobs.kind import Context
from explorer.jobs.kinds.shard import SHARD

class Dying(Context):
    def report(self, progress):
        if progress.stage == "concepts" and progress.done == 2:
            os.kill(os.getpid(), signal.SIGKILL)

SHARD.run(SHARD.read(json.load(sys.stdin)), Dying())
"""


def test_a_killed_shard_goes_on_with_what_is_missing(
    asked: tuple[RunRequest, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (whole,) = run(asked[:1], tmp_path / "whole", monkeypatch, 1)
    shard, runs = Shard(2, 3), tmp_path / "runs"
    part = ShardOfPass(Pass(asked[:1], (), shards=3), shard)

    asks = json.dumps(SHARD.write(part))
    died = subprocess.run([sys.executable, "-c", _DYING], input=asks, text=True, cwd=PROJECT)
    assert died.returncode == -signal.SIGKILL
    assert not SHARD.finished(part)
    with pytest.raises(RunFileError, match=r"shard 1 of 3 of the run .* is not there"):
        merge(runs, asked[0], 3)
    for other in (Shard(1, 3), Shard(3, 3)):
        SHARD.run(dataclasses.replace(part, shard=other), Heard())
    with pytest.raises(RunFileError, match=r"shard 2 of 3 .* lacks 2 of its 4 concepts"):
        merge(runs, asked[0], 3)
    assert {left.path.name for left in leftovers(runs, {asked[0].id}) if left.superfluous} == {
        f"{each.stem(asked[0].id)}.partial.duckdb" for each in shards_of(3)
    }
    heard = Heard()
    EXTRACTION.run(Pass(asked[:1], (), shards=3), heard)
    assert "Resuming: 2 of 4 concepts are there already." in heard.lines
    assert "The shard 1 of 3 is there already." in heard.lines
    same(runs / f"{asked[0].id}.duckdb", whole)


def test_a_shard_of_another_request_is_refused(asked: tuple[RunRequest, ...]) -> None:
    runs = Path(os.environ["EXPERT_EXPLORER_CACHE"]) / "runs"
    first, other = asked
    for request in asked:
        for shard in shards_of(2):
            SHARD.run(ShardOfPass(Pass((request,), (), shards=2), shard), Heard())
    one, two = Shard(1, 2), Shard(2, 2)
    path = runs / f"{two.stem(first.id)}.partial.duckdb"
    shutil.copy(runs / f"{two.stem(other.id)}.partial.duckdb", path)
    with pytest.raises(RunFileError, match=f"{path.name} belongs to another request"):
        merge(runs, first, 2)
    shutil.copy(runs / f"{one.stem(first.id)}.partial.duckdb", path)
    with pytest.raises(RunFileError, match=r"shard 2 of 2 .* lacks 6 of its 6 concepts"):
        merge(runs, first, 2)
    path.write_bytes(b"no database")
    with pytest.raises(RunFileError, match="cannot be read"):
        merge(runs, first, 2)
    assert not (runs / f"{first.id}.duckdb").exists()


def test_a_pass_resumed_with_its_concepts_in_another_order_gives_each_its_own_experts(
    asked: tuple[RunRequest, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (whole,) = run(asked[:1], tmp_path / "whole", monkeypatch, 1)
    turned = dataclasses.replace(asked[0], concepts=asked[0].concepts[::-1])
    assert turned.id == asked[0].id
    with pytest.raises(Cancelled):
        EXTRACTION.run(
            Pass(asked[:1], ()), Heard(lambda h: bool(h.progress) and h.progress[-1].done == 2)
        )
    EXTRACTION.run(Pass((turned,), ()), Heard())
    same(tmp_path / "runs" / f"{turned.id}.duckdb", whole)


def test_how_a_pass_is_cut_is_no_part_of_its_identity(asked: tuple[RunRequest, ...]) -> None:
    for requests in (asked, asked[:1]):
        whole, cut = Pass(requests, ()), Pass(requests, (), shards=3)
        assert EXTRACTION.identity(cut) == EXTRACTION.identity(whole)
        assert EXTRACTION.read(EXTRACTION.write(cut)) == cut
        assert "shards" not in EXTRACTION.write(whole)
    parts = [ShardOfPass(Pass(asked, (), shards=3), shard) for shard in shards_of(3)]
    assert len({SHARD.identity(part) for part in parts}) == 3
    assert [SHARD.read(SHARD.write(part)) for part in parts] == parts
