"""What docs/findings.md claims is what the runs that ship say."""

from __future__ import annotations

import dataclasses
import runpy
from typing import Any

import pytest

from explorer.core import settings
from explorer.core.plan import Hypothesis
from explorer.results.library import open_library

CLAIM = Hypothesis(
    name="between", text="It lies between.", exhibit="headline", column="rho", above=0.1, below=0.2
)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return runpy.run_path(str(settings.PROJECT / "docs" / "make_findings.py"))


def test_a_claim_says_which_number_would_undo_it(made: dict[str, Any]) -> None:
    assert made["undone_by"](CLAIM) == "rho ≤ 0.1 or rho ≥ 0.2"
    whole = dataclasses.replace(CLAIM, below=None, interval=("low", "high"))
    assert made["undone_by"](whole) == "its interval reaches down to 0.1"


@pytest.mark.slow
def test_the_table_of_claims_is_what_the_runs_say(made: dict[str, Any]) -> None:
    runs = settings.PROJECT / "cache" / "runs"
    if not any(runs.glob("*.duckdb")):
        pytest.skip("This checkout has no bundled study.")
    table = made["table"](open_library(runs))
    assert f"<!-- claims -->\n{table}\n<!-- /claims -->\n" in made["PAGE"].read_text("utf-8")


def test_a_claim_of_runs_that_are_not_there_ends_in_a_sentence(
    made: dict[str, Any], tmp_path: Any
) -> None:
    with pytest.raises(SystemExit, match="experts: "):
        made["table"](open_library(tmp_path))
