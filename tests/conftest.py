"""Settings of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.support.visitor import FLAGS, chromium

# The same examples each time, so that a change is never blamed for what chance found;
# EXPLORE=1 looks for new ones. No deadline: a busy machine must not fail a test of
# correctness.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=500, deadline=None)
settings.load_profile("explore" if os.environ.get("EXPLORE") else "same")

# Two workers on two cores: threads of BLAS and of torch that wait for each other took
# ten times the time of the work itself. Set before anything imports numpy or torch, and
# inherited by the processes that tests start.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

LONG = (
    "browser/test_dashboard.py",
    "studies/test_paper_studies.py",
    "jobs/test_struck.py",
    "train/test_training.py",
    "models/test_hub.py",
    "extract/test_kill.py",
    "jobs/test_interruptions.py",
    "bundled/",
    "jobs/",
    "browser/",
)
"""Files that take minutes or hold a worker long, the longest first: a worker that
begins one of them last would leave the other idle.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, the others in their order."""

    def place(item: pytest.Item) -> int:
        path = item.nodeid.removeprefix("tests/")
        return next((k for k, start in enumerate(LONG) if path.startswith(start)), len(LONG))

    items.sort(key=place)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of a worker: Playwright cannot be started twice in a thread."""
    found = chromium()
    if found is None:
        pytest.fail("No Chromium on PATH: run `bash tests/install_browser.sh`.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield launched
        launched.close()
