"""A model at one moment of its training."""

from __future__ import annotations

import re
from dataclasses import dataclass

from explorer.core.errors import InputError


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
        if not self.model.strip():
            raise InputError("No model was given.", "Name a hub id, a local folder, or “built-in”.")

    @property
    def step(self) -> int | None:
        """Training step, where it is known: 0 for a random initialisation, N for
        "stepN".
        """
        if self.random_init is not None:
            return 0
        found = re.search(r"step[-_]?(\d+)", self.revision) or re.search(
            r"step[-_]?(\d+)$", self.model
        )
        return int(found[1]) if found else None

    @property
    def name(self) -> str:
        """Short model name: "SmolLM2-135M-Instruct", "pythia-70m"."""
        return (
            "SmolLM2-135M-Instruct"
            if self.model == "built-in"
            else self.model.rstrip("/").split("/")[-1]
        )

    @property
    def label(self) -> str:
        """Name with what distinguishes the checkpoint: "pythia-70m · step512"."""
        if self.random_init is not None:
            return f"{self.name} · random init"
        return self.name if self.revision == "main" else f"{self.name} · {self.revision}"
