"""Rung 4 of units: better than the words around a concept."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import average_precision_score

from explorer.core.evidence import BeyondContext
from explorer.measure.evidence import beyond_context as module
from explorer.measure.evidence.beyond_context import beyond_context
from explorer.measure.surface import context_words

N, WORDS, LENGTH = 300, 400, 12


def sentences(rng: np.random.Generator) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """Rows of words of Zipf's frequencies, labels whose positives prefer some, and
    which words these are.
    """
    frequency = 1 / np.arange(1, WORDS + 1)
    company = rng.random(WORDS) < 0.1
    preferred = frequency * np.where(company, 15, 1)
    positive = rng.random(N) < 0.3
    counts = np.zeros((N, WORDS))
    for row, label in enumerate(positive):
        share = preferred if label else frequency
        np.add.at(counts[row], rng.choice(WORDS, LENGTH, p=share / share.sum()), 1)
    idf = np.log(N / np.maximum((counts > 0).sum(axis=0), 1))
    weights = np.log1p(counts) * idf
    rows = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    return csr_array(rows), positive, company


def judged(words: csr_array, positive: np.ndarray, responses: np.ndarray) -> BeyondContext:
    """With all units taken together too."""
    return beyond_context(words, positive, responses, np.ones(responses.shape[1], bool))


@pytest.mark.slow
def test_units_that_answer_to_the_words_around_it_pass_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(0)
    alone, context = [], []
    for _ in range(40):
        words, positive, company = sentences(rng)
        liking = company[:, None] * rng.random((WORDS, 5))
        answers = words @ liking
        noise = rng.standard_normal((N, 5)) * answers.std(axis=0)
        alone.append(judged(words, positive, noise).p)
        context.append(judged(words, positive, answers + noise).p)
    assert np.mean(np.concatenate(alone) <= 0.05) <= 0.01
    assert np.mean(np.concatenate(context) <= 0.05) <= 0.05


@pytest.mark.slow
def test_a_unit_as_good_as_the_words_passes_as_often_as_stated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    words = csr_array(np.eye(N))
    passed = []
    for _ in range(300):
        positive = np.arange(N) < 100
        both = rng.standard_normal((N, 2)) + 0.7 * rng.standard_normal((N, 1))
        both += 1.2 * positive[:, None]
        monkeypatch.setattr(module, "_left_out", lambda *_, own=both[:, 0]: own)
        passed.append(judged(words, positive, both[:, 1:]).p[0] <= 0.05)
    assert 0.02 <= np.mean(passed) <= 0.08


def test_a_difference_that_does_not_vary_counts_as_the_resamples_do() -> None:
    p = module._p(np.array([0.5, 0.0, -0.5]), np.zeros(3))
    assert p.tolist() == [0.001, 1.0, 1.0]


def test_a_unit_that_answers_to_the_word_itself_passes() -> None:
    rng = np.random.default_rng(1)
    words, positive, _ = sentences(rng)
    answers = 4 * positive[:, None] + rng.standard_normal((N, 4))
    found = judged(words, positive, answers)
    assert (found.p < 0.01).all()
    assert found.joint_p < 0.01
    assert found.joint > found.units.max()
    assert (judged(words, positive, -answers).p > 0.999).all()


def test_every_ap_is_that_of_the_oracle_ties_included() -> None:
    rng = np.random.default_rng(2)
    words, positive, _ = sentences(rng)
    responses = np.column_stack([rng.standard_normal(N), rng.integers(0, 5, N), np.ones(N)])
    found = judged(words, positive, responses)
    oracle = [average_precision_score(positive, column) for column in responses.T]
    np.testing.assert_allclose(found.units, oracle)
    scores = module._left_out(words, positive.astype(float))
    assert found.words == pytest.approx(average_precision_score(positive, scores))
    counts = module._resampled(positive, rng)
    own = module._weighted_ap(responses[:, 1], positive, counts[5:6])
    again = np.repeat(np.arange(N), counts[5])
    assert own[0] == pytest.approx(average_precision_score(positive[again], responses[again, 1]))


def test_the_words_predict_each_sentence_from_all_others() -> None:
    words, positive, _ = sentences(np.random.default_rng(2))
    words, label = words[:40], positive[:40].astype(float)
    x = words.toarray() - words.toarray().mean(axis=0)
    tried = []
    for penalty in module._PENALTIES:
        predicted = np.empty(40)
        for row in range(40):
            kept = np.arange(40) != row
            design = np.column_stack([np.ones(39), x[kept]])
            ridge = np.diag([0.0] + [penalty] * WORDS)
            beta = np.linalg.solve(design.T @ design + ridge, design.T @ label[kept])
            predicted[row] = np.concatenate([[1.0], x[row]]) @ beta
        tried.append(predicted)
    best = min(tried, key=lambda predicted: float(((label - predicted) ** 2).mean()))
    np.testing.assert_allclose(module._left_out(words, label), best, atol=1e-8)


def test_the_concept_and_its_inflections_and_rare_words_are_left_out() -> None:
    texts = ["The cat and cats ran home.", "A dog ran home.", "Home is far."]
    found = context_words("cat", texts)
    assert found.shape == (3, 2)
    lengths = np.sqrt((found.toarray() ** 2).sum(axis=1))
    assert ((np.abs(lengths - 1) < 1e-12) | (lengths == 0)).all()
    assert context_words("cat", ["The cat.", "Dog."]).shape[0] == 2
