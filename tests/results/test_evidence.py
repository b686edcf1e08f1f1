"""Experts as arrays and the ladder of a run, against plain code on its tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, hypergeom

from explorer.core.tau import LOWEST, Tau
from explorer.measure.alignment import holm
from explorer.measure.evidence.ladder import BEYOND_WORDS, LEARNED, RUNGS, SELECTIVE, STABLE
from explorer.measure.evidence.popularity import expected_shared
from explorer.measure.evidence.selective import null_ap
from explorer.measure.overlap import jaccard
from explorer.results.evidence import concept_evidence, evidence_of_unit, unit_evidence
from explorer.results.experts import experts, names_of, with_places
from explorer.results.pair_evidence import expected_overlaps, pair_evidence
from explorer.results.where import experts_by_module
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, small_run

TAUS = (LOWEST, Tau.of(0.7))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, str, str]:
    """A trained run and its twin."""
    folder = tmp_path_factory.mktemp("runs")
    trained, twin = small_run(folder).stem, small_run(folder, random_init=0, quality=0.0).stem
    return Library(folder), trained, twin


def sets_of(library: Library, run_id: str, word: str, tau: Tau) -> list[set[tuple[str, int]]]:
    rows = library.export(run_id, "experts")
    rows = rows[(rows["word"] == word) & (rows["ap"] > np.float32(tau.value))]
    folds = library.run(run_id).request.folds
    return [
        set(zip(part["module"], part["index"], strict=True))
        for part in (rows[rows["fold"] == fold] for fold in range(folds))
    ]


@pytest.mark.parametrize("tau", TAUS)
def test_expert_sets_are_those_of_the_stored_table(
    runs: tuple[Library, str, str], tau: Tau
) -> None:
    library, run_id, _ = runs
    found = experts(library, run_id, tau)
    for concept, word in enumerate(CONCEPTS):
        plain = sets_of(library, run_id, word, tau)
        for fold, units in enumerate(found.folds_of(concept)):
            places = with_places(library, run_id, pd.DataFrame({"unit": units}))
            assert set(zip(places["module"], places["index"], strict=True)) == plain[fold]
            assert found.sizes[concept, fold] == len(plain[fold])
            np.testing.assert_array_equal(found.sets(fold)[concept], units)


def test_units_of_a_concept_are_what_the_library_says_of_them(
    runs: tuple[Library, str, str],
) -> None:
    library, run_id, _ = runs
    found = experts(library, run_id, LOWEST)
    for concept, word in enumerate(CONCEPTS[:4]):
        units = with_places(library, run_id, found.units_of(concept))
        plain = library.experts(run_id, word).set_index(["module", "index"])
        mine = units.set_index(["module", "index"]).loc[plain.index]
        np.testing.assert_allclose(mine["ap"], plain["ap"], rtol=1e-6)
        np.testing.assert_array_equal(mine["folds"], plain["folds"])
        assert (units["low"] <= units["ap"] + 1e-9).all()
        assert (units["ap"] <= units["high"] + 1e-9).all()


def test_how_many_concepts_a_unit_serves_is_counted_over_folds_once(
    runs: tuple[Library, str, str],
) -> None:
    library, run_id, _ = runs
    rows = library.export(run_id, "experts")
    plain = rows.groupby(["module", "index"])["word"].nunique()
    served = experts(library, run_id, LOWEST).served
    units = np.flatnonzero(served)
    places = with_places(library, run_id, pd.DataFrame({"unit": units}))
    counted = pd.Series(served[units], index=names_of(places))
    plain.index = [f"{module}:{index}" for module, index in plain.index]
    assert counted.to_dict() == plain.to_dict()


def test_concepts_stand_where_plain_code_puts_them(runs: tuple[Library, str, str]) -> None:
    library, run_id, twin = runs
    run = library.run(run_id)
    table = concept_evidence(library, run_id, twin, LOWEST)
    assert table["word"].tolist() == list(CONCEPTS)
    null = null_ap(run.request.n_positive, run.request.n_negative)
    rows = library.export(run_id, "experts")
    p, stable, overlap = [], [], []
    for word in CONCEPTS:
        best = [
            rows[(rows["word"] == word) & (rows["fold"] == fold)]["ap"].max()
            for fold in range(run.request.folds)
        ]
        of_best = np.minimum(1, run.n_units * null.p(best))
        p.append(min(1.0, 2 * float(np.median(of_best))))
        sets = sets_of(library, run_id, word, LOWEST)
        pairs = [(a, b) for k, a in enumerate(sets) for b in sets[k + 1 :]]
        stable.append(
            max(hypergeom.sf(len(a & b) - 1, run.n_units, len(a), len(b)) for a, b in pairs)
        )
        overlap.append(np.mean([len(a & b) / len(a | b) for a, b in pairs]))
    np.testing.assert_allclose(table["selective_p"], holm(p))
    np.testing.assert_allclose(table["stable_p"], holm(stable))
    np.testing.assert_allclose(table["overlap"], overlap)
    assert table[SELECTIVE].tolist() == (holm(p) <= 0.05).tolist()
    assert (table["learned_units"] <= table["units"]).all()
    assert (table["low"] <= table["experts"]).all()


def test_units_are_judged_one_by_one(runs: tuple[Library, str, str]) -> None:
    library, run_id, twin = runs
    units = unit_evidence(library, run_id, twin, 0, LOWEST)
    folds = library.run(run_id).request.folds
    assert units["ap"].is_monotonic_decreasing
    share = experts(library, run_id, LOWEST).sizes[0].mean() / library.run(run_id).n_units
    back = holm(binom.sf(units["folds"] - 2, folds - 1, share))
    assert units[STABLE].tolist() == ((back <= 0.05) & (units["folds"] >= 3)).tolist()
    alone = units["folds"] * 2 < folds
    assert not units[alone][SELECTIVE].any(), "an expert of a minority of folds is not selective"


def test_a_unit_stands_where_the_tables_of_its_concepts_put_it(
    runs: tuple[Library, str, str],
) -> None:
    library, run_id, twin = runs
    of_concepts = {
        k: unit_evidence(library, run_id, twin, k, LOWEST).set_index("unit")
        for k in range(len(CONCEPTS))
    }
    chosen = [0, 40, 300, int(experts(library, run_id, LOWEST).served.argmax())]
    for unit in chosen:
        rows = evidence_of_unit(library, run_id, twin, unit, LOWEST)
        numbers = [k for k, table in of_concepts.items() if unit in table.index]
        assert rows["number"].tolist() == numbers if numbers else rows.empty
        for row in rows.to_dict("records"):
            plain = of_concepts[row["number"]].loc[unit]
            assert {name: row[name] for name in plain.index} == plain.to_dict()
    assert experts(library, run_id, LOWEST).served[chosen[-1]] > 1


def test_experts_of_modules_add_up_to_those_of_a_concept(runs: tuple[Library, str, str]) -> None:
    library, run_id, _ = runs
    counts = experts_by_module(library, run_id, LOWEST)
    assert counts.sum() == pytest.approx(library.concepts(run_id)["experts"].mean())
    rows = library.export(run_id, "experts")
    plain = rows.groupby("module").size() / rows.groupby(["word", "fold"]).ngroups
    names = library.modules(run_id)["name"]
    np.testing.assert_allclose(counts, plain.reindex(names).fillna(0))


@pytest.mark.parametrize("tau", TAUS)
def test_overlap_by_popularity_is_that_of_each_threshold_alone(
    runs: tuple[Library, str, str], tau: Tau
) -> None:
    library, run_id, _ = runs
    found, total = experts(library, run_id, tau), 0.0
    for fold in range(found.n_folds):
        expected = expected_shared(found.sizes[:, fold], found.popularity(fold))
        sizes = np.add.outer(found.sizes[:, fold], found.sizes[:, fold])
        total = total + expected / (sizes - expected)
    np.testing.assert_allclose(
        expected_overlaps(library, run_id)[tau.index], total / found.n_folds, rtol=1e-12
    )


@pytest.mark.parametrize("tau", TAUS)
def test_pairs_have_the_overlap_that_is_stored_and_the_experts_they_share(
    runs: tuple[Library, str, str], tau: Tau
) -> None:
    library, run_id, twin = runs
    pairs = pair_evidence(library, run_id, twin, tau)
    assert len(pairs) == len(CONCEPTS) * (len(CONCEPTS) - 1) // 2
    stored = library.pair_overlap(run_id, tau.value)
    np.testing.assert_allclose(pairs["overlap"], stored[pairs["i"], pairs["j"]], atol=1e-6)
    row = pairs.iloc[0]
    a, b = (sets_of(library, run_id, CONCEPTS[int(row[k])], tau) for k in ("i", "j"))
    assert row["shared"] == np.mean([len(x & y) for x, y in zip(a, b, strict=True)])
    of_folds = [len(x & y) / max(len(x | y), 1) for x, y in zip(a, b, strict=True)]
    assert (row["low"], row["high"]) == pytest.approx((min(of_folds), max(of_folds)))


def test_concepts_of_one_domain_share_experts_beyond_popular_units(
    runs: tuple[Library, str, str],
) -> None:
    library, run_id, twin = runs
    pairs = pair_evidence(library, run_id, twin, LOWEST)
    domains = library.concepts(run_id)["domain"].to_numpy()
    same = domains[pairs["i"]] == domains[pairs["j"]]
    assert pairs[same][SELECTIVE].mean() > 0.9
    assert not pairs[~same][SELECTIVE].any()


def test_rungs_that_nothing_stored_can_judge_are_not_judged(tmp_path: Path) -> None:
    run_id = small_run(tmp_path, folds=1).stem
    library = Library(tmp_path)
    for table in (
        concept_evidence(library, run_id, None, LOWEST),
        unit_evidence(library, run_id, None, 0, LOWEST),
        pair_evidence(library, run_id, None, LOWEST),
    ):
        assert table[STABLE].isna().all()
        assert table[LEARNED].isna().all()
        assert set(table["rung"]) <= {0, 1}
        assert set(RUNGS) & set(table.columns) >= {SELECTIVE, STABLE, LEARNED}
    assert BEYOND_WORDS in pair_evidence(library, run_id, None, LOWEST)


def test_a_threshold_that_leaves_sets_empty_passes_nothing(
    runs: tuple[Library, str, str],
) -> None:
    library, _, twin = runs
    highest = Tau.of(0.95)
    concepts = concept_evidence(library, twin, None, highest)
    empty = concepts["units"] == 0
    assert empty.any()
    assert not concepts[empty][SELECTIVE].any()
    assert not pair_evidence(library, twin, None, highest)[SELECTIVE].any()


def test_overlap_over_folds_is_that_of_the_stored_sets(runs: tuple[Library, str, str]) -> None:
    library, run_id, _ = runs
    stored = library.fold_overlap(run_id)
    at = stored[np.isclose(stored["tau"], 0.5)].groupby("word")["overlap"].mean()
    table = concept_evidence(library, run_id, None, LOWEST).set_index("word")
    np.testing.assert_allclose(table["overlap"], at.loc[table.index], atol=1e-6)
    found = experts(library, run_id, LOWEST)
    assert jaccard(*found.folds_of(0)[:2]) > 0
