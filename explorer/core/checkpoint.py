"""A model at one moment of its training."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from explorer.core.errors import InputError

BUILT_IN = "built-in"
_PATHS = ("/", "~", "./", "../")
_THOUSANDS = {"": 1, "k": 1_000, "m": 1_000_000}
_COUNTED = r"checkpoint|ckpt|epoch|iter(?:ation)?"
_STEP = (
    rf"(?<![a-z])(?:(?:global|(?:{_COUNTED})(?:[-_=]?[0-9]{{1,12}})?)[-_. ]*){{0,3}}"
    r"(?:steps?|checkpoint|ckpt|iter(?:ation)?s?|updates?)[-_= ]?"
    r"([0-9]{1,12}(?:\.[0-9]{1,6}(?=[km]))?)([km]?)(?![0-9a-z]|[.,][0-9])"
)
_TOKENS = r"(?<![a-z])tokens?[-_=]?[0-9.]+[kmbt]?(?![0-9a-z])"
_NUMBER = re.compile(_STEP, re.IGNORECASE)
_ENDING = re.compile(rf"{_STEP}(?:[-_]+(?:{_TOKENS}|[0-9.]+[kmbt]|hf|unsharded))*$", re.IGNORECASE)
_OF_NO_LINE = re.compile(rf"{_TOKENS}|^stage[-_]?1(?![0-9])", re.IGNORECASE)
_SEPARATORS = "-_./@= "


@dataclass(frozen=True)
class Checkpoint:
    """A model at one moment of its training: hub id, local folder, GGUF file or
    "built-in", and a revision.

    `random_init` is the seed of an untrained twin made from the same config; None for
    the weights as they are.
    """

    model: str
    revision: str = "main"
    random_init: int | None = None

    def __post_init__(self) -> None:
        if not self.model.strip() or not self.model.isprintable():
            raise InputError(
                "No model was given.", "Name a hub id, a local folder, a GGUF file, or “built-in”."
            )

    @classmethod
    def named(
        cls, model: str, revision: str = "main", random_init: int | None = None
    ) -> Checkpoint:
        """The checkpoint that a person means; a local folder or GGUF file by its full
        path.

        So one folder is one model, however it was written and from whichever folder.
        Raises InputError for a path that cannot be one.
        """
        text = model.strip()
        try:
            folder = Path(text).expanduser()
            if text != BUILT_IN and (text.startswith(_PATHS) or _is_model(folder)):
                text = str(folder.resolve())
        except (RuntimeError, ValueError, OSError) as error:
            raise InputError(
                f"“{text[:80]}” cannot be a folder: {error}.",
                "Name a hub id, a local folder, a GGUF file, or “built-in”.",
            ) from error
        return cls(text, revision.strip() or "main", random_init)

    @property
    def step(self) -> int | None:
        """Training step, where it is known: 0 for a random initialisation, N for
        "stepN".
        """
        if self.random_init is not None:
            return 0
        if _NUMBER.search(self.revision):
            return revision_number(self.revision)
        name = re.split(r"[/\\]+", self.model.rstrip("/\\"))[-1]
        return revision_number(name) if _ENDING.search(name) else None

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

    step512, step-512, step=512, checkpoint-1500, ckpt_step=1000, global_step1000,
    iter_0001000, update_1000, epoch=3-step=1000, step1000-tokens2B, step-50K-105b. What
    counts tokens or epochs is no step; of "checkpoint-3-step1000" the step is the step;
    a name that says two steps says none. A bare number may be a commit, and is none.
    """
    numbers = {_number(match) for match in _NUMBER.finditer(revision)}
    return numbers.pop() if len(numbers) == 1 else None


def revision_line(revision: str) -> str:
    """What the name of a revision says before its step: a line of training whose steps
    are counted anew, such as "stage2-ingredient1"; empty for a model's first.
    """
    step = _NUMBER.search(revision)
    return _OF_NO_LINE.sub("", revision[: step.start()]).strip(_SEPARATORS) if step else ""


def without_step(name: str) -> str:
    """A name without the training step at its end: "tiny" of "tiny-step512"."""
    ending = _ENDING.search(name)
    return name[: ending.start()].rstrip(_SEPARATORS) if ending else name


def _number(step: re.Match[str]) -> int | None:
    number = Fraction(step[1]) * _THOUSANDS[step[2].lower()]
    return number.numerator if number.denominator == 1 else None


def _is_model(path: Path) -> bool:
    if path.suffix.lower() == ".gguf" and not path.is_dir():
        return True
    # A folder that happens to have the name of a hub's model must not hide it.
    patterns = ("*config.json", "*/config.json", "*.gguf")
    return path.is_dir() and any(next(path.glob(pattern), None) for pattern in patterns)
