"""Questions, answers and calibrations as files that anyone may have put there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from explorer.core.errors import ExplorerError, InputError
from explorer.core.sentence import LONGEST, Question, Reading
from explorer.core.tau import LOWEST, Tau
from explorer.measure.sentence import Calibration, Tail
from explorer.store import sentence
from explorer.store.calibration import read_calibration, write_calibration

RUN = "0123456789abcdef"
QUESTION = Question(RUN, LOWEST, "The <b>cat</b> slept.")


def reading(text: str = QUESTION.text) -> Reading:
    return Reading(
        text,
        np.array([[0, 3], [3, 10]]),
        np.array([1, 4]),
        np.array([2, 3]),
        np.array([[0.5, -1.0], [3.25, 0.0]]),
        np.array([[0.2, 0.9], [0.0005, 0.5]]),
        np.array([2000, 1999]),
    )


def test_what_was_read_is_found_as_it_was_kept(tmp_path: Path) -> None:
    sentence.ask(tmp_path, QUESTION)
    assert sentence.waits(tmp_path, QUESTION)
    assert sentence.take(tmp_path) == QUESTION
    assert sentence.find(tmp_path, QUESTION, 5) is None
    sentence.answer(tmp_path, QUESTION, reading())
    assert not sentence.waits(tmp_path, QUESTION)
    assert sentence.take(tmp_path) is None
    found = sentence.find(tmp_path, QUESTION, 5)
    assert found is not None
    for name in ("spans", "concepts", "experts", "scores", "p", "negatives"):
        np.testing.assert_array_equal(getattr(found, name), getattr(reading(), name))
    assert sentence.texts_read(tmp_path, RUN, LOWEST) == [QUESTION.text]
    assert sentence.texts_read(tmp_path, RUN, Tau(1)) == []


def test_questions_are_taken_in_the_order_they_came(tmp_path: Path) -> None:
    for second, text in enumerate(("one", "two", "three")):
        question = Question(RUN, LOWEST, text)
        sentence.ask(tmp_path, question)
        os.utime(tmp_path / f"{question.id}.question.json", (second, second))
    assert sentence.take(tmp_path) == Question(RUN, LOWEST, "one")


def test_a_problem_is_told_until_it_is_asked_again(tmp_path: Path) -> None:
    sentence.answer(tmp_path, QUESTION, InputError("The model is gone.", "Get it."))
    with pytest.raises(ExplorerError, match="The model is gone"):
        sentence.find(tmp_path, QUESTION, 5)
    assert sentence.texts_read(tmp_path, RUN, LOWEST) == []
    sentence.ask(tmp_path, QUESTION)
    assert sentence.find(tmp_path, QUESTION, 5) is None


def test_old_answers_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence, "_KEPT", 3)
    for second in range(5):
        question = Question(RUN, LOWEST, str(second))
        sentence.answer(tmp_path, question, reading(str(second)))
        os.utime(tmp_path / f"{question.id}.answer.json", (second, second))
    sentence.answer(tmp_path, QUESTION, reading())
    assert sentence.texts_read(tmp_path, RUN, LOWEST) == [QUESTION.text, "4", "3"]


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST + 1)])
def test_no_sentence_and_an_endless_one_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        Question(RUN, LOWEST, text)


BROKEN_ANSWERS = {
    "cut off": lambda fields: json.dumps(fields)[:200],
    "no table": lambda _: "[1, 2]",
    "another sentence": lambda fields: json.dumps(fields | {"text": "Another."}),
    "a concept beyond the run": lambda fields: json.dumps(fields | {"concepts": [1, 99]}),
    "a p of zero": lambda fields: json.dumps(fields | {"p": [[0.0, 1], [1, 1]]}),
    "a score that is no number": lambda fields: json.dumps(fields | {"scores": [["a", 1], [1, 1]]}),
    "infinite": lambda fields: json.dumps(fields | {"scores": [[float("inf"), 1], [1, 1]]}),
    "too few scores": lambda fields: json.dumps(fields | {"scores": [[1, 1]]}),
    "spans beyond the text": lambda fields: json.dumps(fields | {"spans": [[0, 9999], [1, 2]]}),
    "deep": lambda _: "[" * 5000,
}


@pytest.mark.parametrize("change", BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS.keys())
def test_a_damaged_answer_is_as_none(change, tmp_path: Path) -> None:
    sentence.answer(tmp_path, QUESTION, reading())
    path = tmp_path / f"{QUESTION.id}.answer.json"
    path.write_text(change(json.loads(path.read_text())))
    assert sentence.find(tmp_path, QUESTION, 5) is None


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"run": 1, "tau": "x", "text": ""}', json.dumps({"run": RUN})]
)
def test_what_is_no_question_is_removed(content: str, tmp_path: Path) -> None:
    path = tmp_path / "strange.question.json"
    path.write_text(content)
    assert sentence.take(tmp_path) is None
    assert not path.exists()


def calibration() -> Calibration:
    tails = [Tail.of(np.linspace(-1, 1, n)) for n in (40, 50, 400, 500)]
    return Calibration(
        np.array([1, 4]),
        (np.array([2, 7]), np.array([7, 9, 11])),
        np.array([2, 7, 9, 11]),
        np.arange(4.0),
        np.ones(4),
        tuple(tails[:2]),
        tuple(tails[2:]),
    )


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.npz"
    write_calibration(path, calibration())
    found = read_calibration(path, 5, 12)
    assert found is not None
    scores = np.linspace(-2, 2, 20).reshape(10, 2)
    np.testing.assert_array_equal(found.p(scores), calibration().p(scores))
    for name in ("concepts", "units", "mean", "scale"):
        np.testing.assert_array_equal(getattr(found, name), getattr(calibration(), name))


def test_a_calibration_of_another_run_and_a_damaged_one_are_as_none(tmp_path: Path) -> None:
    path = tmp_path / "b.npz"
    assert read_calibration(path, 5, 12) is None
    write_calibration(path, calibration())
    assert read_calibration(path, 4, 12) is None
    assert read_calibration(path, 5, 11) is None
    whole = path.read_bytes()
    for content in (b"", whole[:100], whole[:-30], b"PK" + bytes(500), whole[:300] + bytes(99)):
        path.write_bytes(content)
        assert read_calibration(path, 5, 12) is None
    np.savez(path, concepts=np.array([object()]))
    assert read_calibration(path, 5, 12) is None
