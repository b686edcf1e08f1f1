"""A folder that anyone left among the jobs takes no list, no page and no start of the
server down.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorer.core.errors import InputError
from explorer.jobs import queue, supervisor
from explorer.jobs.folder import JobFolder
from tests.hostile.case import Hostile
from tests.hostile.jobs import BESIDE, ORDERS
from tests.jobs.conftest import bench as bench
from tests.pages.conftest import Opener
from tests.pages.conftest import open_page as open_page
from tests.support.workbench import Workbench


@pytest.fixture
def pair(bench: Workbench) -> tuple[str, str]:
    """A job that is spoilt and one that is not, both cancelled."""
    ids = [bench.submit(bench.request(seed=seed), start=False).id for seed in (1, 2)]
    for job_id in ids:
        queue.cancel(job_id)
    return ids[0], ids[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile", [ORDERS[0], ORDERS[1], ORDERS[7], *BESIDE[:5]], ids=lambda h: h.name
)
def test_the_server_starts_and_the_page_lists_the_others(
    bench: Workbench, pair: tuple[str, str], open_page: Opener, hostile: Hostile
) -> None:
    spoilt, _whole = pair
    hostile.make(JobFolder(spoilt).path)
    (bench.folder / "jobs" / os.fsdecode(b"caf\xe9")).mkdir()
    (bench.folder / "jobs" / os.fsdecode(b"caf\xe9") / "request.json").write_text("{}")
    (bench.folder / "jobs" / "file").write_text("no folder")
    supervisor.start()
    assert not open_page("extract").exception
    assert not open_page("extract", job=spoilt).exception


def test_a_job_that_is_a_link_to_a_folder_elsewhere_is_removed_and_the_folder_stays(
    bench: Workbench, pair: tuple[str, str], tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    JobFolder(pair[0]).path.rename(elsewhere)
    JobFolder(pair[0]).path.symlink_to(elsewhere)
    queue.forget(pair[0])
    assert [job.id for job in queue.jobs()] == [pair[1]]
    assert (elsewhere / "request.json").exists()


def test_a_log_that_is_no_file_starts_no_worker_and_is_told(
    bench: Workbench, pair: tuple[str, str]
) -> None:
    BESIDE[-2].make(JobFolder(pair[0]).path)
    with pytest.raises(InputError, match="is a pipe, expected a file"):
        queue.resume(pair[0])
