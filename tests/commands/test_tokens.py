"""The tokens of a run's concepts, kept by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli import main
from explorer.store.word_tokens import read_tokens
from tests.support.fixtures import CONCEPTS, small_run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run with its twin, in a cache of its own, without any model at hand."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path / "downloads"))
    small_run(tmp_path / "runs", random_init=0)
    return small_run(tmp_path / "runs").stem


def test_they_are_kept_for_the_run_and_its_control(
    run: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        "explorer.models.word_tokens.tokens_of", lambda _, words: {w: [len(w)] for w in words}
    )
    assert main(["tokens", run[:8]]) == 0
    told = capsys.readouterr()
    paths = [Path(line) for line in told.out.split()]
    assert {path.parent for path in paths} == {tmp_path / "tokens"}
    assert [read_tokens(path, CONCEPTS) for path in paths] == 2 * [[[len(w)] for w in CONCEPTS]]
    assert "12 concepts of 12 tokens" in told.err


def test_a_tokenizer_that_is_not_here_or_has_no_token_is_a_sentence(
    run: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["tokens", run]) == 3
    assert "tokenizer of SmolLM2-135M-Instruct is not on this machine" in capsys.readouterr().err
    assert main(["tokens", "zz"]) == 2
    monkeypatch.setattr(
        "explorer.models.word_tokens.tokens_of", lambda _, words: {w: [] for w in words}
    )
    assert main(["tokens", run]) == 3
    assert "no token for “cat”" in capsys.readouterr().err
    assert not (tmp_path / "tokens").exists()
