"""The words two concepts share, against plain counting."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from explorer.measure.surface import shared_words

SENTENCES = {
    "cat": [
        "The cat drinks milk.",
        "Cats purr; a cat's milk bowl is on the mat.",
        "The dog ran from the cat.",
    ],
    "dog": ["The dog barks on the mat!", "Dogs drink milk, and the cat's dog barks."],
    "car": ["The car has an engine.", "An engine roars on the road."],
}


def plain_similarity(a: Counter[str], b: Counter[str], used_by: Counter[str], n: int) -> float:
    def weight(bag: Counter[str], word: str) -> float:
        return (1 + math.log(bag[word])) * math.log(n / used_by[word]) if bag[word] else 0.0

    dot = sum(weight(a, word) * weight(b, word) for word in a)
    lengths = [math.sqrt(sum(weight(bag, word) ** 2 for word in bag)) for bag in (a, b)]
    return dot / (lengths[0] * lengths[1])


def test_it_is_the_cosine_of_tf_idf_without_the_own_words() -> None:
    counted = {
        "cat": "the drinks milk purr a s milk bowl is on the mat the dog ran from the",
        "dog": "the barks on the mat drink milk and the cat s barks",
        "car": "the has an engine an engine roars on the road",
    }
    bags = {word: Counter(text.split()) for word, text in counted.items()}
    used_by = Counter(word for bag in bags.values() for word in bag)
    found = shared_words(SENTENCES)
    for i, a in enumerate(bags):
        for j, b in enumerate(bags):
            expected = 1.0 if i == j else plain_similarity(bags[a], bags[b], used_by, 3)
            assert found[i, j] == pytest.approx(expected), (a, b)
    assert found[0, 1] > 0.05 > found[0, 2]


def test_the_target_words_themselves_never_count() -> None:
    # Each names the other, and nothing else is shared.
    found = shared_words(
        {"cat": ["cat dogs cats milk"], "dog": ["dog cat dog bone"], "car": ["engine"]}
    )
    assert found[0, 1] == 0


def test_a_word_that_every_concept_uses_weighs_nothing() -> None:
    assert (
        shared_words({"cat": ["the cat the"], "dog": ["the dog"], "car": ["the car"]}) == np.eye(3)
    ).all()


def test_order_case_and_punctuation_do_not_matter() -> None:
    shuffled = {
        word: [text.upper() for text in reversed(texts)] for word, texts in SENTENCES.items()
    }
    np.testing.assert_allclose(shared_words(shuffled), shared_words(SENTENCES), atol=1e-12)


def test_twice_the_sentences_are_hardly_more_alike() -> None:
    once = shared_words(SENTENCES)
    twice = shared_words({word: texts * 2 for word, texts in SENTENCES.items()})
    assert np.abs(once - twice).max() < 0.05


def test_a_concept_without_sentences_is_like_no_other() -> None:
    found = shared_words({"cat": ["a cat drinks"], "dog": ["a dog drinks"], "car": []})
    assert found[2].tolist() == [0, 0, 1]
    assert np.isfinite(found).all()


def test_the_matrix_is_symmetric_and_within_0_and_1() -> None:
    rng = np.random.default_rng(0)
    vocabulary = np.array([f"{a}{b}x" for a in "abcdefghij" for b in "abcdefghij"])
    found = shared_words({f"word{k}": [" ".join(rng.choice(vocabulary, 30))] for k in range(12)})
    np.testing.assert_allclose(found, found.T, atol=1e-12)
    assert found.min() >= 0
    assert found.max() <= 1


def test_no_spelling_of_a_concept_s_own_word_counts() -> None:
    found = shared_words(
        {
            "straße": ["STRASSE café ice cream"],
            "café": ["Straße cafe\u0301 ice cream"],
            "ice cream": ["straße CAFÉ Ice-Creams"],
            "car": ["engine"],
        }
    )
    # Each pair shares the third word only, which is the own word of none of the two.
    assert (found[:3, :3] > 0).all()
    assert shared_words({"café": ["cafe\u0301 milk"], "bus": ["CAFÉ road"]})[0, 1] == 0
