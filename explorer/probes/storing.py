"""A probe set under a name that may be taken: nothing that is there is lost."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from explorer.core.disk import replacing
from explorer.core.errors import InputError, ResourceError
from explorer.core.records import Sentence
from explorer.probes import probe_set

_LONGEST = 64
"""Characters of a probe set's name."""


def store(
    name: str,
    rows: Sequence[Sentence],
    card: Mapping[str, object],
    *,
    replace: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> probe_set.ProbeSetInfo:
    """Write a probe set. replace: whether one of this name with other sentences makes
    room; it is kept under another name, which is told.

    Raises InputError where it is there and may not be replaced, ResourceError where the
    folder cannot be written.
    """
    path = probe_set.check_new(name)
    there = probe_set.load(name).info if path.exists() else None
    same = there is not None and there.digest == probe_set.digest_of(rows)
    if there is not None and not replace:
        if same:
            tell(f"“{name}” holds exactly these sentences already; nothing was written.")
            return there
        n_there = sum(there.sizes.values())
        raise InputError(
            f"There is a probe set “{name}” already, of {n_there:,} other sentences of "
            f"{len(there.sizes):,} concepts; nothing was stored.",
            "Choose another name with --name, or give --replace: the one that is there is "
            "then kept under another name.",
        )
    with writing(path):
        if there is not None and not same:
            tell(f"What was “{name}” is kept as “{_set_aside(path, name, there.digest)}”.")
        return probe_set.save(name, rows, card)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """The operating system's refusal to write a probe set, as a ResourceError."""
    try:
        yield
    except OSError as error:
        raise ResourceError(
            f"The probe set could not be written to {path.parent}: {error.strerror or error}.",
            "Make the folder writable, or point EXPERT_EXPLORER_CACHE to one that is.",
        ) from error


def _set_aside(path: Path, name: str, digest: str) -> str:
    """Copy a probe set to a name of its own, by its content, and return that name."""
    mark = f"-{digest[:7]}"
    aside = name[: _LONGEST - len(mark)] + mark
    target = probe_set.path_of(aside)
    if target.exists() and probe_set.load(aside).info.digest != digest:
        raise InputError(
            f"There is another probe set “{aside}”, which “{name}” would be kept as.",
            "Choose another name with --name.",
        )
    with replacing(target) as scratch:
        shutil.copyfile(path, scratch)
    return aside
