"""Tokens of words beside the runs: what is written is read, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.store.word_tokens import read_tokens, tokens_path, write_tokens

WORDS = {"cat": [5], "cheetah": [7, 8, 9]}


def test_what_is_written_is_read_in_the_order_of_the_words(tmp_path: Path) -> None:
    path = tokens_path(tmp_path / "runs", "abc")
    assert path == tmp_path / "tokens" / "abc.json"
    write_tokens(path, "abc", WORDS)
    assert read_tokens(path, ["cheetah", "cat"]) == [[7, 8, 9], [5]]
    assert read_tokens(path, ["cat", "dog"]) is None
    assert json.loads(path.read_text())["parents"] == ["abc"]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "a report"},
        {"schema_version": 2},
        {"words": ["cat"]},
        {"words": {"cat": []}},
        {"words": {"cat": "5"}},
        {"words": {"cat": [1.5]}},
        {"words": {"cat": [True]}},
    ],
)
def test_what_does_not_fit_counts_as_none(tmp_path: Path, change: dict) -> None:
    path = tmp_path / "tokens.json"
    write_tokens(path, "abc", WORDS)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert read_tokens(path, ["cat"]) is None


@pytest.mark.parametrize("content", ["", "[]", "{", "null", "[" * 10_000])
def test_no_file_and_no_json_count_as_none(tmp_path: Path, content: str) -> None:
    assert read_tokens(tmp_path / "none.json", ["cat"]) is None
    (tmp_path / "broken.json").write_text(content)
    assert read_tokens(tmp_path / "broken.json", ["cat"]) is None
