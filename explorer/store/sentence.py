"""Sentences that wait to be read, and what was read: files in one folder, so that any
process may ask, answer and look.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core.disk import parse_table, read_bytes, read_table, replacing
from explorer.core.errors import ExplorerError, InputError, ResourceError
from explorer.core.header import header
from explorer.core.sentence import LONGEST, Question, Reading
from explorer.core.tau import Tau

_ASKED, _ANSWER = ".question.json", ".answer.json"
_VERSION = 1
_KEPT = 200
"""Answers beyond this many go, those longest unused first."""
_LISTED = 40
_DIGITS = 6


def ask(folder: Path, question: Question) -> None:
    """Put a question, in place of whatever was answered to it. Raises ResourceError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{question.id}{_ANSWER}").unlink(missing_ok=True)
        _write(folder / f"{question.id}{_ASKED}", _fields(question))
    except OSError as error:
        raise ResourceError(
            f"{folder} cannot be written: {error.strerror}.",
            "Check the disk space and the folder's rights.",
        ) from error


def withdraw(folder: Path, question: Question) -> None:
    """Take a question back."""
    (folder / f"{question.id}{_ASKED}").unlink(missing_ok=True)


def waits(folder: Path, question: Question) -> bool:
    """Whether a question was put and not answered."""
    return (folder / f"{question.id}{_ASKED}").exists()


def take(folder: Path) -> Question | None:
    """The question that has waited longest; None where none waits. What is no question
    is removed.
    """
    for path in sorted(folder.glob(f"*{_ASKED}"), key=_time):
        try:
            question = _question(read_table(path, 20 * LONGEST))
            if path.name == f"{question.id}{_ASKED}":
                return question
        except (OSError, ExplorerError, KeyError):
            pass
        with contextlib.suppress(OSError):
            path.unlink()
    return None


def answer(folder: Path, question: Question, found: Reading | ExplorerError) -> None:
    """Keep what was read, or the sentence of what went wrong. Raises OSError."""
    if isinstance(found, ExplorerError):
        fields: dict[str, object] = {"problem": found.what, "hint": found.hint}
    else:
        fields = {
            **header("reading", _VERSION, [question.run]),
            **_fields(question),
            "spans": found.spans.tolist(),
            "concepts": found.concepts.tolist(),
            "experts": found.experts.tolist(),
            "negatives": found.negatives.tolist(),
            "scores": np.round(found.scores, 4).tolist(),
            "p": [[float(f"{p:.{_DIGITS}g}") for p in row] for row in found.p.tolist()],
        }
    _write(folder / f"{question.id}{_ANSWER}", fields)
    withdraw(folder, question)
    _prune(folder)


def find(folder: Path, question: Question, n_concepts: int) -> Reading | None:
    """What was read of a sentence; None where it was not, or what is there is no
    reading of it by a run with so many concepts. Raises the problem that was met.
    """
    try:
        fields = parse_table(read_bytes(folder / f"{question.id}{_ANSWER}"))
        if "problem" in fields:
            problem = ExplorerError(str(fields["problem"]), str(fields.get("hint", "")))
        else:
            return _reading(fields, question, n_concepts)
    except (OSError, InputError, KeyError, ValueError, TypeError):
        return None
    raise problem


def texts_read(folder: Path, run_id: str, tau: Tau) -> list[str]:
    """The sentences that a run read at τ, the last one first."""
    answers = sorted(folder.glob(f"*{_ANSWER}"), key=_time, reverse=True)[:_LISTED]
    questions = (_answered(path, _time(path)) for path in answers)
    return [q.text for q in questions if q is not None and (q.run, q.tau) == (run_id, tau)]


@functools.lru_cache(2 * _LISTED)
def _answered(path: Path, time: float) -> Question | None:  # noqa: ARG001
    """The question of an answer as it was at a time; None where it holds a problem."""
    try:
        fields = read_table(path)
        return None if "problem" in fields else _question(fields)
    except (OSError, ExplorerError, KeyError):
        return None


def _fields(question: Question) -> dict[str, object]:
    return {"run": question.run, "tau": str(question.tau), "text": question.text}


def _question(fields: Mapping[str, Any]) -> Question:
    return Question(str(fields["run"]), Tau.parse(str(fields["tau"])), str(fields["text"]))


def _reading(fields: Mapping[str, Any], question: Question, n_concepts: int) -> Reading:
    concepts = np.array(fields["concepts"], np.int64)
    shape = (len(fields["spans"]), len(concepts))
    found = Reading(
        str(fields["text"]),
        np.array(fields["spans"], np.int64).reshape(-1, 2),
        concepts,
        np.array(fields["experts"], np.int64),
        np.array(fields["scores"], float).reshape(shape),
        np.array(fields["p"], float).reshape(shape),
        np.array(fields["negatives"], np.int64),
    )
    inside = ((concepts >= 0) & (concepts < n_concepts)).all()
    within = ((found.spans >= 0) & (found.spans <= len(found.text))).all()
    shares = ((found.p > 0) & (found.p <= 1)).all() and np.isfinite(found.scores).all()
    same = found.experts.shape == found.negatives.shape == concepts.shape
    if not (inside and within and shares and same and found.text == question.text):
        raise ValueError("it is no reading of this sentence")
    return found


def _write(path: Path, fields: Mapping[str, object]) -> None:
    with replacing(path) as scratch:
        scratch.write_text(json.dumps(fields), encoding="utf-8")


def _prune(folder: Path) -> None:
    for path in sorted(folder.glob(f"*{_ANSWER}"), key=_time)[:-_KEPT]:
        with contextlib.suppress(OSError):
            path.unlink()


def _time(path: Path) -> float:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime
    return 0.0
