"""A cache with one good entry of every kind, in which hostile inputs are tried."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer import cli
from explorer.core.errors import ExplorerError
from explorer.core.settings import PROJECT
from explorer.jobs import queue
from explorer.jobs.folder import JobFolder
from explorer.results import responses
from explorer.results.view import view_of
from explorer.store.library import Library
from tests.support import gguf_files, tiny
from tests.support.evidence import small_evidence
from tests.support.fixtures import small_run
from tests.support.reading import texts
from tests.support.workbench import Workbench

SECRET = "the content of a file of the server"
_PASSING = (".index.json", ".locks")


class Place:
    """What the doors open on: a run, its evidence, a probe set, a cancelled job and a
    model.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bench = Workbench(folder / "cache", monkeypatch)
        self.env = monkeypatch.setenv
        self.folder, self.runs = self.bench.folder, self.bench.runs
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        (folder / "secret.txt").write_text(SECRET)
        monkeypatch.setattr("explorer.core.settings.bundled_dir", lambda: folder / "bundled")
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        self.env("PIP_NO_INDEX", "1")
        self.run = small_run(self.runs)
        self.evidence = small_evidence(Library(self.runs), self.run.stem)
        self.job = self.bench.submit(self.bench.request(seed=9), start=False).id
        queue.cancel(self.job)
        other = self.bench.submit(self.bench.request(seed=8), start=False).id
        queue.cancel(other)
        self._whole_job = self.inbox.parent / other
        JobFolder(other).path.rename(self._whole_job)
        self._strangers: list[Path] = []
        self._n = 0
        assert self.unit
        self._before = self.entries()

    @functools.cached_property
    def model(self) -> Path:
        """A tiny model, to be copied."""
        return tiny.checkpoint(self.inbox.parent / "model", "gpt_neox")

    @functools.cached_property
    def gguf(self) -> Path:
        """A tiny model as a GGUF file, to be copied."""
        folder = gguf_files.checkpoint(self.inbox.parent / "of-gguf", "llama")
        return gguf_files.write(self.inbox.parent / "tiny.gguf", folder, "llama")

    @functools.cached_property
    def other_run(self) -> Path:
        """A good run of another seed, in another folder."""
        return small_run(self.inbox.parent / "other", seed=1)

    @functools.cached_property
    def unit(self) -> str:
        """A unit whose responses to “cat” are in the evidence, as an address names
        it.
        """
        library = Library(self.runs)
        view = view_of(library)
        number = int(responses.units_with_evidence(view, "cat")["unit"].iloc[-1])
        modules = library.modules(self.run.stem)
        held = modules[modules["first_unit"] <= number].iloc[-1]
        return f"{held['name']}:{number - held['first_unit']}"

    def strangers(self, inputs: Sequence[Any]) -> list[Path]:
        """Folders of runs that hold one hostile file each, made once."""
        if not self._strangers:
            (self.inbox / "secret.txt").write_text(SECRET)
            for number, hostile in enumerate(inputs):
                folder = self.inbox / f"runs{number:02}"
                folder.mkdir()
                hostile.make(copied(self.run, folder / f"stranger{number:02}.duckdb"))
                self._strangers.append(folder)
        return self._strangers

    @contextlib.contextmanager
    def strangers_among_runs(self, inputs: Sequence[Any]) -> Iterator[None]:
        """All of them at once in the folder of the good run."""
        moved = [
            (path, self.runs / path.name)
            for folder in self.strangers(inputs)
            for path in folder.glob("*stranger*")
        ]
        for path, there in moved:
            path.rename(there)
        try:
            yield
        finally:
            for path, there in moved:
                there.rename(path)

    def spoilt_job(self, hostile: Any) -> str:
        """The id of a cancelled job whose folder was made hostile; it is gone after
        the case.
        """
        job_id = self._whole_job.name
        hostile.make(copied(self._whole_job, JobFolder(job_id).path))
        return job_id

    @contextlib.contextmanager
    def spoilt(self, path: Path, hostile: Any) -> Iterator[None]:
        """A file of the cache made hostile, and as it was afterwards."""
        kept = self.inbox.parent / f"kept-{path.name}"
        shutil.copy2(path, kept)
        try:
            hostile.make(path)
            yield
        finally:
            for beside in path.parent.glob(f"*{path.stem}*"):
                put_back(beside, None)
            shutil.copy2(kept, path)

    def fresh(self, ending: str = "") -> Path:
        """A path where nothing is, outside the cache."""
        self._n += 1
        return self.inbox / f"stranger-{self._n}{ending}"

    def entries(self) -> dict[str, int]:
        """Path → time of the last change of everything in the cache that is to last;
        of jobs the one that was there first.
        """
        jobs = self.folder / "jobs"
        return {
            str(path.relative_to(self.folder)): path.lstat().st_mtime_ns
            for path in self.folder.rglob("*")
            if not path.is_dir()
            and not any(part in _PASSING for part in path.parts)
            and (jobs not in path.parents or jobs / self.job in path.parents)
        }

    def check_entries(self) -> None:
        """Nothing was written or changed, nothing half written, and what was there is
        listed.
        """
        before, self._before = self._before, self.entries()
        changed = set(before.items()) ^ set(self._before.items())
        assert not changed, sorted(changed)

    def forget_jobs(self) -> None:
        """Remove the jobs that a case made."""
        for path in (self.folder / "jobs").iterdir():
            if path.name not in (self.job, *_PASSING):
                shutil.rmtree(path)

    def check_listed(self) -> None:
        """Every good entry still stands in the list of its kind."""
        for command, name in (
            (("runs", "list"), self.run.stem),
            (("probes", "list"), "fixture"),
            (("status",), self.job),
        ):
            code, told = self.command(*command)
            assert code == 0, told
            assert name in told, told

    def command(self, *arguments: str) -> tuple[int, str]:
        """Exit code of a command, and all that it prints."""
        out = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                code = cli.main(arguments)
            except SystemExit as left:
                code = int(left.code or 0)
        told = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
        assert "Traceback" not in told, told
        assert "unexpected" not in told, told
        assert SECRET not in told
        return code, told

    def refused(self, *arguments: str) -> str:
        """What a command tells, which must refuse what it was given."""
        code, told = self.command(*arguments)
        assert code != 0, f"taken: {arguments} {told}"
        return told

    def page(self, name: str, **params: str) -> str:
        """All that a page writes; it must have no exception."""
        app = AppTest.from_file(str(PROJECT / "explorer/ui/main.py"), default_timeout=30)
        app.query_params = dict(params)
        if name != "overview":
            app.switch_page(f"../../pages/{name}.py")
        app.run()
        assert not app.exception, app.exception
        told = texts(app)
        assert "Something went wrong" not in told, told
        assert SECRET not in told
        told.encode("utf-8")
        return told


def said_by(error: ExplorerError) -> str:
    """The sentence that a page or a command would show."""
    text = str(error)
    text.encode("utf-8")
    return text


def copied(source: Path, target: Path) -> Path:
    """A copy of a file or folder; the target may be there."""
    if source.is_dir():
        return Path(shutil.copytree(source, target, symlinks=True))
    return Path(shutil.copy(source, target))


def put_back(path: Path, content: bytes | None) -> None:
    """Whatever stands at a path goes; a content takes its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
    if content is not None:
        path.write_bytes(content)
