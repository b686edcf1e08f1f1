"""The folders of checkpoints on this machine: which one a name and a revision mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from explorer.core import settings
from explorer.core.checkpoint import Checkpoint, revision_number
from explorer.core.errors import ModelError
from explorer.models import builtin, content
from explorer.models.gguf import conversion
from explorer.models.gguf.files import gguf_of

_SHOWN = 6


def folder_of(checkpoint: Checkpoint) -> Path | None:
    """The folder a checkpoint is loaded from; None when it is the hub's.

    A bare name of a model trained here, or a folder with a subfolder a revision, leads
    to that subfolder; "main" is the one of the highest step. "main@1a2b3c4" is the same
    folder while its content has that digest. A GGUF file leads to the folder that it is
    converted to, before it is there too. Raises ModelError when there is no such
    revision, when "main" could be several, and for a GGUF file that is none.
    """
    if checkpoint.model == builtin.NAME:
        return builtin.folder()
    if file := gguf_file(checkpoint):
        _check_revision(checkpoint, file)
        return conversion.folder_of(file)
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
        raise _changed(checkpoint, place, now)
    return place


def gguf_file(checkpoint: Checkpoint) -> Path | None:
    """The GGUF file that a checkpoint is made from, if it is. Raises ModelError where
    it could be several.
    """
    if checkpoint.model == builtin.NAME or not is_local(checkpoint.model):
        return None
    return gguf_of(Path(checkpoint.model).expanduser())


def is_there(checkpoint: Checkpoint, folder: Path) -> bool:
    """Whether a checkpoint's folder is there, or what it is made from. Raises
    ModelError.
    """
    file = gguf_file(checkpoint)
    return (folder / "config.json").exists() if file is None else file.exists()


def digest(checkpoint: Checkpoint, folder: Path) -> str:
    """Of the content of a checkpoint's folder or GGUF file, 40 hex digits; of an
    untrained twin that of its config and tokenizer.
    """
    if file := gguf_file(checkpoint):
        return conversion.digest(file, weights=checkpoint.random_init is None)
    return content.digest(folder, weights=checkpoint.random_init is None)


def _check_revision(checkpoint: Checkpoint, file: Path) -> None:
    revision, _, wanted = checkpoint.revision.partition("@")
    now = conversion.digest(file, weights=checkpoint.random_init is None)
    if revision != "main":
        raise ModelError(f"{file} is one file and has no revision “{revision}”.", "Give none.")
    if not now.startswith(wanted):
        raise _changed(checkpoint, file, now)


def _changed(checkpoint: Checkpoint, place: Path, now: str) -> ModelError:
    revision = checkpoint.revision.partition("@")[0]
    return ModelError(
        f"{place} no longer holds the weights of “{checkpoint.revision}”.",
        f"Its content is now “{revision}@{now[:7]}”.",
    )


def _revision(folder: Path, revision: str) -> Path:
    revisions = _revisions(folder)
    if revision in revisions:
        return folder / revision
    own = (folder / "config.json").exists()
    if not revisions and not own:
        return folder
    if revision == "main":
        return folder if own else folder / _last(folder, revisions)
    there = _listed(revisions) or "none but main"
    raise ModelError(f"{folder} has no revision “{revision}”.", f"Its revisions: {there}.")


def _revisions(folder: Path) -> list[str]:
    """The subfolders that are models, by the step in their names; those without come
    first.
    """
    names = [path.parent.name for path in folder.glob("*/config.json")]
    return sorted((name for name in names if not name.startswith(".")), key=_by_number)


def _last(folder: Path, revisions: Sequence[str]) -> str:
    last = revisions[-1]
    step = revision_number(last)
    same = [name for name in revisions if revision_number(name) == step]
    if len(same) == 1:
        return last
    said = "whose names say no step" if step is None else f"which both say step {step:,}"
    if len(same) > 2:
        said = said.replace("both", "all")
    raise ModelError(
        f"{folder} holds {_listed(same)}, {said}: “main” could be each of them.",
        f"Name the one that is meant, such as {folder / last}.",
    )


def _listed(names: Sequence[str]) -> str:
    """All names of a few, the first and the last ones of many."""
    few = list(names) if len(names) <= _SHOWN else [*names[:2], "…", *names[-3:]]
    return ", ".join(few)


def resolved(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint with the revision that "main" means.

    In a folder that holds one subfolder a revision, such as a trainer's, that is the
    one of the highest number; elsewhere "main" is a name of its own. Raises what
    `folder_of` raises.
    """
    if not _is_open(checkpoint):
        return checkpoint
    folder = folder_of(checkpoint)
    named = folder is not None and folder.parent in _homes(checkpoint.model)
    return replace(checkpoint, revision=folder.name) if folder and named else checkpoint


def meaning_of_main(checkpoint: Checkpoint) -> str | None:
    """What "main" is in a folder that holds checkpoints, as a sentence; None where
    there is nothing to tell. Raises what `folder_of` raises.
    """
    if not _is_open(checkpoint):
        return None
    place = folder_of(checkpoint)
    if place is None:
        return None
    if place.parent in _homes(checkpoint.model):
        every = _revisions(place.parent)
        among = f", of {len(every)}: {_listed(every)}" if len(every) > 1 else ""
        return f"“main” of {checkpoint.model} is its last checkpoint, {place.name}{among}."
    steps = [name for name in _revisions(place) if revision_number(name) is not None]
    if not steps:
        return None
    return (
        f"“main” of {checkpoint.model} is the model in the folder itself, whose step is not "
        f"known; its checkpoints are revisions: {_listed(steps)}."
    )


def _is_open(checkpoint: Checkpoint) -> bool:
    twin = checkpoint.random_init is not None
    return checkpoint.revision == "main" and checkpoint.model != builtin.NAME and not twin


def _homes(model: str) -> tuple[Path, ...]:
    return Path(model).expanduser(), settings.models_dir() / model


def _by_number(revision: str) -> tuple[int, str]:
    number = revision_number(revision)
    return -1 if number is None else number, revision


def is_local(model: str) -> bool:
    """Whether a model is named by a path rather than by a hub id."""
    return model.startswith(("/", "~", "./", "../"))
