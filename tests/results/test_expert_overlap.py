"""Overlap of expert sets as one chooses to compare them, against plain code."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.ratings import Ratings
from explorer.core.similarity import (
    BEYOND_CHANCE,
    JACCARD,
    OVERLAPS,
    Experts,
    Overlap,
    parse_overlap,
)
from explorer.core.tau import GRID, LOWEST, Tau
from explorer.results.alignment import alignment_of
from explorer.results.domains import concepts_with_domains
from explorer.results.expert_overlap import (
    expert_sets,
    fold_overlaps,
    mean_overlap,
    set_sizes,
    size_range,
    too_few,
)
from explorer.results.experts import ExpertTable, modules, stored_experts
from explorer.results.reading import similarity
from explorer.store.library import Library
from tests.support.fixtures import small_run

TOP = parse_overlap("top 50")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("runs")
    small_run(folder)
    return Library(folder)


@pytest.fixture(scope="module")
def run_id(library: Library) -> str:
    return library.runs()[0].id


def plain(table: ExpertTable, k: int) -> list[list[int]]:
    """Per concept and fold, the k units of highest AP, those of equal AP by number."""
    sets = []
    for first, last in zip(table.starts[:-1], table.starts[1:], strict=True):
        rows = sorted(range(first, last), key=lambda row: (-table.ap[row], table.unit[row]))
        sets.append(sorted(int(table.unit[row]) for row in rows[:k]))
    return sets


def listed(table: ExpertTable) -> list[list[int]]:
    pairs = zip(table.starts[:-1], table.starts[1:], strict=True)
    return [table.unit[first:last].tolist() for first, last in pairs]


@pytest.mark.parametrize("seed", range(20))
def test_the_best_of_each_are_those_of_plain_code_ties_included(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 30, 12)
    unit = np.concatenate([np.sort(rng.choice(100, n, replace=False)) for n in sizes])
    # Few different values: most edges are tied.
    ap = rng.choice(np.array([0.5, 0.6, 0.7, 0.9], np.float32), len(unit))
    table = ExpertTable(3, np.concatenate([[0], np.cumsum(sizes)]), unit, ap)
    for k in (1, 5, 10, 29, 100):
        assert listed(table.best_of_each(k)) == plain(table, k)


def test_sets_of_the_best_units_know_no_threshold(library: Library, run_id: str) -> None:
    found = expert_sets(library, run_id, Experts(LOWEST, TOP))
    assert listed(found) == plain(stored_experts(library, run_id), 50)
    for tau in GRID[1:]:
        assert np.array_equal(
            similarity(library, run_id, Experts(tau, TOP)),
            similarity(library, run_id, Experts(LOWEST, TOP)),
        )


@pytest.mark.parametrize("overlap", OVERLAPS, ids=lambda overlap: overlap.name)
def test_overlap_is_the_mean_over_folds_of_plain_code(
    library: Library, run_id: str, overlap: Overlap
) -> None:
    of = Experts(Tau.of(0.6), overlap)
    table, n_units = expert_sets(library, run_id, of), library.run(run_id).n_units
    places = np.repeat(np.arange(6), modules(library, run_id)["width"])
    total = np.zeros((table.n_concepts, table.n_concepts))
    for fold in range(table.n_folds):
        sets = [set(units.tolist()) for units in table.sets(fold)]
        for i, a in enumerate(sets):
            for j, b in enumerate(sets):
                value = len(a & b) / len(a | b) if a | b else 0.0
                if of.overlap.corrected:
                    value = corrected(value, a, b, places)
                total[i, j] += 1.0 if i == j else value
    found = similarity(library, run_id, of)
    np.testing.assert_allclose(found, total / table.n_folds, atol=1e-6)
    np.testing.assert_allclose(mean_overlap(library, run_id, of), found, atol=1e-6)
    np.testing.assert_allclose(fold_overlaps(library, run_id, of).mean(0), found, atol=1e-6)
    assert n_units == len(places)


def corrected(value: float, a: set[int], b: set[int], places: np.ndarray) -> float:
    """(J − E) ÷ (1 − E), E to second order as in `chance_overlap`, summed by hand."""
    mean = variance = 0.0
    for module in range(places.max() + 1):
        n = int((places == module).sum())
        m, k = (sum(places[u] == module for u in units) for units in (a, b))
        mean += m * k / n
        variance += m * k * (n - m) * (n - k) / n**2 / (n - 1)
    total = len(a) + len(b)
    expected = mean / (total - mean) + total * variance / (total - mean) ** 3 if total else 0.0
    return (value - expected) / (1 - expected)


def test_the_paper_s_overlap_is_what_the_file_holds(library: Library, run_id: str) -> None:
    stored = library.pair_overlap(run_id, 0.6)
    assert np.array_equal(similarity(library, run_id, Experts(Tau.of(0.6))), stored)
    np.testing.assert_allclose(
        mean_overlap(library, run_id, Experts(Tau.of(0.6))), stored, atol=1e-6
    )


def test_the_kind_of_overlap_changes_the_alignment(library: Library, run_id: str) -> None:

    measured = {
        overlap.name: alignment_of(
            library, run_id, Ratings("fixture", "test"), Experts(LOWEST, overlap)
        ).rho
        for overlap in OVERLAPS
    }
    assert len({round(value, 6) for value in measured.values()}) > 2


def test_domains_know_no_overlap_below_0(library: Library, run_id: str) -> None:
    of = Experts(LOWEST, BEYOND_CHANCE)
    assert similarity(library, run_id, of).min() < 0
    assert concepts_with_domains(library, run_id, of).matrix.min() == 0
    shown = concepts_with_domains(library, run_id, Experts(LOWEST)).matrix
    assert np.array_equal(shown, similarity(library, run_id, Experts(LOWEST)))


def test_concepts_with_fewer_units_than_asked_are_counted(library: Library, run_id: str) -> None:
    assert too_few(library, run_id, Experts(LOWEST)) == ""
    sizes = stored_experts(library, run_id).sizes
    for k in (50, 200):
        of = Experts(LOWEST, parse_overlap(f"top {k}"))
        short = int((sizes.min(1) < k).sum())
        told = too_few(library, run_id, of)
        assert set_sizes(library, run_id, of).max() <= k
        if short:
            assert f"{short} of 12 concepts" in told
            assert f"fewer than {k} units above the AP floor of the run, 0.5" in told
            assert f"the fewest {sizes.min()}" in told
        else:
            assert told == ""
    assert too_few(library, run_id, Experts(LOWEST, parse_overlap("top 200")))


@pytest.mark.parametrize("overlap", OVERLAPS, ids=lambda overlap: overlap.name)
def test_sizes_are_those_of_the_sets(library: Library, run_id: str, overlap: Overlap) -> None:
    of = Experts(Tau.of(0.6), overlap)
    expected = expert_sets(library, run_id, of).sizes
    np.testing.assert_array_equal(set_sizes(library, run_id, of), expected)


def test_the_range_of_sizes_is_that_of_the_sets_compared(library: Library, run_id: str) -> None:
    sizes = library.set_sizes(run_id)
    means = sizes[np.isclose(sizes["tau"], 0.6)].groupby("word")["size"].mean()
    found = size_range(library, run_id, Experts(Tau.of(0.6), JACCARD))
    assert found == (means.median(), means.min(), means.max())
