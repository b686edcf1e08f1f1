"""Work that is struck dead at a random moment is done anew to the same result, and
leaves nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobs import striking

pytestmark = pytest.mark.slow


def test_every_kind_of_work_resumes_to_the_result_of_an_uninterrupted_one(tmp_path: Path) -> None:
    """`python tests/jobs/striking.py 100` tries many more moments."""
    struck, wrong = striking.strike_all(tmp_path, n=7, seed=2)
    assert wrong == []
    assert len(struck) == 7
    assert struck.total() >= 2
