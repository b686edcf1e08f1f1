"""What the command line says of the checkpoint that it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli import main, parser
from explorer.commands.extract import checkpoint_of
from explorer.core.checkpoint import Checkpoint


@pytest.fixture
def trainer(tmp_path: Path) -> Path:
    for step in (500, 1500, 1000):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "config.json").write_text("{}")
    return tmp_path


def test_main_of_a_trainer_s_folder_is_told_and_stored_as_its_last_step(
    trainer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["extract", "--model", str(trainer)]
    assert checkpoint_of(parser().parse_args(asked)) == Checkpoint(str(trainer), "checkpoint-1500")
    assert (
        "is its last checkpoint, checkpoint-1500, of 3: checkpoint-500, checkpoint-1000, "
        "checkpoint-1500." in capsys.readouterr().err
    )
    named = [*asked, "--revision", "checkpoint-500"]
    assert checkpoint_of(parser().parse_args(named)).step == 500
    assert capsys.readouterr().err == ""


def test_two_last_checkpoints_are_refused(
    trainer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (trainer / "step1500").mkdir()
    (trainer / "step1500" / "config.json").write_text("{}")
    assert main(["extract", "--model", str(trainer), "--dry-run"]) == 3
    assert "checkpoint-1500, step1500, which both say step 1,500" in capsys.readouterr().err
