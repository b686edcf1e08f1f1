"""What is shown of a training, moment by moment."""

from __future__ import annotations

import pytest
from scipy.stats import spearmanr

from explorer.results.over_training import (
    against_people,
    experts_by_layer,
    moments,
    networks,
    spread_out,
)
from explorer.results.view import View, view_of
from explorer.store.library import Library
from tests.support.fixtures import CONCEPTS, small_run

STEPS = {512: 0.4, 0: 0.0, 4000: 1.0}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    runs = tmp_path_factory.mktemp("training") / "runs"
    for step, quality in STEPS.items():
        small_run(runs, model="fixture/tiny", revision=f"step{step}", quality=quality)
    return view_of(Library(runs))


def test_moments_are_in_the_order_of_their_steps(view: View) -> None:
    assert [moment.step for moment in moments(view)] == sorted(STEPS)
    assert [moment.tokens for moment in moments(view)] == [None] * 3


@pytest.mark.parametrize("most", [2, 3, 6, 24])
def test_of_many_steps_first_last_and_some_between_are_shown(most: int) -> None:
    steps = [0, *(2**k for k in range(10)), *range(1000, 144000, 1000)]
    shown = spread_out(steps, most)
    assert len(shown) == most
    assert (shown[0], shown[-1]) == (0, 143000)
    assert shown == sorted(set(shown))
    assert spread_out([5, 7], most) == [5, 7]


def test_every_rated_pair_is_there_at_every_moment_with_rho_of_the_step(view: View) -> None:
    rows = against_people(view)
    for step, part in rows.groupby("step"):
        assert len(part) == 33
        expected = spearmanr(part["overlap"], part["score"]).statistic
        assert part["rho"].iloc[0] == pytest.approx(expected), step
    rhos = rows.groupby("step")["rho"].first()
    assert rhos.loc[4000] > rhos.loc[0]


def test_experts_of_all_layers_add_up_to_those_of_the_run(view: View) -> None:
    rows = experts_by_layer(view)
    for moment in moments(view):
        total = rows.loc[rows["step"] == moment.step, "experts"].sum()
        assert total == pytest.approx(view.library.concepts(moment.run.id)["experts"].mean())


def test_concepts_stay_where_the_last_moment_puts_them(view: View) -> None:
    shown, places = networks(view)
    assert len(shown) == 3
    assert set(places) == set(CONCEPTS)
