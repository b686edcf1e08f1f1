"""Takes the place of `explorer.extract.engine`: synthetic results, and mishaps on
request by environment variables.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence

from explorer.core.errors import ModelError
from explorer.core.records import ConceptResult
from explorer.core.request import RunRequest
from explorer.probes.probe_set import ProbeSet
from tests.support.fixtures import FakeExtraction


class Extraction:
    """FAKE_SECONDS: pause a concept; FAKE_FAIL: what goes wrong, ":" and at which
    revision.

    FAKE_STARTS: file that gets a line a start.
    """

    def __init__(
        self,
        requests: Sequence[RunRequest],
        probe_set: ProbeSet,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.request, self.cells = requests[0], [FakeExtraction(request) for request in requests]
        self.modules, self.commit = self.cells[0].modules, self.cells[0].commit
        self.versions, self.prepare = self.cells[0].versions, self.cells[0].prepare
        self.n_sentences = len(self.cells[0].sentences)
        assert set(self.request.concepts) <= set(probe_set.info.concepts)
        tell("Loading the fake model")
        if "FAKE_STARTS" in os.environ:
            with open(os.environ["FAKE_STARTS"], "a") as stream:
                stream.write(f"{self.request.id}\n")
        self._fail(1)

    def concepts(
        self, skip: Collection[str] = (), progress: Callable[[int, int], None] = lambda *_: None
    ) -> Iterator[list[ConceptResult]]:
        """As the fixture's, slower, and failing after three."""
        each = [cell.concepts(skip, progress) for cell in self.cells]
        for n, results in enumerate(zip(*each, strict=True)):
            time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
            if n == 3:
                self._fail(2)
            yield list(results)

    def _fail(self, moment: int) -> None:
        mishap, _, revision = os.environ.get("FAKE_FAIL", "").partition(":")
        if revision and revision != self.request.checkpoint.revision:
            return
        match (mishap, moment):
            case ("model", 1):
                raise ModelError("The hub has no such model.", "Check the spelling.")
            case ("bug", 2):
                raise KeyError("nobody expected this")
            case ("disk", 2):
                raise OSError(errno.ENOSPC, "No space left on device")
            case ("memory", 2):
                raise RuntimeError("CUDA out of memory")
            case _:
                return
