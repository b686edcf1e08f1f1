"""The tokens of the concepts of a run, kept beside the runs.

A file is derived from a tokenizer and safe to delete.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from explorer.core.disk import parse_json, read_bytes, replacing
from explorer.core.errors import ExplorerError
from explorer.core.header import header
from explorer.core.tables import is_whole

KIND, VERSION = "tokens of words", 1
_LARGEST = 50_000_000


def tokens_path(runs: Path, run_id: str) -> Path:
    """Where the tokens of a run are kept, beside the folder of runs."""
    return runs.parent / "tokens" / f"{run_id}.json"


def write_tokens(path: Path, run_id: str, tokens: Mapping[str, Sequence[int]]) -> None:
    """Write word → token ids, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = header(KIND, VERSION, [run_id]) | {"words": {w: list(t) for w, t in tokens.items()}}
    with replacing(path) as scratch:
        scratch.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def read_tokens(path: Path, words: Sequence[str]) -> list[list[int]] | None:
    """The token ids of each word, one at least; None where there is no file, or one
    that does not have them.
    """
    try:
        content = parse_json(read_bytes(path, _LARGEST))
    except (OSError, ExplorerError):
        return None
    if not isinstance(content, dict):
        return None
    if (content.get("kind"), content.get("schema_version")) != (KIND, VERSION):
        return None
    of = content.get("words")
    rows = [of.get(word) for word in words] if isinstance(of, dict) else [None]
    if not all(isinstance(row, list) and row and all(map(is_whole, row)) for row in rows):
        return None
    return rows  # type: ignore[return-value]
