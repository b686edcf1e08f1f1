"""The built-in model's own GGUF, given as any file is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from explorer.models import builtin
from explorer.models.gguf import conversion

pytestmark = pytest.mark.model


def test_the_built_in_model_s_own_file_becomes_the_built_in_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = builtin.ensure()
    fetched = builtin._fetch(tmp_path, lambda _: None)
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path / "downloads"))
    converted = conversion.ensure(fetched)
    names = sorted(path.name for path in ours.iterdir())
    assert names == sorted(path.name for path in converted.iterdir())
    for name in names:
        digests = []
        for folder in (ours, converted):
            with (folder / name).open("rb") as stream:
                digests.append(hashlib.file_digest(stream, "sha256").digest())
        assert digests[0] == digests[1], name
