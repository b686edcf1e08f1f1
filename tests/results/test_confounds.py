"""The confound panel, against partial correlations put together by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

from explorer.core.errors import InputError
from explorer.core.similarity import REPRESENTATIONS, Experts
from explorer.core.tau import LOWEST
from explorer.exhibits import exhibit
from explorer.measure.alignment import holm
from explorer.probes.covariate import keep_values, kept_values, values_of
from explorer.results.alignment import alignment_of
from explorer.results.confounds import (
    EVERYTHING,
    HELD,
    NOTHING,
    SHARED,
    SIZES,
    TOKENS,
    confounds,
    covered,
    own_name,
    tokens_known,
)
from explorer.results.reading import rated_pairs
from explorer.results.shared_words import partial_alignment_of
from explorer.results.view import View, view_of
from explorer.store.library import Library
from explorer.store.word_tokens import tokens_path, write_tokens
from tests.support.fixtures import CONCEPTS, small_run


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder: Path = tmp_path_factory.mktemp("cache") / "runs"
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


@pytest.fixture
def values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Values of all words but two, kept."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    rng = np.random.default_rng(0)
    rows = [f"{word},{rng.integers(1, 9)}" for word in CONCEPTS[2:]]
    path = tmp_path / "age.csv"
    path.write_text("\n".join(["word,age", *rows, "tapir,3"]))
    return keep_values(path)


def test_values_of_ones_own_are_held_over_the_pairs_that_have_two(view: View, values: str) -> None:
    pairs = rated_pairs(view.library, view.run.id, view.rated, Experts(LOWEST))
    mine = values_of(kept_values()[values])
    known = pairs[pairs["word1"].isin(mine) & pairs["word2"].isin(mine)]
    first, second = (known[name].map(mine).to_numpy() for name in ("word1", "word2"))
    columns = [np.ones(len(known)), rankdata(first + second), rankdata(np.abs(first - second))]
    design = np.column_stack(columns)
    left = [
        ranks - design @ np.linalg.lstsq(design, ranks, rcond=None)[0]
        for ranks in (rankdata(known["similarity"]), rankdata(known["score"]))
    ]
    table = confounds(view, values).set_index(["weights", "representation", "held"])
    row = table.loc[("run", Experts(LOWEST).name, own_name(values))]
    assert row["rho"] == pytest.approx(np.corrcoef(*left)[0, 1])
    assert row["n"] == len(known) < len(pairs)
    assert table.loc[("run", Experts(LOWEST).name, EVERYTHING), "n"] == len(known)
    assert table.loc[("run", Experts(LOWEST).name, NOTHING), "n"] == len(pairs)
    words = set(pairs[["word1", "word2"]].to_numpy().ravel())
    assert covered(view, values) == (len(words & set(mine)), len(words), len(known))


def test_values_that_are_not_kept_are_refused(view: View, values: str) -> None:
    with pytest.raises(InputError, match="no values called “age”"):
        confounds(view, "age")
    before = confounds(view)
    assert own_name(values) == "age (yours)"
    assert own_name(values) not in set(before["held"])


def test_tokens_are_held_where_they_are_known(view: View) -> None:
    chosen = {"tokens": "true"}
    assert not tokens_known(view)
    with pytest.raises(InputError, match="tokens: got “true”"):
        exhibit("confounds", view, **chosen)
    with pytest.raises(InputError, match=f"explorer tokens {view.run.id[:8]}"):
        confounds(view, tokens=True)
    assert f"not known: explorer tokens {view.run.id[:8]}" in exhibit("confounds", view).caption
    rng = np.random.default_rng(3)
    ids = {word: rng.integers(0, 9, rng.integers(1, 4)).tolist() for word in CONCEPTS}
    for run in view.pair:
        write_tokens(tokens_path(view.library.folder, run.id), run.id, ids)
    table = confounds(view, tokens=True).set_index(["weights", "representation", "held"])
    pairs = rated_pairs(view.library, view.run.id, view.rated, Experts(LOWEST))
    columns = [np.ones(len(pairs))]
    sets = [[set(ids[word]) for word in pairs[name]] for name in ("word1", "word2")]
    columns.append(rankdata([len(a & b) / len(a | b) for a, b in zip(*sets, strict=True)]))
    first, second = (pairs[name].map(lambda w: len(ids[w])) for name in ("word1", "word2"))
    columns += [rankdata(first + second), rankdata(np.abs(first - second))]
    design = np.column_stack(columns)
    left = [
        ranks - design @ np.linalg.lstsq(design, ranks, rcond=None)[0]
        for ranks in (rankdata(pairs["similarity"]), rankdata(pairs["score"]))
    ]
    row = table.loc[("run", Experts(LOWEST).name, TOKENS)]
    assert row["rho"] == pytest.approx(np.corrcoef(*left)[0, 1])
    shown = exhibit("confounds", view, **chosen)
    assert "tokens: shared ones of the two words" in shown.caption
    assert TOKENS not in set(exhibit("confounds", view).data["held"])


def test_everything_leaves_no_more_degrees_than_there_are_pairs(view: View) -> None:
    rows = confounds(view)
    rest = rows[rows["held"] == EVERYTHING]
    assert (rest["n"] > 10).all()
    assert (rest["high"] - rest["low"] > 0).all()
