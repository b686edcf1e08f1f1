"""The tokens of words, by the tokenizer at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError
from explorer.models.word_tokens import tokens_of, word_ids
from tests.support import tiny


def test_they_are_the_tokens_after_another_word(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path / "model", "gpt_neox")
    words = ["cat", "cheetah", "ice cream"]
    found = tokens_of(Checkpoint.named(str(folder)), words)
    tokenizer = tiny.tokenizer()
    for word in words:
        whole = tokenizer(f"the {word}", add_special_tokens=False)["input_ids"]
        assert whole == tokenizer("the", add_special_tokens=False)["input_ids"] + found[word]
    assert list(found.values()) == word_ids(tokenizer, words)


@pytest.mark.parametrize("model", ["nobody/nothing", "built-in"])
def test_a_tokenizer_that_is_not_here_is_told_without_asking_a_network(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path))
    monkeypatch.setattr("explorer.models.hub.config_of", lambda _: pytest.fail("asked the hub"))
    with pytest.raises(ModelError, match=r"tokenizer of .* is not on this machine"):
        tokens_of(Checkpoint.named(model), ["cat"])


def test_a_tokenizer_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path / "model", "gpt_neox")
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        tokens_of(Checkpoint.named(str(folder)), ["cat"])
