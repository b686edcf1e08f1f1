"""Bundles: the same results elsewhere, and nothing of what should not be taken in."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from explorer.bundles.exporting import chosen_runs, export_bundle, words_without_order
from explorer.bundles.importing import import_bundle
from explorer.bundles.members import MANIFEST
from explorer.cli import main
from explorer.core.errors import ExplorerError, InputError
from explorer.core.records import Sentence
from explorer.exhibits import EXHIBITS, exhibit
from explorer.probes import probe_set
from explorer.probes.folding import tokens
from explorer.reports import drafts
from explorer.reports.report import Report, Shown, Source
from explorer.results.view import view_of
from explorer.store.library import Library
from tests.support.evidence import small_evidence
from tests.support.fixtures import small_run

STUDY = 'title = "t"\nprobe_sets = ["fixture"]\n[[models]]\nmodel = "built-in"\n'


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs, evidence, a report and a study as a file; the cache is then an empty
    one.
    """
    cache = tmp_path / "here"
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(cache))
    run = small_run(cache / "runs")
    small_run(cache / "runs", random_init=0)
    library = Library(cache / "runs")
    small_evidence(library, run.stem)
    drafts.save_new("mine", Report("t", (Shown(Source("headline")),)))
    (tmp_path / "plan.toml").write_text(STUDY)
    path = tmp_path / "all.zip"
    names = export_bundle(
        path,
        library,
        chosen_runs(library, ["all"]),
        reports=["mine"],
        studies=[tmp_path / "plan.toml"],
    )
    assert len(names) == 5
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "there"))
    return path


def remade(bundle: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The bundle with other members, its manifest telling their digests."""
    with zipfile.ZipFile(bundle) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(members.pop(MANIFEST))
    change(members)
    files = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    members[MANIFEST] = json.dumps({**manifest, "files": files}).encode()
    return packed_as(bundle.with_name("other.zip"), members)


def packed_as(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def refused(path: Path, sentence: str) -> None:
    """It is refused in this sentence, and no file of it is in the cache."""
    with pytest.raises(ExplorerError, match=f"(?s){sentence}"):
        import_bundle(path)
    there = path.parent / "there"
    assert [file for file in there.rglob("*") if file.is_file()] == []
    assert list(there.glob(".bundle-*")) == []


def test_another_cache_shows_the_same_numbers(bundle: Path) -> None:
    first, second = bundle.parent / "here", bundle.parent / "there"
    places = import_bundle(bundle)
    assert len(places) == 5
    assert all(place.is_relative_to(second) for place in places.values())
    views = [view_of(Library(cache / "runs")) for cache in (first, second)]
    compared = 0
    for name, row in EXHIBITS.items():
        if row.page in ("probe_sets", "sentence") or row.lacking(views[0]) is not None:
            continue
        assert row.lacking(views[1]) is None, name
        tables = [exhibit(name, view).data for view in views]
        pd.testing.assert_frame_equal(*tables)
        compared += 1
    assert compared > 15
    assert drafts.read("mine").title == "t"


def test_what_is_there_already_stays(bundle: Path) -> None:
    first = import_bundle(bundle)
    stamps = {place: place.stat().st_mtime_ns for place in first.values()}
    assert import_bundle(bundle) == first
    assert {place: place.stat().st_mtime_ns for place in first.values()} == stamps


def test_another_report_of_the_same_name_stays_beside(bundle: Path) -> None:
    drafts.save_new("mine", Report("of somebody else"))
    places = import_bundle(bundle)
    assert drafts.read("mine").title == "of somebody else"
    assert drafts.read(places["reports/mine.toml"].stem).title == "t"


def test_another_run_of_the_same_id_is_never_replaced(bundle: Path) -> None:
    run = small_run(bundle.parent / "there" / "runs", quality=0.5)
    content = run.read_bytes()
    with pytest.raises(InputError, match="is there already, with another content"):
        import_bundle(bundle)
    assert run.read_bytes() == content
    assert [file.name for file in run.parent.glob("*.duckdb")] == [run.name]


def test_probe_sets_go_along_or_only_their_digests(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = bundle.parent / "here"
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(here))
    library = Library(here / "runs")
    (run, *_) = library.runs()
    rows = [Sentence("cat", "The cat sleeps on the mat.", "x")]
    info = probe_set.save(run.request.probe_set, rows, {})
    told = export_bundle(bundle, library, [run])
    assert f"probes/{info.name}.parquet" not in told, "another content than the run read"
    with zipfile.ZipFile(bundle) as packed:
        told_of = json.loads(packed.read(MANIFEST))["probe_sets"]
    assert told_of == {run.request.probe_set: run.request.probe_digest}


def _cut(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("runs/"))
    members[name] = members[name][: len(members[name]) // 2]


CHANGES: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "a path that climbs": (lambda m: m.update({"runs/../../x.duckdb": b""}), "no part of a bundle"),
    "a path from the root": (lambda m: m.update({"/etc/x": b""}), "no part of a bundle"),
    "a folder of its own": (lambda m: m.update({"pages/x.py": b""}), "no part of a bundle"),
    "a run cut off": (_cut, "is refused: .*truncated"),
    "a run that is none": (lambda m: m.update({f"runs/{'a' * 16}.duckdb": b"x"}), "is refused"),
    "evidence that is none": (lambda m: m.update({f"evidence/{'a' * 16}.duckdb": b"x"}), "is not"),
    "a probe set that is none": (lambda m: m.update({"probes/x.parquet": b"x"}), "not a readable"),
    "a report that is none": (lambda m: m.update({"reports/x.toml": b"a ="}), "not TOML"),
    "a study that is none": (lambda m: m.update({"studies/x.toml": b"a = 1"}), "unknown key"),
    "a bomb": (lambda m: m.update({"reports/x.toml": bytes(60_000_000)}), "would grow from"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_member_that_should_not_be_there_keeps_all_out(bundle: Path, name: str) -> None:
    change, sentence = CHANGES[name]
    refused(remade(bundle, change), sentence)


def test_a_file_that_is_no_bundle_is_refused(bundle: Path) -> None:
    path = bundle.with_name("other.zip")
    for content, sentence in (
        (b"no zip", "no bundle that can be read"),
        (bundle.read_bytes()[:-4000], "no bundle that can be read"),
        (b"", "no bundle that can be read"),
    ):
        path.write_bytes(content)
        refused(path, sentence)
    refused(packed_as(path, {"a.txt": b""}), f"holds no {MANIFEST}")
    refused(packed_as(path, {MANIFEST: b"[]"}), "no table")
    refused(packed_as(path, {MANIFEST: b'{"kind": "run"}'}), "says that it is “run”")
    newer = json.dumps({"kind": "bundle", "schema_version": 9}).encode()
    refused(packed_as(path, {MANIFEST: newer}), "version 9.*Update")
    refused(bundle.parent, "is a folder")


def test_a_manifest_that_says_otherwise_is_refused(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    path, manifest = bundle.with_name("other.zip"), json.loads(members[MANIFEST])
    one = next(iter(manifest["files"]))
    other = {**manifest, "files": {**manifest["files"], one: "0" * 64}}
    refused(packed_as(path, members | {MANIFEST: json.dumps(other).encode()}), "sha256 is another")
    del members[one]
    refused(packed_as(path, members), "members are not those")


def test_a_link_and_a_file_twice_are_refused(bundle: Path) -> None:
    path = bundle.with_name("other.zip")
    link = zipfile.ZipInfo("reports/x.toml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(link, "/etc/passwd")
        packed.writestr(MANIFEST, "{}")
    refused(path, "no regular file")
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(MANIFEST, "{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr(MANIFEST, "{}")
    refused(path, "holds a file twice")


def test_the_commands_hand_a_bundle_on(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bundle", "import", str(bundle)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    again = bundle.with_name("again.zip")
    assert main(["bundle", "export", str(again), "--runs", "all", "--report", "mine"]) == 0
    assert zipfile.is_zipfile(again)
    for arguments in (["--runs", "zz"], ["--runs", "all", "--report", "gone"], ["--runs", ""]):
        assert main(["bundle", "export", str(again), *arguments]) != 0


def test_without_sentences_no_sentence_can_be_read_and_every_number_is_the_same(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = bundle.parent / "here"
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(cache))
    path = bundle.parent / "bare.zip"
    assert main(["bundle", "export", str(path), "--runs", "all", "--without-sentences"]) == 0
    full = Library(cache / "runs")
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(bundle.parent / "there"))
    places = import_bundle(path)
    assert [name for name in places if not name.startswith("runs/")] == []
    bare = Library(bundle.parent / "there" / "runs")
    assert bare.broken() == []

    # What units answer to single sentences is no part of such a bundle.
    shutil.rmtree(cache / "evidence")
    views = [view_of(library) for library in (full, bare)]
    texts = full.texts(views[0].run.id)
    content = b"".join(place.read_bytes() for place in places.values())
    stored = bare.words(views[1].run.id)["text"]
    assert not set(stored) & {text for text in texts if len(text.split()) > 3}
    assert not any(text.encode() in content for text in texts)
    compared = 0
    for name, row in EXHIBITS.items():
        if row.page in ("probe_sets", "sentence") or row.lacking(views[1]) is not None:
            continue
        pd.testing.assert_frame_equal(*(exhibit(name, view).data for view in views))
        compared += 1
    assert compared > 12

    run = views[1].run.id
    assert "left out when it was handed on" in str(EXHIBITS["concept-sentences"].lacking(views[1]))
    capsys.readouterr()
    for command in (["export", run, "sentences"], ["evidence", run, "--concepts", "cat,dog"]):
        assert main(command) == 2
        assert "The sentences of this run were left out" in capsys.readouterr().err


def test_words_without_order_are_the_same_words() -> None:
    texts = ["The cat slept by the door.", "A café, a C++ book; ice-cream!"]
    pooled = words_without_order(texts)
    assert pooled == ["a a book by c++ café", "cat cream door ice slept the the"]
    assert sorted(t for text in texts for t in tokens(text)) == sorted(tokens(" ".join(pooled)))
