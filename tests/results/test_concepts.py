"""Concepts, pairs and units as pages read them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.core.errors import InputError
from explorer.core.ratings import Ratings
from explorer.core.tau import LOWEST, Tau
from explorer.results import pair, units, where
from explorer.results.biography import appeared, biography
from explorer.results.concepts import concept_table, expert_units, number_of
from explorer.results.experts import experts
from explorer.results.neighbours import neighbours
from explorer.results.rated import human_pairs
from explorer.results.reading import rated_pairs
from explorer.results.view import View, view_of
from explorer.results.where import expert_places
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, DATASET, small_run

STEPS = {0: 0.0, 8: 0.1, 64: 1.0, 512: 1.0}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("study")
    run_id = small_run(folder).stem
    small_run(folder, random_init=0, quality=0.0)
    return view_of(Library(folder), run=run_id)


@pytest.fixture(scope="module")
def trajectory(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("trajectory")
    words = (*CONCEPTS, *(f"word{k}" for k in range(12)))
    for step, quality in STEPS.items():
        last = small_run(
            folder,
            concepts=words,
            model="fixture/tiny",
            revision=f"step{step}",
            quality=quality,
        )
    return view_of(Library(folder), run=last.stem)


def test_the_nearest_of_every_concept_is_the_one_it_overlaps_most(study: View) -> None:
    table = concept_table(study).set_index("concept")
    matrix = study.library.pair_overlap(study.run.id, 0.5)
    np.fill_diagonal(matrix, -1)
    for i, word in enumerate(CONCEPTS):
        assert table.loc[word, "nearest"] == CONCEPTS[int(matrix[i].argmax())]
        assert table.loc[word, "nearest_overlap"] == matrix[i].max()


def test_places_count_every_expert_once_a_fold(study: View) -> None:
    places = expert_places(study, "cat")
    assert places["label"].nunique() == 2
    own = places[places["label"] == study.run.label]
    sizes = study.library.set_sizes(study.run.id)
    at = sizes[(sizes["word"] == "cat") & np.isclose(sizes["tau"], 0.5)]
    assert own["experts"].sum() == pytest.approx(at["size"].mean())
    assert (own["experts"] <= own["width"]).all()


def test_neighbours_carry_the_human_score_and_how_far_the_model_is_off(study: View) -> None:
    assert study.ratings == Ratings(DATASET, "test")
    table = neighbours(study, "cat")
    assert len(table) == len(CONCEPTS) - 1
    assert table["overlap"].is_monotonic_decreasing
    pairs = rated_pairs(study.library, study.run.id, study.rated, study.similarities[0])
    places = pairs[["similarity", "score"]].rank().sub(1) / (len(pairs) - 1)
    for row in table.dropna(subset=["human"]).itertuples():
        k = [
            i
            for i, p in enumerate(pairs.itertuples())
            if {p.word1, p.word2} == {"cat", row.concept}
        ]
        assert len(k) == 1
        assert row.human == pairs["score"].iloc[k[0]]
        place = places.iloc[k[0]]
        assert row.gap == pytest.approx(place["similarity"] - place["score"])
    assert table["human"].notna().sum() == sum(
        "cat" in (p.word1, p.word2) for p in pairs.itertuples()
    )


def test_without_ratings_no_neighbour_has_a_score(study: View) -> None:
    bare = View(study.library, study.run, None, LOWEST)
    assert neighbours(bare, "cat")["human"].isna().all()


def test_births_and_deaths_account_for_every_unit(trajectory: View) -> None:
    table = biography(trajectory, "cat")
    assert table["step"].tolist() == list(STEPS)
    assert (table["born"] + table["survived"] == table["experts"]).all()
    before = table["experts"].shift(fill_value=0)
    assert (table["died"] + table["survived"] == before).all()
    assert table["resemblance"].iloc[-1] == 1.0


def test_resemblance_is_the_overlap_with_the_last_set(trajectory: View) -> None:
    words, table = trajectory.run.request.concepts, biography(trajectory, "cat")
    runs = trajectory.selection.checkpoints(trajectory.run)
    sets = [
        [set(one.tolist()) for one in experts(trajectory.library, run.id, trajectory.tau).sets(0)]
        for run in runs
    ]
    cat = words.index("cat")
    last = sets[-1][cat]
    for row, by_concept in zip(table.itertuples(), sets, strict=True):
        overlaps = [len(last & one) / max(len(last | one), 1) for one in by_concept]
        assert row.experts == len(by_concept[cat])
        assert row.resemblance == pytest.approx(overlaps[cat])
        others = [overlap for number, overlap in enumerate(overlaps) if number != cat]
        assert row.others == pytest.approx(np.quantile(others, 0.95))


def test_a_concept_appears_where_its_set_stays_like_its_last(trajectory: View) -> None:
    table = biography(trajectory, "cat")
    since = appeared(table)
    assert since is not None
    assert since <= 64
    late = table.assign(p=[0.5, 0.01, 0.5, 0.01])
    assert appeared(late) is None, "it must stay so at every later checkpoint"
    assert appeared(table.assign(p=[0.5, 0.5, 0.01, 0.01])) == 64


def test_layers_of_a_pair_hold_its_experts_once(study: View) -> None:
    layers = pair.shared_by_layer(study, "cat", "dog")
    sizes = study.library.set_sizes(study.run.id)
    for word, own in (("cat", "first"), ("dog", "second")):
        at = sizes[(sizes["word"] == word) & np.isclose(sizes["tau"], 0.5)]["size"].mean()
        assert layers["shared"].sum() + layers[own].sum() == pytest.approx(at)
    row = pair.pair_row(study, "cat", "dog")
    assert row["shared"] == pytest.approx(layers["shared"].sum())


def test_a_pair_is_the_same_from_both_sides(study: View) -> None:
    one, two = pair.pair_row(study, "cat", "dog"), pair.pair_row(study, "dog", "cat")
    assert one.equals(two)
    assert set(pair.shared_units(study, "cat", "dog")["unit"]) == set(
        pair.shared_units(study, "dog", "cat")["unit"]
    )


def test_units_that_two_concepts_share_are_experts_of_both(study: View) -> None:
    shared = set(pair.shared_units(study, "cat", "dog")["unit"])
    sets = [set(expert_units(study, word)["unit"]) for word in ("cat", "dog")]
    assert shared == sets[0] & sets[1]


def test_overlap_over_the_grid_is_the_stored_one(study: View) -> None:
    table = pair.overlap_over_tau(study, "cat", "dog")
    own = table[table["label"] == study.run.label]
    i, j = number_of(study, "cat"), number_of(study, "dog")
    for row in own.itertuples():
        assert row.overlap == study.library.pair_overlap(study.run.id, row.tau)[i, j]
    assert (own["expected"] < own["overlap"]).iloc[0]


def test_overlap_over_training_has_every_checkpoint(trajectory: View) -> None:
    table = pair.overlap_over_steps(trajectory, "cat", "dog")
    assert table["step"].tolist() == list(STEPS)
    assert (table["middle"] <= table["high"]).all()


def test_shares_of_the_words_add_up(study: View) -> None:
    words, similarity = pair.surface_words(study, "cat", "dog")
    assert words["share"].sum() == pytest.approx(1.0 if similarity else 0.0)
    assert words["share"].is_monotonic_decreasing


def test_every_unit_of_the_list_has_its_greatest_ap(study: View) -> None:
    table = units.unit_table(study.library, study.run.id, LOWEST)
    rows = study.library.export(study.run.id, "experts")
    best = rows.groupby(["module", "index"])["ap"].max()
    assert len(table) == len(best)
    for row in table.head(40).itertuples():
        assert row.ap == pytest.approx(best.loc[(row.module, row.index)])
        mine = rows[(rows["module"] == row.module) & (rows["index"] == row.index)]
        assert mine["word"].nunique() == row.concepts
        assert row.best in set(mine[np.isclose(mine["ap"], row.ap)]["word"])


@pytest.mark.parametrize("tau", [LOWEST, Tau.of(0.8)])
def test_the_list_of_units_begins_with_those_of_many_concepts(study: View, tau: Tau) -> None:
    table = units.unit_table(study.library, study.run.id, tau)
    order = ["concepts", "ap", "unit"]
    assert table["unit"].tolist() == (
        table.sort_values(order, ascending=[False, False, True])["unit"].tolist()
    )
    assert units.first_unit(study.library, study.run.id, tau) == table["unit"].iloc[0]


def test_a_unit_is_found_by_module_and_index(study: View) -> None:
    table = units.unit_table(study.library, study.run.id, LOWEST)
    first = table.iloc[0]
    number = units.unit_number(study, f"{first['module']}:{first['index']}")
    assert number == first["unit"]
    assert len(units.concepts_of_unit(study, number)) == first["concepts"]
    folds = units.ap_by_fold(study, number)
    assert folds["ap"].max() == pytest.approx(first["ap"])


@pytest.mark.parametrize(
    "name",
    [
        "",
        ":",
        "h.0.attn.c_attn",
        "h.0.attn.c_attn:96",
        "h.9.mlp.c_fc:0",
        "h.0.mlp.c_fc:-1",
        "h.0.mlp.c_fc:1e2",
        "h.0.mlp.c_fc:٣",
        "h.0.mlp.c_fc:0x1",
        "<b>:0",
        "0" * 5000,
    ],
)
def test_a_name_of_no_unit_is_refused_with_one_that_is(study: View, name: str) -> None:
    with pytest.raises(InputError, match=r"names no unit"):
        units.unit_number(study, name)


def test_a_word_that_is_no_concept_is_refused(study: View) -> None:
    with pytest.raises(InputError, match="zebra"):
        number_of(study, "zebra")


def test_a_unit_that_detects_nothing_has_no_concepts(study: View, tmp_path: Path) -> None:
    table = units.unit_table(study.library, study.run.id, LOWEST)
    silent = next(k for k in range(study.run.n_units) if k not in set(table["unit"]))
    assert units.concepts_of_unit(study, silent).empty


def test_alignment_by_layer_is_that_of_the_slow_computation(study: View) -> None:
    table = where.alignment_by(study, where.LAYER)
    own = table[table["label"] == study.run.label].set_index("group")
    places, pairs = study.library.modules(study.run.id), study.rated
    rated = human_pairs(study.library, study.run.id, pairs)
    rows = study.library.export(study.run.id, "experts")
    layer_of = dict(zip(places["name"], places["layer"], strict=True))
    for layer in own.index:
        inside = rows[[layer_of[name] == layer for name in rows["module"]]]
        sets = {
            key: set(zip(part["module"], part["index"], strict=True))
            for key, part in inside.groupby(["word", "fold"])
        }
        overlaps = []
        for row in rated.itertuples():
            folds = []
            for fold in range(study.run.request.folds):
                a, b = (sets.get((word, fold), set()) for word in (row.word1, row.word2))
                folds.append(len(a & b) / len(a | b) if a | b else 0.0)
            overlaps.append(np.mean(folds))
        expected = spearmanr(overlaps, rated["score"]).statistic
        assert own.loc[layer, "rho"] == pytest.approx(expected, abs=1e-9)


def test_alignment_by_module_has_every_kind_of_run_and_control(study: View) -> None:
    table = where.alignment_by(study, where.KIND)
    kinds = set(study.library.modules(study.run.id)["kind"])
    assert [set(part["group"]) for _, part in table.groupby("label")] == [kinds, kinds]


def test_densities_are_told_at_both_thresholds_and_of_the_control(study: View) -> None:
    table = where.density(study, Tau.of(0.8))
    assert table["label"].nunique() == 3
    low, high = (
        table[table["label"].str.endswith(f"{study.run.label}, τ {t}")] for t in ("0.50", "0.80")
    )
    assert high["experts"].sum() < low["experts"].sum()
    sizes = study.library.set_sizes(study.run.id)
    at = sizes[np.isclose(sizes["tau"], 0.5)]["size"].mean()
    assert low["experts"].sum() == pytest.approx(at)


def test_a_claim_holds_where_its_interval_lies_on_its_side(trajectory: View) -> None:
    table = where.claims(trajectory, Tau.of(0.7))
    assert table["claim"].nunique() == 3
    for row in table.itertuples():
        side = row.low > 0 if row.claim == where.BIMODAL else row.high < 0
        assert row.holds == bool(side)


def test_every_layer_has_every_checkpoint(trajectory: View) -> None:
    table = where.alignment_over_training(trajectory)
    assert len(table) == len(STEPS) * table["group"].nunique()
