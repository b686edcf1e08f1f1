"""Files that are not what their names say."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError
from explorer.models import hub
from explorer.models.checkpoints import load_checkpoint
from explorer.models.what_is import what_is
from tests.support import tiny

POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 538\n"
)
PAGE = "\n<!DOCTYPE html>\n<html><body>Please sign in</body></html>"


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (POINTER, "is a Git LFS pointer"),
        (PAGE, "is a web page"),
        ("<?xml version='1.0'?><Error/>", "is an XML page"),
        ("", "is empty"),
    ],
    ids=["pointer", "page", "xml", "empty"],
)
def test_a_file_of_a_model_that_is_something_else_is_named_for_what_it_is(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    folder = tiny.checkpoint(tmp_path / "tiny", "gpt2")
    (folder / name).write_text(content)
    with pytest.raises(ModelError) as caught:
        load_checkpoint(Checkpoint(str(folder)))
    assert str(caught.value).startswith(f"{folder / name} {said}")
    assert caught.value.hint


def test_a_pointer_in_place_of_pickled_weights_is_told_too(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path / "tiny", "gpt2")
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_text(POINTER)
    with pytest.raises(ModelError, match=r"pytorch_model\.bin is a Git LFS pointer"):
        load_checkpoint(Checkpoint(str(folder)))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_weights_that_were_cut_off_say_how_much_is_there(tmp_path: Path, share: float) -> None:
    path = tiny.checkpoint(tmp_path, "gpt2") / "model.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelError, match=f"cut off: it has .* of {len(content):,} bytes"):
        load_checkpoint(Checkpoint(str(tmp_path)))


@pytest.mark.parametrize("header", [b"\xff" * 8, b"\x04" + b"\0" * 7 + b"[[[[", b"12"])
def test_bytes_that_are_no_weights_are_told(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(header + b"x" * 30)
    strange = what_is(path)
    assert strange
    assert strange.what.startswith(("not a safetensors file", "damaged"))


def test_files_that_are_what_they_say_are_left_alone(tmp_path: Path) -> None:
    tiny.checkpoint(tmp_path, "gpt2")
    assert [what_is(path) for path in tmp_path.iterdir()] == [None] * len(list(tmp_path.iterdir()))
    assert what_is(tmp_path / "nothing") is None


def test_a_page_in_the_cache_of_the_hub_names_the_folder_to_delete(tmp_path: Path) -> None:
    folder = tmp_path / "models--some--model" / "snapshots" / "abc"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(PAGE)
    strange = what_is(folder / "config.json")
    assert strange
    assert f"delete {tmp_path / 'models--some--model'}" in strange.hint


def test_a_pointer_in_the_hub_s_cache_is_fetched_anew(tmp_path: Path) -> None:
    folder = tmp_path / "models--some--model" / "snapshots" / ("a" * 40)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(POINTER)
    strange = what_is(folder / "config.json")
    assert strange
    assert strange.hint.startswith(f"Delete {tmp_path / 'models--some--model'} and ask")


@pytest.mark.parametrize(
    "index",
    [PAGE, "[" * 100_000, "[]", '{"weight_map": 5}', "{}"],
    ids=["page", "deep", "list", "number", "empty"],
)
def test_an_index_of_weights_that_is_none_is_left_to_be_named_by_the_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index: str
) -> None:
    tiny.checkpoint(tmp_path, "llama")
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / "model.safetensors.index.json").write_text(index)
    monkeypatch.setattr(hub, "config_of", lambda _checkpoint: tmp_path / "config.json")
    assert hub.snapshot_of(Checkpoint("some/model")) == tmp_path
    with pytest.raises(ModelError):
        load_checkpoint(Checkpoint(str(tmp_path)))
