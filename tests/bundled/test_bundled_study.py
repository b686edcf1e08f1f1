"""What ships with the project is what it says it is."""

from __future__ import annotations

import subprocess

import pytest

from explorer.core import settings
from explorer.core.records import RunInfo
from explorer.core.similarity import EXPERTS, Experts
from explorer.core.tau import LOWEST
from explorer.jobs.kinds.study_passes import passes
from explorer.probes import bundled, probe_set
from explorer.probes.cleaning import fault, fingerprint
from explorer.probes.words import inflections
from explorer.results.alignment import alignment_points
from explorer.results.differences import difference_of
from explorer.results.view import view_of
from explorer.store.library import Library
from explorer.studies.study import load
from explorer.train.family import load as load_family

RUNS = settings.PROJECT / "cache" / "runs"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(RUNS)


@pytest.fixture(scope="module")
def shipped(library: Library) -> list[RunInfo]:
    """The runs under version control, the trained one first."""
    listed = subprocess.run(
        ["git", "ls-files", "cache/runs"], cwd=settings.PROJECT, capture_output=True, text=True
    )
    ids = {line.rsplit("/", 1)[-1].removesuffix(".duckdb") for line in listed.stdout.split()}
    return sorted(
        (run for run in library.runs() if run.id in ids),
        key=lambda run: run.request.checkpoint.step == 0,
    )


def test_the_study_has_enough_concepts_sentences_and_rated_pairs(
    library: Library, shipped: list[RunInfo]
) -> None:
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


def test_the_runs_are_a_model_its_twin_and_two_trajectories_on_the_same_sentences(
    shipped: list[RunInfo],
) -> None:
    digest = probe_set.load(probe_set.BUNDLED).info.digest
    assert {
        (run.request.probe_digest, run.request.n_positive, run.request.n_negative)
        for run in shipped
    } == {(digest, 100, 500)}
    twins = [run for run in shipped if run.request.checkpoint.model == "built-in"]
    assert [run.request.checkpoint.random_init for run in twins] == [None, 0]
    assert {(run.n_units, run.request.folds) for run in twins} == {(155_520, 4)}
    for family, name in (("neox-words", "5m"), ("neox-enwik8", "8m")):
        (size,) = (size for size in load_family(family).sizes if size.name == name)
        runs = [run for run in shipped if run.request.checkpoint.model == f"{family}-{name}"]
        losses = [
            run.training["held_out_loss"] for run in sorted(runs, key=step_of) if run.training
        ]
        assert len(runs) == len(losses) == 9
        assert losses == sorted(losses, reverse=True)
        assert {run.n_units for run in runs} == {9 * size.width * size.layers}


def step_of(run: RunInfo) -> int:
    return run.request.checkpoint.step or 0


def test_the_study_that_ships_names_exactly_the_runs_that_ship(shipped: list[RunInfo]) -> None:
    asked = {request.id for work in passes(load("bundled")) for request in work.requests}
    assert {run.id for run in shipped} == asked


def test_alignment_rises_over_the_training_on_plain_text(library: Library) -> None:
    view = view_of(library, run="c496d7b65e3ad0f1", human="MEN test")
    first, *_, last = view.selection.checkpoints(view.run)
    assert (first.request.checkpoint.step, last.id) == (0, view.run.id)
    ends = (last.id, Experts(LOWEST), first.id, Experts(LOWEST))
    rise = difference_of(library, *ends, view.rated)
    assert rise.delta == pytest.approx(0.214, abs=0.001)
    assert rise.low > 0
    points = alignment_points(library, [first, last], view.rated, Experts(LOWEST))
    experts = points[points["representation"] == EXPERTS]["rho"]
    assert experts.tolist() == pytest.approx([0.050, 0.265], abs=0.001)


def test_what_ships_stays_small() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "cache/runs"], cwd=settings.PROJECT, capture_output=True, text=True
    )
    assert sum((settings.PROJECT / name).stat().st_size for name in listed.stdout.split()) <= 60e6
