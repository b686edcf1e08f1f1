"""Whatever a stranger may hand to the program is told in a sentence, within five
seconds, and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.core.settings import PROJECT
from explorer.jobs import job, workers
from tests.hostile.case import LONGEST, Case, at_most, memory_at_most
from tests.hostile.corpus import cases
from tests.hostile.place import Place

CASES = cases()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One cache for all cases; the working folder is empty and stays so."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "work").mkdir()
    with pytest.MonkeyPatch.context() as patch, memory_at_most(8 << 30):
        found = Place(folder, patch)
        patch.chdir(folder / "work")
        patch.setattr(workers, "start", lambda _folder: None)
        # A spoilt job is none that was queued a moment ago, however fast the tests are.
        patch.setattr(job, "_START_GRACE", 0.0)
        yield found
        found.check_listed()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_input_is_told_in_a_sentence_and_changes_nothing(
    place: Place, case: Case
) -> None:
    try:
        with at_most(LONGEST * case.door.at_once):
            told = case.door.put(place, case.input)
    finally:
        place.forget_jobs()
    told.encode("utf-8")
    assert re.search(case.said, told, re.DOTALL), told
    place.check_entries()
    assert list(Path().iterdir()) == []


def test_the_readme_says_how_many_cases_there_are() -> None:
    said = re.search(r"([\d,]+) hostile inputs × doors", (PROJECT / "README.md").read_text("utf-8"))
    assert said, "README.md has no count of the corpus"
    assert said[1] == f"{len(CASES):,}"
    assert len(set(map(str, CASES))) == len(CASES) >= 500
