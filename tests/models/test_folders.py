"""What "main" means in a folder of checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError
from explorer.models import folders


def folder_with(folder: Path, *names: str) -> Checkpoint:
    """A folder with models of these names; "." is the folder itself."""
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "config.json").write_text("{}")
    return Checkpoint.named(str(folder))


@pytest.mark.parametrize(
    ("names", "last"),
    [
        (("checkpoint-500", "checkpoint-1500", "checkpoint-1000"), "checkpoint-1500"),
        (("step9", "step10", "best"), "step10"),
        (("global_step90", "global_step1000"), "global_step1000"),
        (("epoch=1-step=99", "epoch=2-step=198"), "epoch=2-step=198"),
        (("step900-tokens9B", "step1000-tokens10B"), "step1000-tokens10B"),
        (("ckpt_step=5", "ckpt_step=40"), "ckpt_step=40"),
        (("only",), "only"),
    ],
)
def test_main_is_the_checkpoint_of_the_highest_step_and_is_told_and_stored(
    tmp_path: Path, names: tuple[str, ...], last: str
) -> None:
    named = folder_with(tmp_path, *names)
    assert folders.resolved(named) == Checkpoint(str(tmp_path), last)
    told = folders.meaning_of_main(named)
    assert told is not None
    assert f"“main” of {tmp_path} is its last checkpoint, {last}" in told
    assert (len(names) == 1) or f"of {len(names)}: " in told


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("checkpoint-1000", "step1000", "step5"), "which both say step 1,000: “main” could be"),
        (("step10", "step010", "step0010"), "which all say step 10: “main” could be each"),
        (("gpt2", "llama"), "holds gpt2, llama, whose names say no step"),
    ],
)
def test_a_main_that_could_be_several_is_refused_naming_them(
    tmp_path: Path, names: tuple[str, ...], said: str
) -> None:
    named = folder_with(tmp_path, *names)
    for asked in (folders.resolved, folders.folder_of, folders.meaning_of_main):
        with pytest.raises(ModelError, match=said) as caught:
            asked(named)  # type: ignore[operator]
        assert str(tmp_path) in caught.value.hint
    assert folders.folder_of(Checkpoint(str(tmp_path), names[0])) == tmp_path / names[0]


def test_a_folder_that_is_a_model_is_main_and_its_checkpoints_are_told(tmp_path: Path) -> None:
    named = folder_with(tmp_path, ".", "checkpoint-1000", "checkpoint-500", "tokenizer")
    assert folders.resolved(named) == named
    told = str(folders.meaning_of_main(named))
    assert "is the model in the folder itself" in told
    assert told.endswith("its checkpoints are revisions: checkpoint-500, checkpoint-1000.")
    assert folders.meaning_of_main(folder_with(tmp_path / "plain", ".")) is None


def test_revisions_are_listed_in_the_order_of_their_steps(tmp_path: Path) -> None:
    folder_with(tmp_path, *(f"step{n}" for n in range(0, 5000, 500)))
    with pytest.raises(ModelError) as caught:
        folders.folder_of(Checkpoint(str(tmp_path), "step7"))
    assert caught.value.hint == "Its revisions: step0, step500, …, step3500, step4000, step4500."
