"""Sides of a comparison, what refuses them, and what is measured between them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.core.errors import InputError
from explorer.core.similarity import Experts
from explorer.core.tau import LOWEST
from explorer.results.compare import (
    FOLDS,
    TAU_B,
    WITH,
    common,
    default_other,
    fold_pairs,
    other_runs,
    refusal,
    sides_of,
)
from explorer.results.compare_alignment import alignments, representations
from explorer.results.compare_facts import facts, other_sentences
from explorer.results.compare_moved import moved_concepts, moved_pairs
from explorer.results.compare_network import networks
from explorer.results.compare_similarity import similarity_of
from explorer.results.compare_turnover import by_kind, obstacle
from explorer.results.compare_where import by_depth, by_module
from explorer.results.differences import difference_of
from explorer.results.view import View, view_of
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, small_run

STEPS = {0: 0.0, 512: 0.4, 4000: 1.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with its twin, three checkpoints, and runs that share none, one or three
    concepts.
    """
    runs = tmp_path_factory.mktemp("compare") / "runs"
    small_run(runs)
    small_run(runs, random_init=0)
    for step, quality in STEPS.items():
        small_run(runs, model="fixture/tiny", revision=f"step{step}", quality=quality)
    for n, name in ((0, "none"), (1, "one"), (3, "three")):
        small_run(runs, model=f"fixture/{name}", concepts=(*CONCEPTS[:n], "moon", "sea"), folds=1)
    return runs


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return Library(folder)


def run_of(library: Library, name: str) -> str:
    return min((run for run in library.runs() if name in run.label), key=lambda r: len(r.label)).id


def view(library: Library, name: str) -> View:
    return view_of(library, run=run_of(library, name))


def test_a_run_is_first_compared_with_its_control_then_with_its_last_checkpoint(
    library: Library,
) -> None:
    assert default_other(view(library, "Instruct")).label.endswith("random init")
    assert default_other(view(library, "step4000")).label == "tiny · step0"
    assert default_other(view(library, "step0")).label == "tiny · step4000"
    assert default_other(view(library, "random init")).label == "SmolLM2-135M-Instruct"
    lonely = default_other(view(library, "none"))
    assert {"moon", "sea"} <= set(lonely.request.concepts)


def test_a_run_alone_is_compared_with_itself_by_two_folds(tmp_path: Path) -> None:
    small_run(tmp_path / "runs")
    alone = view_of(Library(tmp_path / "runs"))
    chosen = {WITH: other_runs(alone, {})[0]}
    assert chosen[WITH] == alone.run.id
    chosen[FOLDS] = fold_pairs(alone, chosen)[0]
    sides = sides_of(alone, chosen)
    assert (sides.a.fold, sides.b.fold) == (0, 1)
    assert sides.names == (f"{alone.run.label}, fold 1", f"{alone.run.label}, fold 2")
    assert refusal(alone, chosen, 4) is None


def test_folds_arise_for_one_run_only_and_two_thresholds_use_their_mean(library: Library) -> None:
    trained = view(library, "Instruct")
    assert fold_pairs(trained, {WITH: run_of(library, "step0")}) == ()
    same = {WITH: trained.run.id, TAU_B: "0.70"}
    assert fold_pairs(trained, same)[0] == "mean of all"
    sides = sides_of(trained, same)
    assert sides.names == (f"{trained.run.label}, τ 0.50", f"{trained.run.label}, τ 0.70")


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        ("Instruct", "Instruct", "the same run at the same τ"),
        ("Instruct", "none", "no concept in common"),
        ("Instruct", "one", "one concept in common, “cat”"),
        ("Instruct", "three", "3 concepts in common, and 4 are needed"),
    ],
)
def test_sides_that_cannot_be_compared_are_refused_in_a_sentence(
    library: Library, a: str, b: str, sentence: str
) -> None:
    assert sentence in str(refusal(view(library, a), {WITH: run_of(library, b)}, 4))


@pytest.mark.parametrize("given", ["zzz", "0" * 40, "<b>", "\x00"])
def test_a_run_that_is_not_there_is_told(library: Library, given: str) -> None:
    with pytest.raises(InputError, match="which is no run"):
        sides_of(view(library, "Instruct"), {WITH: given})


def test_facts_say_what_differs_and_only_that(library: Library) -> None:
    first = view(library, "step4000")
    table = facts(first, sides_of(first, {WITH: run_of(library, "step512")}))
    differing = set(table.loc[~table["same"], "field"])
    assert {"revision", "training step", "run"} <= differing
    assert not {"model", "N⁺", "probe set", "units", "folds"} & differing
    apart = sides_of(first, {WITH: run_of(library, "three")})
    assert other_sentences(apart) == "concepts"
    assert other_sentences(sides_of(first, {})) == ""


def test_differences_are_those_of_the_alignment_page(library: Library) -> None:
    first = view(library, "Instruct")
    sides = sides_of(first, {})
    rows = alignments(first, sides)
    expected = difference_of(
        library, sides.a.run.id, Experts(LOWEST), sides.b.run.id, Experts(LOWEST), first.rated
    )
    assert rows["representation"].tolist() == ["experts", "word embedding", "sentence embedding"]
    assert rows.iloc[0]["delta"] == pytest.approx(expected.delta)
    np.testing.assert_allclose(rows["rho_a"] - rows["rho_b"], rows["delta"])
    assert (rows["p_holm"] >= rows["p"]).all()


def test_what_cannot_differ_is_not_compared(library: Library) -> None:
    first = view(library, "Instruct")
    own = first.run.id
    taus, folds = {WITH: own, TAU_B: "0.70"}, {WITH: own, FOLDS: "1 and 2"}
    names = [[a.name for a, _ in representations(sides_of(first, c))] for c in (taus, folds)]
    assert names == [["experts"], ["experts", "sentence embedding"]]
    assert alignments(first, sides_of(first, folds))["delta"].abs().max() > 0


def test_second_order_similarity_rises_over_training_and_stays_below_its_ceiling(
    library: Library,
) -> None:
    last = view(library, "step4000")
    rhos = []
    for name in ("step0", "step512"):
        measured = similarity_of(last, sides_of(last, {WITH: run_of(library, name)}))
        rhos.append(measured.measured.rho)
        assert measured.measured.rho < measured.ceiling <= 1
    assert rhos[0] < rhos[1]
    folds = sides_of(last, {WITH: last.run.id, FOLDS: "1 and 3"})
    assert similarity_of(last, folds).measured.rho > rhos[1]


def test_concepts_in_another_order_are_matched_by_word(folder: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    small_run(runs)
    small_run(runs, model="fixture/turned", concepts=CONCEPTS[::-1])
    library = Library(runs)
    first = view_of(library, run=run_of(library, "Instruct"))
    sides = sides_of(first, {WITH: run_of(library, "turned")})
    assert common(library, sides).in_b.tolist() == list(range(len(CONCEPTS)))[::-1]
    assert similarity_of(first, sides).measured.rho == pytest.approx(1.0)


def test_pairs_that_moved_most_come_first_with_human_scores(library: Library) -> None:
    first = view(library, "Instruct")
    table = moved_pairs(first, sides_of(first, {}))
    assert len(table) == 66
    assert table["moved"].abs().is_monotonic_decreasing
    np.testing.assert_allclose(table["place_a"] - table["place_b"], table["moved"])
    assert table["human"].notna().sum() == 33
    assert table["apart"].any()
    np.testing.assert_allclose(
        spearmanr(table["overlap_a"], table["overlap_b"]).statistic,
        similarity_of(first, sides_of(first, {})).measured.rho,
    )


def test_no_fold_lies_apart_from_its_own_run(library: Library) -> None:
    first = view(library, "Instruct")
    taus = {WITH: first.run.id, TAU_B: "0.55"}
    assert moved_pairs(first, sides_of(first, taus))["apart"].mean() < 0.2
    folds = {WITH: first.run.id, FOLDS: "1 and 2"}
    assert moved_pairs(first, sides_of(first, folds))["apart"].isna().all()


def test_concepts_resemble_themselves_more_between_folds_than_untrained(library: Library) -> None:
    first = view(library, "Instruct")
    table = moved_concepts(first, sides_of(first, {}))
    assert sorted(table["concept"]) == sorted(CONCEPTS)
    assert table["resemblance"].is_monotonic_increasing
    assert (table["folds"] > table["resemblance"]).mean() > 0.7


def test_a_network_has_one_place_for_each_concept_and_the_same_at_each_call(
    library: Library,
) -> None:
    first = view(library, "Instruct")
    shown = networks(first, sides_of(first, {}), everything=False)
    again = networks(first, sides_of(first, {}), everything=False)
    assert shown.places == again.places
    assert set(shown.places) == set(CONCEPTS)


def test_experts_are_counted_per_concept_and_laid_over_depth(library: Library) -> None:
    first = view(library, "Instruct")
    sides = sides_of(first, {})
    rows = by_module(first, sides)
    own = rows[rows["label"].str.startswith("A")]["experts"].sum()
    assert own == pytest.approx(library.concepts(first.run.id)["experts"].mean())
    depths = by_depth(rows)
    assert sorted(depths["depth"].unique()) == [0.0, 0.5, 1.0]
    assert depths["experts"].sum() == pytest.approx(rows["experts"].sum())


def test_units_are_followed_within_one_training_only(library: Library) -> None:
    last = view(library, "step4000")
    assert obstacle(library, sides_of(last, {WITH: run_of(library, "step512")})) is None
    other = obstacle(library, sides_of(last, {WITH: run_of(library, "Instruct")}))
    assert "are two models" in str(other)
    trained = view(library, "Instruct")
    assert "same weights" in str(obstacle(library, sides_of(trained, {})))


def test_turnover_is_all_of_the_own_fold_at_a_lower_threshold(library: Library) -> None:
    first = view_of(library, run=run_of(library, "Instruct"), tau=0.7)
    rows = by_kind(first, sides_of(first, {WITH: first.run.id, TAU_B: "0.50"}))
    assert (rows["stayed"] == 1).all()
    assert (rows["chance"] < 0.5).all()
    assert rows.set_index("kind")["fixed"].to_dict() == {"attn.c_attn": False, "mlp.c_fc": True}
