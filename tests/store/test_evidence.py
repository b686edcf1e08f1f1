"""Evidence files: what is written comes back, what is no evidence is refused."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from explorer.core.errors import RunFileError
from explorer.store.evidence import write_evidence
from explorer.store.evidence_folder import EvidenceFolder
from explorer.store.evidence_reading import describe_evidence, read_evidence
from explorer.store.library import Library
from explorer.store.packing import packed, unpacked
from tests.support.evidence import part_of, small_evidence
from tests.support.fixtures import small_run

pytestmark = pytest.mark.slow


@pytest.fixture
def study(tmp_path: Path) -> tuple[Library, str]:
    run_id = small_run(tmp_path / "runs").stem
    return Library(tmp_path / "runs"), run_id


def test_what_is_written_comes_back(study: tuple[Library, str]) -> None:
    library, run_id = study
    path = small_evidence(library, run_id)
    described = describe_evidence(path)
    assert (described.run_id, described.concepts) == (run_id, (0, 1))
    for concept in (0, 1):
        expected, got = part_of(library, run_id, concept), read_evidence(path, concept)
        for name in ("units", "expert", "sentences", "pooled"):
            np.testing.assert_array_equal(getattr(got, name), getattr(expected, name))
        assert got.tokens.keys() == expected.tokens.keys()
        for sentence, values in expected.tokens.items():
            np.testing.assert_array_equal(got.tokens[sentence], values)
            np.testing.assert_array_equal(got.spans[sentence], expected.spans[sentence])


def test_a_failure_on_the_way_leaves_nothing(study: tuple[Library, str]) -> None:
    library, run_id = study
    path = library.folder.parent / "evidence" / "x.duckdb"

    def parts():  # type: ignore[no-untyped-def]
        yield part_of(library, run_id, 0)
        raise RuntimeError("the model is gone")

    with pytest.raises(RuntimeError):
        write_evidence(path, run_id, parts(), lambda: {"greatest_error": 0.0})
    assert list(path.parent.iterdir()) == []


def test_a_concept_that_was_not_collected_is_refused(study: tuple[Library, str]) -> None:
    library, run_id = study
    with pytest.raises(RunFileError, match="does not hold this concept once"):
        read_evidence(small_evidence(library, run_id), 7)


def changed(query: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with duckdb.connect(str(path)) as con:
            con.execute(query)

    return change


HOSTILE: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("not a database"),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:9000]),
    "a-view": changed(
        "DROP TABLE tokens; CREATE VIEW tokens AS SELECT 0::SMALLINT AS concept, 0 AS sentence, "
        "[0] AS starts, [1] AS ends, content::BLOB AS responses FROM read_text('/etc/hostname')"
    ),
    "a-macro": changed("CREATE MACRO f(x) AS x + 1"),
    "more-tables": changed("CREATE TABLE more (x INTEGER)"),
    "other-columns": changed("ALTER TABLE units ADD COLUMN x INTEGER"),
    "no-meta": changed("DROP TABLE meta"),
    "no-kind": changed("DELETE FROM meta WHERE key = 'kind'"),
    "other-kind": changed("UPDATE meta SET value = '\"run\"' WHERE key = 'kind'"),
    "newer": changed("UPDATE meta SET value = '99' WHERE key = 'schema_version'"),
    "no-json": changed("UPDATE meta SET value = '{' WHERE key = 'concepts'"),
    "no-list": changed("UPDATE meta SET value = '5' WHERE key = 'concepts'"),
    "no-tokens-table": changed("DROP TABLE tokens"),
    "no-date": changed("UPDATE meta SET value = '\"soon\"' WHERE key = 'made'"),
}
INSIDE: dict[str, Callable[[Path], object]] = {
    "no-bytes": changed("UPDATE pooled SET responses = ''::BLOB"),
    "other-bytes": changed("UPDATE pooled SET responses = 'abc'::BLOB"),
    "more-sentences": changed("UPDATE pooled SET sentences = list_concat(sentences, [99999])"),
    "disorder": changed("UPDATE pooled SET sentences = list_reverse(sentences)"),
    "twice": changed("INSERT INTO pooled FROM pooled"),
    "no-units": changed("DELETE FROM units"),
    "tokens": changed("UPDATE tokens SET starts = starts[1:1]"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_evidence_is_told_and_takes_nothing_down(
    study: tuple[Library, str], kind: str
) -> None:
    library, run_id = study
    good = small_evidence(library, run_id)
    bad = good.with_name("bad.duckdb")
    bad.write_bytes(good.read_bytes())
    HOSTILE[kind](bad)
    with pytest.raises(RunFileError, match=r"bad\.duckdb"):
        describe_evidence(bad)
    folder = EvidenceFolder(good.parent)
    assert [file.path for file in folder.of_run(run_id)] == [good]
    assert [path for path, _ in folder.broken()] == [bad]


@pytest.mark.parametrize("kind", INSIDE)
def test_a_file_that_contradicts_itself_is_refused(study: tuple[Library, str], kind: str) -> None:
    library, run_id = study
    path = small_evidence(library, run_id)
    INSIDE[kind](path)
    with pytest.raises(RunFileError, match=path.name):
        read_evidence(path, 0)


def test_the_newest_file_of_a_run_counts(study: tuple[Library, str]) -> None:
    library, run_id = study
    path = small_evidence(library, run_id)
    newer = path.with_name("newer.duckdb")
    newer.write_bytes(path.read_bytes())
    changed("UPDATE meta SET value = '\"2099-01-01T00:00:00+00:00\"' WHERE key = 'made'")(newer)
    os.utime(newer, (0, 0))  # Copied with the date of a file that was made before.
    folder = EvidenceFolder(path.parent)
    assert [file.path.name for file in folder.of_run(run_id)] == ["newer.duckdb", path.name]
    newer.unlink()
    assert [file.path for file in folder.of_run(run_id)] == [path]
    assert folder.of_run("another") == []


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (50, 7)])
def test_packed_values_come_back_to_the_bit(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    np.testing.assert_array_equal(unpacked(packed(values), shape), values)


def test_bytes_that_would_swell_are_refused_before_they_do() -> None:
    bomb = packed(np.zeros(50_000_000, np.float32))
    tracemalloc.start()
    with pytest.raises(ValueError, match="are not 10 × 2 numbers"):
        unpacked(bomb, (10, 2))
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_responses_that_are_no_numbers_are_refused(study: tuple[Library, str]) -> None:
    library, run_id = study
    part = part_of(library, run_id, 0)
    part.pooled[3, 1] = np.nan
    path = library.folder.parent / "evidence" / "nan.duckdb"
    write_evidence(path, run_id, [part], lambda: {"greatest_error": 0.0})
    with pytest.raises(RunFileError, match="finite"):
        read_evidence(path, 0)
