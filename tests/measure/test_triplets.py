"""The odd one of three: against slow plain code, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from explorer.measure.triplets import CHANCE, Agreement, agreement, odd_one_out

TRIPLETS, TRIALS = 300, 1000


def random_case(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    matrix = np.round(rng.random((8, 8)), 1)
    matrix = matrix + matrix.T
    words = np.array([rng.choice(8, 3, replace=False) for _ in range(30)])
    return matrix, words, rng.integers(0, 3, (30, 3)) + np.eye(3, dtype=int)[rng.integers(0, 3, 30)]


def slowly(matrix: np.ndarray, words: np.ndarray, answers: np.ndarray) -> tuple[float, float]:
    """Accuracy and its standard error before the correction for few words."""
    agreed, asked = [], []
    for (a, b, c), counts in zip(words, answers, strict=True):
        left = [matrix[b, c], matrix[a, c], matrix[a, b]]
        odd = [k for k in range(3) if left[k] == max(left)]
        agreed.append(sum(counts[k] for k in odd) / len(odd))
        asked.append(sum(counts))
    accuracy = sum(agreed) / sum(asked)
    errors = [(x - accuracy * n) / np.mean(asked) for x, n in zip(agreed, asked, strict=True)]
    total = sum(
        errors[s] * errors[t]
        for s in range(len(words))
        for t in range(len(words))
        if set(words[s]) & set(words[t])
    )
    return accuracy, max(total, sum(e * e for e in errors)) / len(words) ** 2


@pytest.mark.parametrize("seed", range(20))
def test_accuracy_and_its_interval_are_those_of_plain_code(seed: int) -> None:
    matrix, words, answers = random_case(np.random.default_rng(seed))
    result = odd_one_out(matrix, words, answers)
    accuracy, variance = slowly(matrix, words, answers)
    assert result.accuracy == pytest.approx(accuracy)
    clusters = len(np.unique(words))
    half = t.ppf(0.975, clusters - 3) * np.sqrt(variance) * clusters / (clusters - 3)
    assert result.low == pytest.approx(max(0, accuracy - half))
    assert result.high == pytest.approx(min(1, accuracy + half))
    assert result.n_answers == answers.sum()


def test_a_model_that_knows_nothing_shares_its_answer_out() -> None:
    result = odd_one_out(np.zeros((3, 3)), [[0, 1, 2]], [[3, 0, 0]])
    assert result.accuracy == pytest.approx(CHANCE)
    assert np.isnan(odd_one_out(np.zeros((3, 3)), np.empty((0, 3)), np.empty((0, 3))).accuracy)


def test_agreement_leaves_each_answer_out_and_shares_ties() -> None:
    # Of [3, 1, 0]: each of the three meets [2, 1, 0], the one meets [3, 0, 0]. Of
    # [1, 1, 0]: each meets the other alone.
    assert agreement([[3, 1, 0], [1, 1, 0], [1, 0, 0]]) == Agreement(3 / 6, 4 / 6, 2, 6)
    assert agreement([[2, 0, 0]]).others == 1.0
    assert np.isnan(agreement([[1, 0, 0]]).others)


def test_agreement_of_people_who_guess_is_chance_and_of_others_no_more_than_the_best() -> None:
    answers = np.random.default_rng(0).multinomial(3, [1 / 3] * 3, 20_000)
    found = agreement(answers)
    assert found.others == pytest.approx(1 / 3, abs=0.01)
    assert found.best > found.others


class Words:
    """Sets of triplets over words with positions, which people and the model see with
    errors of their own.
    """

    def __init__(self, n: int, *, meaning: bool) -> None:
        self.n, self.rng, self.meaning = n, np.random.default_rng(n), meaning

    def draw(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng, n = self.rng, self.n
        positions = rng.normal(size=(n, 3))
        seen = positions if self.meaning else rng.normal(size=(n, 3))
        popular = rng.normal(size=n)
        seen = seen + rng.normal(size=(n, 3))
        matrix = seen @ seen.T + popular[:, None] + popular
        words = np.array([rng.choice(n, 3, replace=False) for _ in range(TRIPLETS)])
        human = positions @ positions.T
        left = np.stack(
            [human[words[:, 1], words[:, 2]], human[words[:, 0], words[:, 2]],
             human[words[:, 0], words[:, 1]]], axis=1,
        )  # fmt: skip
        odd = (left + rng.gumbel(size=left.shape)).argmax(axis=1)
        return matrix, words, np.eye(3, dtype=int)[odd]


@pytest.mark.slow
@pytest.mark.parametrize(("n", "least"), [(40, 0.9), (80, 0.93)])
def test_the_interval_holds_the_accuracy_95_times_in_100_fewer_words_less_often(
    n: int, least: float
) -> None:
    study = Words(n, meaning=True)
    results = [odd_one_out(*study.draw()) for _ in range(TRIALS)]
    truth = np.mean([result.accuracy for result in results])
    hits = np.mean([result.low <= truth <= result.high for result in results])
    assert least <= hits <= 0.97
    assert truth > 0.4


@pytest.mark.slow
def test_a_model_without_meaning_differs_from_chance_5_times_in_100() -> None:
    study = Words(80, meaning=False)
    false = np.mean([odd_one_out(*study.draw()).p < 0.05 for _ in range(TRIALS)])
    assert 0.035 <= false <= 0.065
