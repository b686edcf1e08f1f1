"""Word forms, sentence faults and what two near-identical sentences share."""

from __future__ import annotations

import pytest

from explorer.probes.cleaning import accept, fault, tidy
from explorer.probes.words import contains, inflections, word_family


@pytest.mark.parametrize(
    ("sentence", "word", "expected"),
    [
        ("The CAT slept.", "cat", True),
        ("Two cats slept.", "cat", True),
        ("The cat's bowl was empty.", "cat", True),
        ("A cat-like grace.", "cat", True),
        ("The category was wrong.", "cat", False),
        ("Leaves fell.", "leaf", True),
        ("A single bird sang.", "birds", True),
        ("The race was close.", "racing", False),
    ],
)
def test_a_sentence_contains_a_word_in_any_form_but_only_as_a_whole_word(
    sentence: str, word: str, expected: bool
) -> None:
    assert contains(sentence, inflections(word)) is expected


def test_negatives_exclude_the_whole_family_of_a_word() -> None:
    assert {"racing", "race", "raced", "races"} <= word_family("racing")
    assert inflections("racing") < word_family("racing")


def test_an_invented_word_still_has_its_plural() -> None:
    assert inflections("blorf") == {"blorf", "blorfs"}


def test_tidying_removes_list_markers_and_wrapping_quotes() -> None:
    assert tidy('  - "The  cat sat\n down." ') == "The cat sat down."
    assert tidy("3. A cat sat down.") == "A cat sat down."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A cat sat.", "3 words"),
        ("The cat sat on the", "does not end"),
        ("The cat went to see Dr.", "abbreviation"),
        ('The cat said "hello to the dog.', "quotation"),
        ("The cat <|im_end|> sat on mats.", "markup"),
        ("The dog sat on the mat.", "does not contain"),
    ],
)
def test_an_unusable_sentence_is_told_why(text: str, reason: str) -> None:
    assert reason in str(fault(text, inflections("cat")))


def test_sentences_that_differ_only_in_case_and_punctuation_are_one() -> None:
    seen: set[str] = set()
    texts = ["The cat sat on the mat.", "the cat sat, on the mat!", "The cats sat on the mat."]
    assert accept(texts, "cat", seen) == [texts[0], texts[2]]
    assert accept(texts, "cat", seen) == []
