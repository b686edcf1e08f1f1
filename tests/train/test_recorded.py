"""What a training recorded of a checkpoint travels with every run extracted from it."""

from __future__ import annotations

import json

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.store.library import Library
from tests.support.workbench import Workbench
from tests.support.workbench import bench as bench


def test_a_run_tells_the_held_out_loss_of_its_checkpoint(bench: Workbench) -> None:
    facts = {"step": 4, "tokens": 256, "held_out_loss": 5.25, "family": "tiny"}
    folder = settings.models_dir() / "neox-tiny" / "step4"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "training.json").write_text(json.dumps(facts))
    request = bench.request(checkpoint=Checkpoint("neox-tiny", "step4"))
    bench.extract(request)
    told = {run.id: run.training for run in Library(bench.runs).runs()}
    assert told[request.id] == facts


def test_a_run_of_a_checkpoint_from_elsewhere_tells_none(bench: Workbench) -> None:
    bench.extract()
    assert [run.training for run in Library(bench.runs).runs()] == [None]
