"""Every door of the program where something from outside can enter."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.jobs import queue, supervisor
from explorer.jobs.folder import JobFolder
from explorer.models.checkpoints import load_checkpoint
from explorer.probes import probe_set
from explorer.results.library import open_library
from explorer.results.view import parse_view
from tests.hostile.case import Door, Hostile, Text
from tests.hostile.place import Place, copied, put_back, said_by
from tests.hostile.words import Address

SIZES = "--positives 20 --negatives 40 --folds 2"
EXTRACT = f"extract --probes fixture {SIZES} --dry-run"


def told(ask: Callable[[], object]) -> str:
    """The sentence with which something is refused."""
    with pytest.raises(ExplorerError) as refused:
        ask()
    return said_by(refused.value)


def command(
    line: str, *, ending: str = "", said: str = "", taken: Sequence[str] = (), fails: bool = True
) -> Door:
    """A command line with {} where the input goes: a text, or the path of a file.

    fails: whether the command must end with another exit code than 0.
    """

    def put(place: Place, given: Hostile | Text) -> str:
        if isinstance(given, Text):
            named = given.text
        else:
            path = place.fresh(ending)
            made = given.make(path)
            named = str(made) if isinstance(made, str | Path) else str(path)
        arguments = [
            part.replace("RUN", place.run.stem).replace("{}", named) for part in line.split()
        ]
        code, shown = place.command(*arguments)
        assert code or not fails, f"taken: {arguments} {shown}"
        return shown

    return Door(f"explorer {line} {ending}".strip(), put, said, taken)


def probe_set_named(place: Place, hostile: Hostile) -> str:
    """A probe set by name, beside a good one."""
    path = place.folder / "probes" / "stranger.parquet"
    hostile.make(path)
    try:
        assert [info.name for info in probe_set.available()][-1] == "fixture"
        assert "stranger" in probe_set.names()
        return told(lambda: probe_set.load("stranger"))
    finally:
        put_back(path, None)


def probe_set_in(line: str, *, fails: bool = True) -> Door:
    """A command while a hostile probe set is there."""

    def put(place: Place, hostile: Hostile) -> str:
        path = place.folder / "probes" / "stranger.parquet"
        hostile.make(path)
        try:
            code, shown = place.command(*line.split())
            assert bool(code) == fails, shown
            return shown
        finally:
            put_back(path, None)

    return Door(f"explorer {line}", put)


def probe_sets_page(place: Place, hostile: Hostile) -> str:
    """The page of probe sets, on the hostile one."""
    path = place.folder / "probes" / "stranger.parquet"
    hostile.make(path)
    try:
        return place.page("probe_sets", probes="stranger")
    finally:
        put_back(path, None)


def job_list(place: Place, hostile: Hostile) -> str:
    """The queue, as pages and commands list it."""
    job_id = place.spoilt_job(hostile)
    jobs = {job.id: job for job in queue.jobs()}
    assert set(jobs) == {place.job, job_id}
    assert jobs[place.job].state == "cancelled"
    job = jobs[job_id]
    assert (job.state == "damaged") == bool(hostile.said)
    for words in (job.title, job.summary, job.kept, job.message, job.error, job.hint):
        words.encode("utf-8")
    queue.outcomes(job_id)
    queue.log_tail(job_id)
    JobFolder(job_id).write_log("A line.")
    queue.forget(job_id)
    assert [other.id for other in queue.jobs()] == [place.job]
    return job.error


def job_command(line: str, *, said: str = "", code: int | None = None) -> Door:
    """A command about a spoilt job, ID in the line."""

    def put(place: Place, hostile: Hostile) -> str:
        job_id = place.spoilt_job(hostile)
        got, shown = place.command(*line.replace("ID", job_id).split())
        assert code is None or got == code, shown
        return shown

    return Door(f"explorer {line}", put, said)


def server_start(place: Place, hostile: Hostile) -> str:
    """The start of the server, which looks at every job."""
    place.spoilt_job(hostile)
    supervisor.start()
    supervisor.stop()
    return ""


def job_page(place: Place, hostile: Hostile) -> str:
    """The page of a spoilt job."""
    return place.page("extract", job=place.spoilt_job(hostile))


def report_page(place: Place, hostile: Hostile) -> str:
    """The page of a hostile draft."""
    path = place.folder / "reports" / "stranger.toml"
    path.parent.mkdir(exist_ok=True)
    hostile.make(path)
    try:
        return place.page("report", draft="stranger")
    finally:
        put_back(path, None)


def model_loaded(place: Place, hostile: Hostile) -> str:
    """A folder of a model, loaded."""
    folder = copied(place.model, place.fresh())
    hostile.make(folder)
    return told(lambda: load_checkpoint(Checkpoint.named(str(folder))))


def model_in(line: str) -> Door:
    """A command that is given the folder of a model."""

    def put(place: Place, hostile: Hostile) -> str:
        folder = copied(place.model, place.fresh())
        hostile.make(folder)
        code, shown = place.command(*line.replace("{}", str(folder)).split())
        assert code, shown
        return shown

    return Door(f"explorer {line}", put)


def _spoilt(place: Place, hostile: Hostile) -> object:
    path = place.fresh() / "tiny.gguf"
    path.parent.mkdir()
    shutil.copy(place.gguf, path)
    return hostile.make(path) or path


def gguf_loaded(place: Place, hostile: Hostile) -> str:
    """A GGUF file, loaded."""
    given = _spoilt(place, hostile)
    return told(lambda: load_checkpoint(Checkpoint.named(str(given))))


def gguf_in(line: str) -> Door:
    """A command that is given a GGUF file."""

    def put(place: Place, hostile: Hostile) -> str:
        given = _spoilt(place, hostile)
        code, shown = place.command(*line.replace("{}", str(given)).split())
        assert code, shown
        return shown

    return Door(f"explorer {line}", put)


def environment(variable: str, line: str) -> Door:
    """A command where a variable of the environment has the text."""

    def put(place: Place, text: Text) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(variable, text.text)
            return place.command(*line.split())[1]

    return Door(f"{variable}, explorer {line}", put)


def view_parameter(name: str) -> Door:
    """A parameter of the address of a view, as exports and pages parse it."""

    def put(place: Place, text: Text) -> str:
        view, misfits = parse_view(open_library(), {name: text.text})
        assert view is not None
        assert view.run.id == place.run.stem
        return "\n".join(misfit.sentence for misfit in misfits)

    return Door(f"the address of a view, {name}", put, f"asks for {name}")


@functools.cache
def _page(place: Place, address: Address) -> str:
    return place.page(address.page, **dict(address.parameters))


def page_address(place: Place, given: Address) -> str:
    """A page whose address has every parameter wrong at once."""
    return _page(place, given._replace(name="", said=""))
