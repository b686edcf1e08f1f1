"""The confound panel, against partial correlations put together by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

from explorer.core.similarity import REPRESENTATIONS, Experts
from explorer.core.tau import LOWEST
from explorer.measure.alignment import holm
from explorer.results.alignment import alignment_of
from explorer.results.confounds import EVERYTHING, HELD, NOTHING, SHARED, SIZES, confounds
from explorer.results.reading import rated_pairs
from explorer.results.shared_words import partial_alignment_of
from explorer.results.view import View, view_of
from explorer.store.library import Library
from tests.support.fixtures import small_run


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder: Path = tmp_path_factory.mktemp("runs")
    trained = small_run(folder, model="fixture/tiny").stem
    small_run(folder, model="fixture/tiny", random_init=0)
    return view_of(Library(folder), run=trained)


def test_it_has_a_row_for_each_run_representation_and_confound(view: View) -> None:
    table = confounds(view)
    expected = [(kind, held) for kind in REPRESENTATIONS for held in HELD]
    for weights in ("run", "control"):
        mine = table[table["weights"] == weights]
        assert list(zip(mine["representation"], mine["held"], strict=True)) == expected
        np.testing.assert_allclose(mine["p_holm"], holm(mine["p"].to_numpy(float)))


def test_nothing_held_is_the_alignment_and_shared_words_its_partial(view: View) -> None:
    table = confounds(view).set_index(["weights", "representation", "held"])
    of = Experts(LOWEST)
    raw = alignment_of(view.library, view.run.id, view.rated, of)
    rest = partial_alignment_of(view.library, view.run.id, view.rated, of)
    for held, expected in ((NOTHING, raw), (SHARED, rest)):
        row = table.loc[("run", of.name, held)]
        assert (row["rho"], row["low"]) == pytest.approx((expected.rho, expected.low))


def test_sizes_are_those_of_both_words_and_their_difference(view: View) -> None:
    pairs = rated_pairs(view.library, view.run.id, view.rated, Experts(LOWEST))
    sizes = view.library.set_sizes(view.run.id)
    mean = sizes[np.isclose(sizes["tau"], 0.5)].groupby("word")["size"].mean()
    first, second = (np.log1p(mean[pairs[name]].to_numpy()) for name in ("word1", "word2"))
    columns = [np.ones(len(pairs)), rankdata(first + second), rankdata(np.abs(first - second))]
    design = np.column_stack(columns)
    left = [
        ranks - design @ np.linalg.lstsq(design, ranks, rcond=None)[0]
        for ranks in (rankdata(pairs["similarity"]), rankdata(pairs["score"]))
    ]
    table = confounds(view).set_index(["weights", "representation", "held"])
    expected = np.corrcoef(*left)[0, 1]
    assert table.loc[("run", Experts(LOWEST).name, SIZES), "rho"] == pytest.approx(expected)


def test_everything_leaves_no_more_degrees_than_there_are_pairs(view: View) -> None:
    rows = confounds(view)
    rest = rows[rows["held"] == EVERYTHING]
    assert (rest["n"] > 10).all()
    assert (rest["high"] - rest["low"] > 0).all()
