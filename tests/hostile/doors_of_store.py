"""The doors of run files and of evidence files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from explorer.core.errors import ExplorerError
from explorer.results import responses
from explorer.results.collected import evidence_files
from explorer.results.library import open_library
from explorer.results.view import view_of
from explorer.store.evidence_folder import EvidenceFolder
from explorer.store.library import Library
from explorer.store.queries import QUERIES
from explorer.store.run.write import RunWriter
from tests.hostile.case import Door, Hostile
from tests.hostile.doors import told
from tests.hostile.place import Place, copied, said_by
from tests.support.fixtures import FakeExtraction, small_request


def among_all(inputs: Sequence[Hostile], ask: Callable[[Place], str]) -> Door:
    """One look at the folder of runs when every hostile file lies there at once."""

    @functools.cache
    def asked(place: Place) -> str:
        with place.strangers_among_runs(inputs):
            return ask(place)

    def put(place: Place, hostile: Hostile) -> str:
        name = f"stranger{inputs.index(hostile):02}"
        lines = [line for line in asked(place).splitlines() if name in line]
        assert lines, asked(place)
        return "\n".join(lines)

    return Door(ask.__doc__ or "", put, at_once=len(inputs))


def runs_list(place: Place) -> str:
    """explorer runs list, of all at once"""
    return place.command("runs", "list")[1]


def overview(place: Place) -> str:
    """the overview page, of all at once"""
    return place.page("overview")


def opened(place: Place) -> str:
    """open_library(), of all at once"""
    found = open_library()
    assert view_of(found).run.id == place.run.stem
    return "\n".join(sentence for _, sentence in found.broken())


LOOKS = (runs_list, overview, opened)


def library(inputs: Sequence[Hostile]) -> Door:
    """A run file alone beside a good one, as the library reads the folder."""

    def put(place: Place, hostile: Hostile) -> str:
        runs = place.strangers(inputs)[inputs.index(hostile)]
        other = copied(place.other_run, runs / place.other_run.name)
        found = Library(runs)
        assert [run.path for run in found.runs()] == [str(other)]
        ((_, sentence),) = found.broken()
        assert Library(runs).broken() == found.broken()
        for table in QUERIES:
            assert len(found.export(found.runs()[0].id, table))
        return sentence

    return Door("the library", put)


def unfinished(place: Place, hostile: Hostile) -> str:
    """A file in place of an unfinished run: it is set aside or refused."""
    request = small_request(seed=5)
    runs = place.fresh()
    runs.mkdir()
    partial = copied(place.run, runs / f"{request.id}.partial.duckdb")
    hostile.make(partial)
    fake = FakeExtraction(request)
    heard: list[str] = []
    try:
        with RunWriter(
            runs, request, fake.modules, fake.sentences, fake.draws, [], {}, heard.append
        ) as writer:
            assert writer.done == set()
    except ExplorerError as error:
        heard.append(said_by(error))
    assert not (runs / f"{request.id}.duckdb").exists()
    return "\n".join(heard)


def evidence_folder(place: Place, hostile: Hostile) -> str:
    """The folder of evidence, as results ask it."""
    folder = place.fresh()
    folder.mkdir()
    copied(place.evidence, folder / "good.duckdb")
    hostile.make(copied(place.evidence, folder / "stranger.duckdb"))
    found = EvidenceFolder(folder)
    assert [file.path.name for file in found.of_run(place.run.stem)] == ["good.duckdb"]
    ((_, sentence),) = found.broken()
    return sentence


def evidence_of_run(place: Place, hostile: Hostile) -> str:
    """The responses of a concept, as exhibits ask for them."""
    with place.spoilt(place.evidence, hostile):
        view = view_of(open_library())
        if not evidence_files(view.library, view.run.id):
            assert responses.concept_responses(view, "cat") is None
            return ""
        return told(lambda: responses.concept_responses(view, "cat"))


def evidence_listed(place: Place, hostile: Hostile) -> str:
    """The list of runs, which tells of evidence too."""
    with place.spoilt(place.evidence, hostile):
        code, shown = place.command("runs", "list")
    assert code == 0
    assert place.run.stem in shown
    return shown


def units_page(place: Place, hostile: Hostile) -> str:
    """The page of a unit."""
    with place.spoilt(place.evidence, hostile):
        return place.page("units", unit=place.unit, of="cat")
