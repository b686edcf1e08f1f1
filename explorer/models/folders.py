"""The folders of checkpoints on this machine: which one a name and a revision mean."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint, revision_number
from explorer.core.errors import ModelError
from explorer.models import builtin, content


def folder_of(checkpoint: Checkpoint) -> Path | None:
    """The folder a checkpoint is loaded from; None when it is the hub's.

    A bare name of a model trained here, or a folder with a subfolder a revision, leads
    to that subfolder; "main" is its last step. "main@1a2b3c4" is the same folder while
    its content has that digest. Raises ModelError when there is no such revision.
    """
    if checkpoint.model == builtin.NAME:
        return builtin.folder()
    trained = settings.models_dir() / checkpoint.model
    if is_local(checkpoint.model):
        folder = Path(checkpoint.model).expanduser()
    elif re.fullmatch(r"[\w-][\w.-]*", checkpoint.model) and trained.is_dir():
        folder = trained
    else:
        return None
    revision, _, wanted = checkpoint.revision.partition("@")
    place = _revision(folder, revision)
    if wanted and not (place / "config.json").exists():
        return place
    if wanted and not (now := digest(checkpoint, place)).startswith(wanted):
        raise ModelError(
            f"{place} no longer holds the weights of “{checkpoint.revision}”.",
            f"Its content is now “{revision}@{now[:7]}”.",
        )
    return place


def digest(checkpoint: Checkpoint, folder: Path) -> str:
    """Of the content of a checkpoint's folder, 40 hex digits; of an untrained twin that
    of its config and tokenizer.
    """
    return content.digest(folder, weights=checkpoint.random_init is None)


def _revision(folder: Path, revision: str) -> Path:
    found = [
        path.parent.name
        for path in folder.glob("*/config.json")
        if not path.parent.name.startswith(".")
    ]
    if revision in found:
        return folder / revision
    if not found and not (folder / "config.json").exists():
        return folder
    ordered = sorted(found, key=_by_number)
    if revision == "main":
        own = not ordered or (folder / "config.json").exists()
        return folder if own else folder / ordered[-1]
    there = ", ".join(ordered) or "none but main"
    raise ModelError(f"{folder} has no revision “{revision}”.", f"Its revisions: {there}.")


def resolved(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint with the revision that "main" means.

    In a folder that holds one subfolder a revision, such as a trainer's, that is the
    one of the highest number; elsewhere "main" is a name of its own. Raises what
    `folder_of` raises.
    """
    twin = checkpoint.random_init is not None
    if checkpoint.revision != "main" or checkpoint.model == builtin.NAME or twin:
        return checkpoint
    folder = folder_of(checkpoint)
    named = folder is not None and folder.parent in _homes(checkpoint.model)
    return replace(checkpoint, revision=folder.name) if folder and named else checkpoint


def _homes(model: str) -> tuple[Path, ...]:
    return Path(model).expanduser(), settings.models_dir() / model


def _by_number(revision: str) -> tuple[int, str]:
    number = revision_number(revision)
    return -1 if number is None else number, revision


def is_local(model: str) -> bool:
    """Whether a model is named by a path rather than by a hub id."""
    return model.startswith(("/", "~", "./", "../"))
