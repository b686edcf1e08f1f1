"""What ships with the project is what it says it is."""

from __future__ import annotations

import subprocess

import pytest

from explorer import settings
from explorer.jobs import study as jobs
from explorer.probes import bundled, probe_set
from explorer.probes.cleaning import fault, fingerprint
from explorer.probes.words import inflections
from explorer.records import RunInfo
from explorer.store.read import Library
from explorer.studies.study import load

RUNS = settings.PROJECT / "cache" / "runs"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(RUNS)


@pytest.fixture(scope="module")
def shipped(library: Library) -> list[RunInfo]:
    """The runs under version control, the trained one first."""
    listed = subprocess.run(["git", "ls-files", "cache/runs"], cwd=settings.PROJECT, capture_output=True, text=True)
    ids = {line.rsplit("/", 1)[-1].removesuffix(".duckdb") for line in listed.stdout.split()}
    return sorted((run for run in library.runs() if run.id in ids), key=lambda run: run.request.checkpoint.step == 0)


def test_the_study_has_enough_concepts_sentences_and_rated_pairs(library: Library, shipped: list[RunInfo]) -> None:
    info = probe_set.load(probe_set.BUNDLED).info
    assert len(info.sizes) >= 150
    assert min(info.sizes.values()) >= 250
    assert set(info.concepts) == set(bundled.concepts())
    assert all(len(library.human_pairs(run.id, "MEN", "test")) >= 290 for run in shipped)


def test_ten_domains_of_four_include_the_paper_s_words() -> None:
    domains = bundled.domains()
    assert sorted(map(list(domains.values()).count, set(domains.values()))) == [4] * 10
    named = {"cat", "dog", "cheetah", "horse", "bike", "bus", "car", "vehicle", "driver", "racing"}
    assert named <= set(domains)
    assert domains["racing"] == "sport"
    assert domains["driver"] == "occupation"


def test_every_sentence_is_distinct_and_contains_its_concept() -> None:
    for concept, rows in probe_set.load(probe_set.BUNDLED).sentences.items():
        assert len({fingerprint(row.text) for row in rows}) == len(rows)
        assert not [row.text for row in rows if fault(row.text, inflections(concept))]
        assert {row.source for row in rows} == {"SmolLM2-135M-Instruct"}


def test_the_runs_are_the_model_and_its_untrained_twin_on_the_same_sentences(shipped: list[RunInfo]) -> None:
    trained, twin = shipped
    assert trained.request.checkpoint.random_init is None
    assert twin.request.checkpoint.random_init == 0
    assert trained.request.probe_digest == twin.request.probe_digest == probe_set.load(probe_set.BUNDLED).info.digest
    for run in shipped:
        design = run.request
        assert (design.n_positive, design.n_negative) == (100, 500)
        assert design.folds >= 4
        assert run.n_units == 155_520


def test_the_study_stays_small(shipped: list[RunInfo]) -> None:
    assert sum(run.size_bytes for run in shipped) < 45e6


def test_the_study_that_ships_names_exactly_the_runs_that_ship(shipped: list[RunInfo]) -> None:
    asked = {request.id for work in jobs.passes(load("bundled")) for request in work.requests}
    assert {run.id for run in shipped} == asked


def test_what_ships_stays_small() -> None:
    listed = subprocess.run(["git", "ls-files", "cache/runs"], cwd=settings.PROJECT, capture_output=True, text=True)
    assert sum((settings.PROJECT / name).stat().st_size for name in listed.stdout.split()) <= 60e6
