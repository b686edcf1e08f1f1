"""How a sentence shows its concept."""

from __future__ import annotations

import pytest

from explorer.ui.probe_sets.card import marked


@pytest.mark.parametrize(
    ("sentence", "concept", "shown"),
    [
        ("The CATs of a category.", "cat", "The {CATs} of a category\\."),
        ("A cafe\u0301 here", "café", "A {cafe\u0301} here"),
        ("Two Ice‑Creams", "ice cream", "Two {Ice‑Creams}"),
        ("O’Brien’s hat", "o'brien", "{O’Brien}’s hat"),
        ("Die STRASSE", "straße", "Die {STRASSE}"),
        ("a *cat*", "cat", "a \\*{cat}\\*"),
        ("no word here", "cat", "no word here"),
    ],
)
def test_the_forms_of_a_concept_stand_on_a_coloured_ground(
    sentence: str, concept: str, shown: str
) -> None:
    ground = shown.replace("{", ":primary-background[**").replace("}", "**]")
    assert marked(sentence, concept) == ground
