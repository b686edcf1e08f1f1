"""A disk without room: what a visitor asks for is refused in a sentence, and what is
there stays.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.core.settings import PROJECT

_MOUNT = 'mount -t tmpfs -o size=64k none "$0" && head -c 65536 /dev/zero >"$0/ballast"; exec "$@"'
_ASK = """
from explorer.core.errors import ResourceError
from explorer.jobs import queue
from explorer.jobs.kinds.sentences import SENTENCES, Sentences
from explorer.probes.kept import keep
from explorer.reports import drafts
from explorer.reports.report import Shown, Source

for ask in (
    lambda: queue.submit(SENTENCES, Sentences("new", ("cat", "dog"), 5, model="built-in")),
    lambda: drafts.add("report", Shown(Source("headline"))),
    lambda: keep("mine", b"word1,word2,score"),
):
    try:
        ask()
    except ResourceError as error:
        print(error)
print([job.id for job in queue.jobs()], drafts.names())
"""


def test_what_a_visitor_asks_for_is_refused_in_a_sentence(tmp_path: Path) -> None:
    if sys.platform != "linux" or os.geteuid() or shutil.which("unshare") is None:
        pytest.skip("Mounting a small disk takes the rights of root on Linux.")
    cache = tmp_path / "cache"
    cache.mkdir()
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", _MOUNT, str(cache), sys.executable, "-c", _ASK],
        cwd=PROJECT,
        env=os.environ | {"EXPERT_EXPLORER_CACHE": str(cache), "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    if "mount:" in done.stderr:
        pytest.skip("This machine lets nobody mount.")
    assert done.returncode == 0, done.stderr
    *said, left = done.stdout.splitlines()
    assert len(said) == 3, done.stdout
    assert all("No space left on device" in sentence for sentence in said)
    assert left == "[] []"
