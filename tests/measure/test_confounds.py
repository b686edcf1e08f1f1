"""What else could make words similar, on texts small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.measure.confounds import (
    of_pairs,
    part_overlap,
    parts_of_words,
    spelling_overlap,
    word_frequency,
)

SENTENCES = {
    "cat": ["The cat saw a dog.", "Cats like cream."],
    "dog": ["A dog and two cats.", "The dog barks."],
    "ice cream": ["Ice cream for the cat!"],
}


def test_frequency_counts_a_word_and_its_inflections_in_sentences_of_others() -> None:
    # Words of the others' sentences: 5 + 3 + 4 for cat, of which 2 are cat or cats.
    cat, dog, cream = word_frequency(SENTENCES)
    assert cat == pytest.approx(np.log10(2.5 / 13 * 1e6))
    assert dog == pytest.approx(np.log10(1.5 / 13 * 1e6))
    # Nobody else writes "ice", so the phrase is never met.
    assert cream == pytest.approx(np.log10(0.5 / 16 * 1e6))


def test_spelling_is_the_share_of_common_letter_trigrams() -> None:
    same = spelling_overlap(["cheetah", "cheese", "Cheese", "dog"])
    # ⟨ch che hee eet … of 7 trigrams, ⟨ch che hee ees … of 6: three in common.
    assert same[0, 1] == pytest.approx(3 / 10)
    assert same[1, 2] == same[3, 3] == 1
    assert same[0, 3] == 0
    np.testing.assert_array_equal(same, same.T)


def test_parts_of_speech_are_those_that_a_word_or_the_last_of_a_phrase_can_have() -> None:
    dog, cheetah, wet, salad, unknown, other = parts_of_words(
        ["dog", "cheetah", "wet", "fruit salad", "zzgrx", "кошка"]
    )
    assert [set(part) for part in (dog, cheetah, salad)] == [{"NOUN", "VERB"}, {"NOUN"}, {"NOUN"}]
    assert "ADJ" in wet
    assert unknown == other == frozenset()


def test_shared_parts_of_speech_are_counted_and_an_unknown_word_is_a_noun() -> None:
    parts = [frozenset(p) for p in (("NOUN", "VERB"), ("NOUN",), ("ADJ",), ())]
    expected = [[1, 0.5, 0, 0.5], [0.5, 1, 0, 1], [0, 0, 1, 0], [0.5, 1, 0, 1]]
    np.testing.assert_array_equal(part_overlap(parts), expected)


def test_a_property_of_words_is_how_large_it_is_and_how_far_it_differs() -> None:
    total, apart = of_pairs(np.array([1.0, 4.0, 2.0]), np.array([[0, 1], [2, 1]]))
    assert (total.tolist(), apart.tolist()) == ([5.0, 6.0], [3.0, 2.0])
