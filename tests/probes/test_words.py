"""Word forms, sentence faults and what two near-identical sentences share."""

from __future__ import annotations

import pytest

from explorer.core.errors import InputError
from explorer.probes.cleaning import accept, fault, fingerprint, tidy
from explorer.probes.words import (
    ConceptFinder,
    WordIndex,
    among,
    concept_name,
    contains,
    inflections,
    spans,
    word_family,
)


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


MET = [
    ("café", "We met in the café by the river."),
    ("café", "WE MET IN THE CAFE\u0301 BY THE RIVER."),
    ("cafe\u0301", "The cafés by the river are closed."),
    ("naïve", "A naïve question was asked."),
    ("Zürich", "The trains of ZÜRICH run on time."),
    ("straße", "Die STRASSE ist lang."),
    ("istanbul", "İSTANBUL is a city on two continents."),
    ("ışık", "IŞIK is the word for light."),
    ("ice cream", "She ate ice cream in the sun."),
    ("ice cream", "Two ice-creams, please."),
    ("ice-cream", "The Ice  Cream van stopped."),
    ("rock 'n' roll", "They played rock ’n’ roll all night."),
    ("mother-in-law", "Both mothers‑in‑law were there."),
    ("O'Brien", "Then O’Brien’s brother came."),
    ("t-shirt", "He wore a T-shirt-like thing."),
    ("C++", "It is written in C++."),
    ("c", "It is written in C++."),
    ("cooperate", "They would not co\u00adoperate."),
    ("reset", "The counter was re-set at noon."),
    ("日本", "私は日本人です。"),
    ("แมว", "ฉันมีแมวสองตัว"),
    ("кошка", "КОШКА спит."),
    ("हिन्दी", "यह हिन्दी है।"),
    ("1984", "It was 1984 when they met."),
]
MISSED = [
    ("ca", "We met in the café by the river."),
    ("na", "A naïve question was asked."),
    ("ice cream", "The cream was cold as ice."),
    ("ice cream", "An ice creamer is a machine."),
    ("C++", "The grade was a C, and then a C+."),
    ("reset", "They re set the table."),
    ("login", "Logging in the forest is forbidden."),
    ("日本", "日は本の中にある。"),
    ("кошка", "Кошкарь спит."),
]


@pytest.mark.parametrize(("concept", "sentence"), MET)
def test_a_concept_is_found_in_every_spelling_of_its_word_or_phrase(
    concept: str, sentence: str
) -> None:
    assert contains(sentence, inflections(concept))
    assert contains(sentence, inflections(concept_name(concept)))
    assert contains(sentence, word_family(concept))
    assert ConceptFinder([concept, "dog"])(sentence) == {concept}
    assert WordIndex(["A dog.", sentence]).holding(word_family(concept)) == {1}
    assert spans(sentence, inflections(concept))


@pytest.mark.parametrize(("concept", "sentence"), MISSED)
def test_parts_of_words_and_of_phrases_are_no_concept(concept: str, sentence: str) -> None:
    assert not contains(sentence, inflections(concept))
    assert ConceptFinder([concept])(sentence) == set()
    assert WordIndex([sentence]).holding(inflections(concept)) == set()


def test_negatives_are_kept_free_of_a_word_without_its_accents_too() -> None:
    assert contains("The cafe was closed.", word_family("café"))
    assert not contains("The cafe was closed.", inflections("café"))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  Cat ", "cat"),
        ("cafe\u0301", "café"),
        ("Ice\u00a0 Cream", "ice cream"),
        ("O’Brien", "o'brien"),
        ("mother‑in‑law", "mother-in-law"),
        ("co\u00adop", "coop"),
        ("İstanbul", "istanbul"),
        ("Straße", "straße"),
        ("ΛΌΓΟΣ", "λόγος"),
        ("C++", "c++"),
    ],
)
def test_a_concept_has_one_name_however_it_was_written(written: str, name: str) -> None:
    assert concept_name(written) == name
    assert concept_name(name) == name


@pytest.mark.parametrize("text", ["!!!", "++", "🐱", "\u00ad", "—"])
def test_a_concept_without_a_word_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="holds no word"):
        concept_name(text)
    assert inflections(text) == frozenset()


def test_a_concept_that_is_a_text_is_refused() -> None:
    with pytest.raises(InputError, match="has 241 characters"):
        concept_name("cat " * 60 + "x")


def test_what_is_wanted_is_met_in_the_spelling_of_a_list() -> None:
    listed = ["ice-cream", "o’brien", "cat"]
    assert among(["ice cream", "o'brien", "cat", "dog"], listed) == [*listed, "dog"]


def test_marks_stand_where_the_forms_do() -> None:
    sentence = "Ice-cream, ice\u00adcream, ICE  CREAMS, cafe\u0301."
    forms = inflections("ice cream") | inflections("café")
    assert [sentence[a:b] for a, b in spans(sentence, forms)] == [
        "Ice-cream",
        "ICE  CREAMS",
        "cafe\u0301",
    ]


def test_two_spellings_of_one_sentence_have_one_fingerprint() -> None:
    texts = ["The café — closed!", "the cafe\u0301 closed", "The  CAFÉ closed."]
    assert len(set(map(fingerprint, texts))) == 1


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
