"""A model at one moment of its training."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from explorer.core.errors import InputError

BUILT_IN = "built-in"
_PATHS = ("/", "~", "./", "../")
_NUMBER = re.compile(
    r"(?:^|[^a-z])(?:global)?[-_]?(?:step|checkpoint|ckpt|iteration|iter)[-_]?(\d+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Checkpoint:
    """A model at one moment of its training: hub id, local folder or "built-in", and a
    revision.

    `random_init` is the seed of an untrained twin made from the same config; None for
    the weights as they are.
    """

    model: str
    revision: str = "main"
    random_init: int | None = None

    def __post_init__(self) -> None:
        if not self.model.strip() or not self.model.isprintable():
            raise InputError("No model was given.", "Name a hub id, a local folder, or “built-in”.")

    @classmethod
    def named(
        cls, model: str, revision: str = "main", random_init: int | None = None
    ) -> Checkpoint:
        """The checkpoint that a person means; a local folder by its full path.

        So one folder is one model, however it was written and from whichever folder.
        Raises InputError for a path that cannot be one.
        """
        text = model.strip()
        try:
            folder = Path(text).expanduser()
            if text and (text.startswith(_PATHS) or folder.is_dir()):
                text = str(folder.resolve())
        except (RuntimeError, ValueError, OSError) as error:
            raise InputError(
                f"“{text[:80]}” cannot be a folder: {error}.",
                "Name a hub id, a local folder, or “built-in”.",
            ) from error
        return cls(text, revision.strip() or "main", random_init)

    @property
    def step(self) -> int | None:
        """Training step, where it is known: 0 for a random initialisation, N for
        "stepN".
        """
        if self.random_init is not None:
            return 0
        number = revision_number(self.revision)
        if number is None:
            last = re.search(r"[^/\\]*$", self.model.rstrip("/\\"))
            ending = re.search(r"step[-_]?(\d+)$", last[0] if last else "")
            number = int(ending[1]) if ending else None
        return number

    @property
    def name(self) -> str:
        """Short model name: "SmolLM2-135M-Instruct", "pythia-70m"."""
        if self.model == BUILT_IN:
            return "SmolLM2-135M-Instruct"
        return self.model.rstrip("/").split("/")[-1]

    @property
    def label(self) -> str:
        """Name with what distinguishes the checkpoint: "pythia-70m · step512"."""
        if self.random_init is not None:
            return f"{self.name} · random init"
        return self.name if self.revision == "main" else f"{self.name} · {self.revision}"


def revision_number(revision: str) -> int | None:
    """The training step that the name of a revision says, None where it says none.

    step512, step-512, checkpoint-1500, global_step1000, iter_0001000,
    step1000-tokens2B.
    """
    number = _NUMBER.search(revision)
    return int(number[1]) if number else None
