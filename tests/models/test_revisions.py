"""Where a checkpoint lies: models trained here by their bare name, folders with a
subfolder a revision.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from huggingface_hub.errors import LocalEntryNotFoundError

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError
from explorer.models import builtin, catalog, content, folders, hub
from explorer.models.checkpoints import load_checkpoint
from tests.support import tiny

STEPS = ("step0", "step64", "step512")


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model with three revisions where those trained here live."""
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path))
    folder = settings.models_dir() / f"neox-{tmp_path.name}"
    for seed, revision in enumerate(STEPS):
        tiny.checkpoint(folder / revision, "gpt_neox", seed)
        facts = {"step": seed, "held_out_loss": 9.5 - seed, "family": "tiny", "nested": {"a": 1}}
        (folder / revision / settings.TRAINING_RECORD).write_text(json.dumps(facts))
    return folder


def weights(checkpoint: Checkpoint) -> torch.Tensor:
    return next(load_checkpoint(checkpoint).model.parameters()).detach()


def test_a_bare_name_and_its_folder_lead_to_the_same_revision(trained: Path) -> None:
    for revision in STEPS:
        for model in (trained.name, str(trained)):
            assert folders.folder_of(Checkpoint(model, revision)) == trained / revision
    assert torch.equal(
        weights(Checkpoint(trained.name, "step64")), weights(Checkpoint(str(trained / "step64")))
    )
    assert not torch.equal(
        weights(Checkpoint(trained.name, "step64")), weights(Checkpoint(trained.name, "step0"))
    )


def test_main_is_the_last_step_unless_the_folder_is_a_model_itself(trained: Path) -> None:
    assert folders.folder_of(Checkpoint(trained.name)) == trained / "step512"
    tiny.checkpoint(trained, "gpt_neox", 9)
    assert folders.folder_of(Checkpoint(trained.name)) == trained
    assert folders.folder_of(Checkpoint(trained.name, "step64")) == trained / "step64"


def test_revisions_that_differ_in_nothing_but_weights_have_commits_of_their_own(
    trained: Path,
) -> None:
    commits = {load_checkpoint(Checkpoint(trained.name, revision)).commit for revision in STEPS}
    assert len(commits) == len(STEPS)


@pytest.mark.parametrize("revision", ["step1", "../step0", "step", ".step0.partial", ""])
def test_a_revision_that_is_not_there_names_those_that_are(trained: Path, revision: str) -> None:
    tiny.checkpoint(trained / ".step0.partial", "gpt_neox")
    for model in (trained.name, str(trained)):
        with pytest.raises(ModelError) as caught:
            load_checkpoint(Checkpoint(model, revision))
        assert caught.value.what == f"{trained} has no revision “{revision}”."
        assert caught.value.hint == "Its revisions: step0, step64, step512."


def test_a_plain_folder_does_not_pass_for_a_revision(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path / "plain", "gpt_neox")
    with pytest.raises(
        ModelError, match=r"has no revision “step5”\. Its revisions: none but main\."
    ):
        load_checkpoint(Checkpoint(str(folder), "step5"))


def test_what_the_training_recorded_is_told_where_there_is_something(
    trained: Path, tmp_path: Path
) -> None:
    told = catalog.training_of(Checkpoint(trained.name, "step64"))
    assert told == {"step": 1, "held_out_loss": 8.5, "family": "tiny"}
    assert catalog.training_of(Checkpoint(trained.name, "step64", random_init=0)) is None
    assert catalog.training_of(Checkpoint(str(tiny.checkpoint(tmp_path / "plain", "gpt2")))) is None
    (trained / "step64" / settings.TRAINING_RECORD).write_text("[1")
    assert catalog.training_of(Checkpoint(trained.name, "step64")) is None
    for elsewhere in ("organisation/model", builtin.NAME):
        assert catalog.training_of(Checkpoint(elsewhere)) is None


def test_a_bare_name_nobody_trained_goes_to_the_hub_with_a_hint(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise LocalEntryNotFoundError("no answer")

    monkeypatch.setattr(hub, "hf_hub_download", silent)
    assert folders.folder_of(Checkpoint("neox-unknown")) is None
    for model, hinted in (("neox-unknown", True), ("organisation/neox-unknown", False)):
        with pytest.raises(ModelError, match=f"The hub did not answer for “{model}”") as caught:
            load_checkpoint(Checkpoint(model))
        assert ("train-family" in caught.value.hint) is hinted


def test_a_name_cannot_lead_out_of_the_folder_of_models(trained: Path) -> None:
    for name in ("..", ".", "neox/../..", "models/.."):
        assert folders.folder_of(Checkpoint(name)) is None


def test_main_of_a_trainer_s_folder_is_its_last_checkpoint(tmp_path: Path) -> None:
    for seed, number in enumerate((1500, 500, 1000)):
        tiny.checkpoint(tmp_path / f"checkpoint-{number}", "gpt_neox", seed)
    folder = Checkpoint.named(str(tmp_path))
    assert folders.folder_of(folder) == tmp_path / "checkpoint-1500"
    assert folders.resolved(folder) == Checkpoint(str(tmp_path), "checkpoint-1500")
    assert folders.resolved(folder).step == 1500
    alone = Checkpoint(str(tmp_path / "checkpoint-500"))
    assert folders.resolved(alone) == alone


def test_weights_that_changed_behind_a_name_are_told(tmp_path: Path) -> None:
    from explorer import __version__
    from explorer.core.records import RunInfo
    from tests.support.fixtures import small_request

    folder = tmp_path / "mine"
    tiny.checkpoint(folder, "gpt_neox", 0)
    checkpoint = Checkpoint(str(folder))
    request = small_request(model=str(folder))
    before = catalog.commit_of(checkpoint)
    facts: Any = (request.id, "", request, "", before, 1, 1, 1.0, (), {}, {}, 0)
    run = replace(RunInfo(*facts), program=__version__)
    assert catalog.weights_changed(run) is None
    tiny.checkpoint(folder, "gpt_neox", 1)
    sentence = catalog.weights_changed(run)
    now = catalog.commit_of(checkpoint)
    assert now != before
    assert sentence is not None
    assert f"“main@{now[:7]}”" in sentence
    assert folders.folder_of(Checkpoint(str(folder), f"main@{now[:7]}")) == folder
    with pytest.raises(ModelError, match="no longer holds"):
        folders.folder_of(Checkpoint(str(folder), f"main@{before[:7]}"))
    assert catalog.weights_changed(RunInfo(*facts)) is None


def test_weights_retrained_under_a_bare_name_are_told_but_not_for_an_untrained_twin(
    trained: Path,
) -> None:
    from explorer.core.records import RunInfo
    from tests.support.fixtures import small_request

    runs = []
    for seed in (None, 0):
        request = small_request(model=trained.name, revision="step64", random_init=seed)
        commit = catalog.commit_of(request.checkpoint)
        facts: Any = (request.id, "", request, "", commit, 1, 1, 1.0, (), {}, {}, 0)
        runs.append(replace(RunInfo(*facts), program="0.2.0"))
    assert [catalog.weights_changed(run) for run in runs] == [None, None]
    tiny.checkpoint(trained / "step64", "gpt_neox", 9)
    learned, twin = (catalog.weights_changed(run) for run in runs)
    assert learned is not None
    assert "“step64@" in learned
    assert twin is None


def test_a_change_of_one_tensor_or_of_the_tokenizer_changes_the_content(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    tensors = {f"layer.{n}": np.full(40_000, n, np.float32) for n in range(60)}
    tensors["bias"] = np.zeros(100, np.float32)
    (tmp_path / "config.json").write_text("{}")
    save_file(tensors, tmp_path / "model.safetensors")
    before = content.digest(tmp_path)
    for name in ("bias", "layer.31"):
        save_file(tensors | {name: tensors[name] + 1}, tmp_path / "model.safetensors")
        assert content.digest(tmp_path) != before
    save_file(tensors, tmp_path / "model.safetensors")
    assert content.digest(tmp_path) == before
    (tmp_path / "tokenizer.json").write_text("{}")
    assert content.digest(tmp_path) != before


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\xff" * 9,
        (2).to_bytes(8, "little") + b"[]",
        (44).to_bytes(8, "little") + b'{"a": {"data_offsets": [-99999999999999, 4]}}',
        (40).to_bytes(8, "little") + b'{"a": {"data_offsets": "0 to 12"}}      ',
    ],
)
def test_weights_that_are_none_have_a_content_too(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(start)
    assert len(content.digest(tmp_path)) == 40
