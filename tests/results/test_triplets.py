"""Triplets that are kept beside the runs count for every run that covers them."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from explorer.exhibits import exhibit
from explorer.exhibits.registry import NotShowable
from explorer.probes.kept import keep
from explorer.results.view import View, parse_view
from explorer.store.library import Library
from tests.support.fixtures import DOMAINS, small_run


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    return Library(small_run(tmp_path / "runs").parent)


def view_of(library: Library, human: str | None = None) -> View:
    view, misfits = parse_view(library, {"human": human} if human else {})
    assert view is not None
    assert not misfits
    return view


def by_domain() -> str:
    """Two words of a domain and one of another, twice each: the latter is the odd
    one; once in a while somebody errs.
    """
    rows = ["a,b,c,odd,count"]
    for (_, inside), (_, outside) in itertools.permutations(DOMAINS.items(), 2):
        for n, (a, b) in enumerate(itertools.combinations(inside, 2)):
            odd = outside[n % len(outside)]
            rows += [f"{a},{b},{odd},{odd},2", *([f"{a},{b},{odd},{a},1"] if n == 0 else [])]
    return "\n".join([*rows, "cat,dog,zebra,zebra,5"]) + "\n"


def test_experts_that_follow_domains_pick_the_odd_one(library: Library) -> None:
    keep("things", by_domain().encode())
    choices = [c.ratings.dataset for c in view_of(library).choices if "things" in c.ratings.dataset]
    view = view_of(library, choices[0])
    shown = exhibit("triplets", view)
    rows = shown.data.set_index("representation")
    assert rows.loc["experts", "accuracy"] > 0.8
    assert rows.loc["experts", "low"] > 1 / 3
    assert rows.loc["experts", "p"] < 0.001
    assert rows.loc["experts", "n_triplets"] == 36
    assert rows.loc["experts", "n_answers"] == 78
    assert "on the 36 triplets with two answers or more" in shown.caption
    assert "no choice can reach more than 92%" in shown.caption
    assert shown.figure is not None
    assert np.isfinite(rows[["accuracy", "low", "high"]].to_numpy(float)).all()
    assert exhibit("alignment", view).data["rho"].notna().all()


def test_ratings_that_are_no_triplets_are_told(library: Library) -> None:
    with pytest.raises(NotShowable, match=r"a, b, c, odd"):
        exhibit("triplets", view_of(library))
