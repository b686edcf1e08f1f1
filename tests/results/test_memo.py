"""What is measured once is measured once, whoever asks and however many at a time."""

from __future__ import annotations

import threading
import time

import numpy as np
import pandas as pd
import pytest

from explorer.results.memo import remembered


class Subject:
    """Stands in for a library."""


def test_the_same_question_is_computed_once_and_another_anew() -> None:
    asked: list[int] = []

    @remembered()
    def doubled(_: Subject, number: int) -> int:
        asked.append(number)
        return 2 * number

    one, other = Subject(), Subject()
    assert [doubled(one, 1), doubled(one, 1), doubled(one, 2), doubled(other, 1)] == [2, 2, 4, 2]
    assert asked == [1, 2, 1]


def test_of_many_threads_that_ask_at_once_one_computes() -> None:
    calls: list[float] = []

    @remembered()
    def slow(_: Subject, key: str) -> str:
        calls.append(time.monotonic())
        time.sleep(0.05)
        return key

    subject, results = Subject(), list[str]()
    threads = [
        threading.Thread(target=lambda: results.append(slow(subject, "a"))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["a"] * 12
    assert len(calls) == 1


def test_an_error_is_not_remembered() -> None:
    attempts: list[int] = []

    @remembered()
    def fails_once(_: Subject) -> str:
        attempts.append(1)
        if len(attempts) == 1:
            raise ValueError("not yet")
        return "there"

    subject = Subject()
    with pytest.raises(ValueError, match="not yet"):
        fails_once(subject)
    assert fails_once(subject) == "there"


def test_what_was_used_longest_ago_is_dropped_first() -> None:
    asked: list[int] = []

    @remembered(2)
    def echo(_: Subject, number: int) -> int:
        asked.append(number)
        return number

    subject = Subject()
    for number in (1, 2, 1, 3, 1, 2):
        echo(subject, number)
    assert asked == [1, 2, 3, 2]


def test_no_reader_can_change_what_others_are_given() -> None:
    @remembered()
    def table(_: Subject) -> pd.DataFrame:
        return pd.DataFrame({"value": [1.0, 2.0]})

    @remembered()
    def matrix(_: Subject) -> np.ndarray:
        return np.eye(2)

    subject = Subject()
    first = table(subject)
    first.loc[0, "value"] = 9.0
    first.insert(0, "other", 1)
    assert table(subject)["value"].tolist() == [1.0, 2.0]
    assert list(table(subject)) == ["value"]
    with pytest.raises(ValueError, match="read-only"):
        matrix(subject)[0, 0] = 5.0


def test_results_go_when_their_subject_goes() -> None:
    freed: list[str] = []

    class Result:
        def __del__(self) -> None:
            freed.append("gone")

    @remembered()
    def result(_: Subject) -> Result:
        return Result()

    subject = Subject()
    result(subject)
    del subject
    assert freed == ["gone"]
