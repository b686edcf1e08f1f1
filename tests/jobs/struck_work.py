"""The kinds of work that are struck, each with the cache that it begins in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.models.checkpoints import Checkpoint
from explorer.probes import probe_set
from explorer.train.family import load as load_family
from explorer.train.text import prepare
from tests.extract.test_engine import CONCEPTS
from tests.extract.test_engine import probe_set as few
from tests.jobs.kinds.test_study import SMALL
from tests.jobs.striking import Work
from tests.support import tiny
from tests.support.fixtures import FakeExtraction, small_request
from tests.support.workbench import Heard
from tests.train.conftest import TABLE

SIZES = ("--positives", "20", "--negatives", "40", "--folds", "2", "--human", "none")
_SLOW, _FAST = {"FAKE_SECONDS": "0.05"}, {"FAKE_SECONDS": "0"}


def works(scratch: Path) -> Iterator[tuple[Work, Path]]:
    """Work and the cache before it."""
    files = scratch / "files"
    files.mkdir()
    (files / "s.toml").write_text(SMALL)
    lines = [f"The old {word} number {n} was seen by us." for n in range(2000) for word in CONCEPTS]
    (files / "corpus.txt").write_text("\n\n".join(lines))
    rows = [f"{word},{line}" for word in CONCEPTS for line in lines if word in line]
    (files / "import.csv").write_text("\n".join(["concept,text", *rows]))
    # As long as its held-out part must be.
    (files / "long.txt").write_text(
        "\n\n".join(f"{line[:-1]} {k}." for k in range(4) for line in lines)
    )
    (files / "family.toml").write_text(TABLE.format(corpus=files / "long.txt"))
    fixture = scratch / "fixture"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPERT_EXPLORER_CACHE", str(fixture))
        probe_set.save("fixture", FakeExtraction(small_request()).sentences, {"made_by": "test"})
        run = _extracted(scratch / "real", patch)
        patch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(scratch / "prepared" / "downloads"))
        prepare(load_family("tiny", files / "family.toml"))
    extract = ("extract", "--probes", "fixture", *SIZES)
    harvest = ("probes", "harvest", "mine", "--corpus", str(files / "corpus.txt"))
    yield Work("extraction", extract, _SLOW), fixture
    yield Work("publishing", extract, _FAST, late=True), fixture
    yield Work("study", ("study", "run", str(files / "s.toml")), _FAST), fixture
    yield Work("sentences", (*harvest, "--concepts", ",".join(CONCEPTS)), {}), fixture
    imported = ("probes", "import", str(files / "import.csv"), "--name", "mine")
    yield Work("import", imported, {}), fixture
    collect = ("evidence", run, "--units", "3", "--concepts", "cat,dog")
    yield Work("evidence", collect, {}), scratch / "real"
    train = ("train-family", "tiny", "--table", str(files / "family.toml"), "--sizes", "a")
    yield Work("training", train, {}), scratch / "prepared"


def _extracted(cache: Path, patch: pytest.MonkeyPatch) -> str:
    """The id of a run of a real tiny model in a cache."""
    patch.setenv("EXPERT_EXPLORER_CACHE", str(cache))
    folder = tiny.checkpoint(cache.parent / "neox", "gpt_neox")
    rows: list[Sentence] = [row for own in few().sentences.values() for row in own]
    info = probe_set.save("small", rows, {"made_by": "test"})
    request = RunRequest(
        Checkpoint(str(folder)), "small", info.digest, CONCEPTS, 8, 12, 3, ap_floor=0.3
    )
    EXTRACTION.run(Pass((request,), ()), Heard())
    return request.id
