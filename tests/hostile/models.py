"""Folders of models as nobody should send them: how each is made of a good one, and
what must be said of it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hostile.case import Hostile
from tests.hostile.in_folder import file

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 10\n"
PAGE = b"<!DOCTYPE html><html><body>Please sign in</body></html>"


def config(**changes: Any) -> Callable[[Path], None]:
    """Other values in config.json; None takes a key out."""

    def make(folder: Path) -> None:
        path = folder / "config.json"
        held = json.loads(path.read_text()) | changes
        path.write_text(json.dumps({k: v for k, v in held.items() if v is not None}))

    return make


def cut(name: str, n_bytes: int) -> Callable[[Path], None]:
    """A file of the folder that ends early."""
    return lambda folder: os.truncate(folder / name, n_bytes)


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _file_instead(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"GGUF")


CONFIGS = [
    Hostile("no config", lambda f: (f / "config.json").unlink(), "holds no config.json"),
    Hostile("an empty folder", _emptied, "holds no config.json"),
    Hostile("no folder", shutil.rmtree, "does not exist"),
    Hostile("a file for a folder", _file_instead, "is a file, expected the folder of a model"),
    Hostile("a web page", file("config.json", PAGE), "is a web page"),
    Hostile("a pointer", file("config.json", POINTER), "Git LFS pointer"),
    Hostile("an empty config", file("config.json", ""), "is empty"),
    Hostile("a config cut off", cut("config.json", 50), "not JSON that can be read"),
    Hostile("a deep config", file("config.json", "[" * 100_000), "not JSON|nests"),
    Hostile("a config of bytes", file("config.json", b"\xff\xfe{}"), "UTF-8|not JSON"),
    Hostile("a config that is a list", file("config.json", "[1]"), "no table|model_type"),
    Hostile("no model_type", config(model_type=None), "names no model_type"),
    Hostile("a model_type of numbers", config(model_type=5), "model_type|5"),
    Hostile("a model_type of lists", config(model_type=["a"]), "model_type|a"),
    Hostile("an unknown model_type", config(model_type="mamba9"), "mamba9"),
    Hostile("markup for a model_type", config(model_type="<b>\x1b[31m"), "<b>"),
    Hostile("no width", config(hidden_size=None), "hidden_size"),
    Hostile("width of text", config(hidden_size="16"), "hidden_size"),
    Hostile("width below 0", config(hidden_size=-16), "hidden_size"),
    Hostile("width of 0", config(hidden_size=0), "hidden_size"),
    Hostile("an endless width", config(hidden_size=float("inf")), "hidden_size"),
    Hostile("layers of half", config(num_hidden_layers=1.5), "num_hidden_layers"),
    Hostile("layers of lists", config(num_hidden_layers=[2]), "num_hidden_layers"),
    Hostile("very many layers", config(num_hidden_layers=10**15), "num_hidden_layers|layers"),
    Hostile("a vocabulary of text", config(vocab_size="many"), "vocab_size"),
    Hostile("a context below 0", config(max_position_embeddings=-5), "max_position_embeddings"),
    Hostile("a context of text", config(max_position_embeddings="x"), "max_position_embeddings"),
]
"""Seen by the form and the estimate, before anything is loaded."""

WEIGHTS = [
    Hostile("no weights", lambda f: (f / "model.safetensors").unlink(), "cannot be loaded|weights"),
    Hostile("weights that are a pointer", file("model.safetensors", POINTER), "Git LFS pointer"),
    Hostile("weights that are a web page", file("model.safetensors", PAGE), "is a web page"),
    Hostile("nothing", file("model.safetensors", ""), "is empty"),
    Hostile("cut off", cut("model.safetensors", 20_000), "cut off"),
    Hostile(
        "a damaged header",
        file("model.safetensors", b"\x10" + bytes(7) + b"{" * 16),
        "header cannot be read",
    ),
    Hostile("an endless header", file("model.safetensors", b"\xff" * 64), "not a safetensors"),
    Hostile("pickled code", lambda f: _pickled(f), "cannot be loaded|weights"),
    Hostile("other widths", config(intermediate_size=44), "shape|size|weights"),
    Hostile("no tokenizer", lambda f: _without(f, "tokenizer.json"), "tokenizer"),
    Hostile("a tokenizer that is a page", file("tokenizer.json", PAGE), "is a web page"),
    Hostile("a tokenizer cut off", cut("tokenizer.json", 500), "tokenizer|cannot be loaded"),
    Hostile("a deep tokenizer", file("tokenizer.json", "[" * 9_000), "cannot be loaded"),
    Hostile(
        "code of its own", config(auto_map={"AutoModelForCausalLM": "x.Y"}, model_type="own"), "own"
    ),
    Hostile("an adapter beside it", file("adapter_config.json", "{}"), "adapter"),
]
"""Seen when the model is loaded."""


class _Planted:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, ("touch /tmp/planted-by-a-pickle",)


def _pickled(folder: Path) -> None:
    import pickle

    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Planted()))


def _without(folder: Path, name: str) -> None:
    for path in folder.glob("tokenizer*"):
        path.unlink()
    assert not (folder / name).exists()
