"""The table of families: what it says is checked, and what it says of sizes is true."""

from __future__ import annotations

import dataclasses
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from explorer.cli import main
from explorer.core import settings
from explorer.core.errors import InputError
from explorer.train import family as families
from explorer.train import publish, training
from explorer.train.family import Family, load

SHIPPED = tomllib.loads(
    resources.files("explorer.train").joinpath("families.toml").read_text("utf-8")
)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_family_is_named_by_its_true_parameter_counts(name: str) -> None:
    family = load(name)
    for size in family.sizes:
        assert size.name == f"{family.n_parameters(size) / 1e6:.0f}m"
    assert family.published[0] == 0
    assert len(family.published) >= 8
    assert len([size for size in family.sizes if not size.for_gpu]) >= 2


def test_the_parameters_of_the_table_are_those_of_the_model(tiny: Family) -> None:
    from transformers import GPTNeoXForCausalLM

    for size in tiny.sizes:
        model: Any = GPTNeoXForCausalLM(training.config(tiny, size))
        assert sum(p.numel() for p in model.parameters()) == tiny.n_parameters(size)
        embeddings = (
            model.get_input_embeddings().weight.numel()
            + model.get_output_embeddings().weight.numel()
        )
        assert tiny.n_parameters(size) - embeddings == size.n_inner


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        ("batch = 4", "batches = 4", "tiny has the unknown key “batches”. Did you mean “batch”?"),
        ("width = 16", "wide = 16", "a has the unknown key “wide”. Did you mean “width”?"),
        ("batch = 4", "batch = 0", "batch: got 0, expected a whole number > 0"),
        ("batch = 4", 'batch = "4"', "tiny, batch: got '4', expected a whole number."),
        ("batch = 4", "", "not complete"),
        ("heads = 2", "heads = 3", "size a, width: got 16, expected a multiple of 3 heads"),
        ("tokens = 1600", "tokens = 63", "tokens: got 63, expected at least one step"),
        ("vocabulary = 300", "vocabulary = 100", "vocabulary: got 100, expected 257 to 65,536"),
        ("learning_rate = 1e-2", 'learning_rate = "fast"', "learning_rate"),
        ("checkpoints = [0, 1, 4, 16]", "checkpoints = [-1]", "checkpoints"),
        ("checkpoints = [0, 1, 4, 16]", "checkpoints = 5", "checkpoints"),
        ("[tiny]", "[tiny", "cannot be read"),
        ("[tiny]", "[huge]", "There is no family “tiny”. Known: huge."),
    ],
)
def test_a_faulty_table_is_told_in_a_sentence(
    table: Path, tmp_path: Path, line: str, instead: str, message: str
) -> None:
    faulty = tmp_path / "faulty.toml"
    text = table.read_text("utf-8")
    assert line in text
    faulty.write_text(text.replace(line, instead, 1), "utf-8")
    with pytest.raises(InputError) as caught:
        load("tiny", faulty)
    assert message in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["huge"], "There is no family “huge”"),
        (["tiny", "--sizes", "a,z"], "tiny has no size “z”. It has a, b."),
        (["tiny", "--tokens", "3"], "tokens: got 3"),
        (["tiny", "--threads", "-1"], "--threads: got -1"),
    ],
)
def test_the_command_refuses_with_a_sentence(
    tiny: Family,
    table: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    assert main(["train-family", *arguments, "--table", str(table)]) == 2
    assert message in capsys.readouterr().err


def test_the_status_lists_checkpoints_and_what_is_missing(
    tiny: Family, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = publish.folder("tiny-a") / "step4"
    folder.mkdir(parents=True)
    (folder / settings.TRAINING_RECORD).write_text(
        '{"step": 4, "tokens": 256, "held_out_loss": 5.25}'
    )
    assert main(["train-family", "tiny", "--table", str(table), "--status"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["model", "step", "of", "tokens", "held_out_loss", "path"]
    assert lines[1] == ["tiny-a", "4", "25", "256", "5.25", str(folder)]
    assert lines[2][:3] == ["tiny-b", "", "25"]


def test_the_identity_of_a_training_follows_what_changes_its_weights(tiny: Family) -> None:
    a, b = tiny.sizes
    base = tiny.digest(a, 0)
    assert base == families.load(
        "tiny", Path(tiny.corpora[0].corpus).parent / "families.toml"
    ).digest(a, 0)
    changed = [
        dataclasses.replace(tiny, **{key: getattr(tiny, key) * 2}).digest(a, 0)
        for key in ("tokens", "batch")
    ]
    assert len({base, tiny.digest(b, 0), tiny.digest(a, 1), *changed}) == 5
    assert dataclasses.replace(tiny, checkpoints=(0,)).digest(a, 0) == base
