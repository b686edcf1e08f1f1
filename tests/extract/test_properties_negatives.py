"""Negatives whatever the sentences hold: never the word in any form or case, never the
concept's own, exactly N⁻.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import SentencesError
from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.probes.sampling import POOL_FACTOR, Plan, plan

FORMS = {
    "cat": ("cat", "cats"),
    "mouse": ("mouse", "mice"),
    "driver": ("driver", "drivers"),
    "run": ("run", "runs", "ran", "running"),
    "happy": ("happy", "happier", "happiest"),
    "racing": ("racing", "race", "races", "raced"),
    "birds": ("birds", "bird"),
}
"""Written by hand, so that the test does not ask the code under test what an inflection
is.
"""
NEIGHBOURS = (
    "catalogue",
    "concatenate",
    "mousse",
    "drive",
    "runway",
    "unhappily",
    "racism",
    "birdcage",
    "scatter",
)
"""Words that hold letters of the concepts without being forms of them."""
WORDS = tuple(FORMS)
CASES = (str.lower, str.upper, str.title)
AROUND = ("{}", "“{}”", "({})", "{}!", "{}'s", "well-{}", "{}-like", "-{}-", "{}.")
SIZE = 16


@st.composite
def mentions(draw: st.DrawFn) -> str:
    """A form of some concept, or a word that only looks like one, in any case and any
    punctuation.
    """
    word = draw(
        st.sampled_from([*(form for forms in FORMS.values() for form in forms), *NEIGHBOURS])
    )
    return draw(st.sampled_from(AROUND)).format(draw(st.sampled_from(CASES))(word))


@st.composite
def probe_sets(draw: st.DrawFn) -> dict[str, list[Sentence]]:
    """Sentences of every concept that mention others at will; some texts belong to two
    concepts.
    """
    found: dict[str, list[Sentence]] = {}
    for k, word in enumerate(WORDS):
        said = draw(st.lists(mentions(), max_size=SIZE // 2))
        texts = [
            f"Number {i} says {said[i] if i < len(said) else 'nothing'} of {word}"
            for i in range(SIZE)
        ]
        lent = draw(st.lists(st.integers(0, SIZE - 1), max_size=3)) if k else []
        texts += [found[WORDS[k - 1]][i].text for i in lent]
        found[word] = [Sentence(word, text, "test") for text in texts]
    return found


def ask(n_positive: int = 6, n_negative: int = 10, folds: int = 2, seed: int = 0) -> RunRequest:
    return RunRequest(
        Checkpoint("tiny"), "test", "0", WORDS, n_positive, n_negative, folds, seed=seed
    )


def drawn(made: Plan, concept: str) -> list[tuple[set[str], set[str]]]:
    """The texts of each fold's positives and negatives."""
    folds = made.draws[concept]
    return [
        ({made.sentences[i].text for i in p}, {made.sentences[i].text for i in n}) for p, n in folds
    ]


def says(text: str, concept: str) -> bool:
    """Whether a text holds a form of the concept as a whole word."""
    return any(
        re.search(rf"(?<![a-z0-9]){form}(?![a-z0-9])", text.lower()) for form in FORMS[concept]
    )


@settings(max_examples=60, deadline=None)
@given(
    probe_sets(),
    st.one_of(st.integers(2, 12), st.integers(30, 40)),
    st.integers(1, 3),
    st.integers(0, 10_000),
)
def test_negatives_are_exactly_as_many_and_never_say_the_word_nor_belong_to_the_concept(
    probes: dict[str, list[Sentence]], n_negative: int, folds: int, seed: int
) -> None:
    try:
        made = plan(ask(n_negative=n_negative, folds=folds, seed=seed), probes)
    except SentencesError:
        reject()  # mentions left too few in the pool, which the sentence of the error is for
    for concept in WORDS:
        own = {row.text for row in probes[concept]}
        assert len(made.draws[concept]) == folds
        for (positive, negative), ids in zip(
            drawn(made, concept), made.draws[concept], strict=True
        ):
            assert [len(side) for side in ids] == [6, n_negative]
            assert len(negative) == n_negative
            assert positive <= own
            assert negative.isdisjoint(own)
            assert not [text for text in negative if says(text, concept)]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(WORDS), st.data())
def test_a_single_mention_in_any_form_case_or_punctuation_bars_a_sentence(
    concept: str, data: st.DataObject
) -> None:
    form = data.draw(st.sampled_from(FORMS[concept]))
    said = data.draw(st.sampled_from(AROUND)).format(data.draw(st.sampled_from(CASES))(form))
    others = [word for word in WORDS if word != concept]
    probes = {
        word: [Sentence(word, f"Number {i} is of {word}", "test") for i in range(6)]
        for word in WORDS
    }
    # The pool holds everything, and all but two sentences of each other concept say it:
    # any slip would be drawn.
    for word in others:
        probes[word][2:] = [
            Sentence(word, f"{row.text}, {said} {i}", "test")
            for i, row in enumerate(probes[word][2:])
        ]
    request = ask(n_negative=12, seed=data.draw(st.integers(0, 99)))
    for _, negative in drawn(plan(request, probes), concept):
        assert negative == {probes[word][i].text for word in others for i in range(2)}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(NEIGHBOURS), st.sampled_from(CASES), st.sampled_from(WORDS))
def test_a_word_that_only_looks_like_the_concept_bars_nothing(
    look: str, case, concept: str
) -> None:
    probes = {
        word: [Sentence(word, f"{case(look)} {word} {i}", "test") for i in range(8)]
        for word in WORDS
    }
    n_others = 8 * (len(WORDS) - 1)
    for _, negative in drawn(plan(ask(n_negative=n_others), probes), concept):
        assert len(negative) == n_others


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10_000))
def test_a_fold_is_the_same_however_many_follow_and_no_other_fold_or_seed_repeats_it(
    folds: int, seed: int
) -> None:
    probes = {
        word: [Sentence(word, f"Number {i} is of {word}", "test") for i in range(40)]
        for word in WORDS
    }
    few, many, other = (
        plan(ask(folds=n, seed=s), probes) for n, s in ((2, seed), (folds, seed), (2, seed + 1))
    )
    for concept in WORDS:
        mine = drawn(many, concept)
        assert drawn(few, concept) == mine[:2]
        assert drawn(plan(ask(folds=folds, seed=seed), probes), concept) == mine
        for side in (0, 1):
            sets = [frozenset(fold[side]) for fold in mine] + [
                frozenset(drawn(other, concept)[0][side])
            ]
            assert len(set(sets)) == len(sets)


@settings(max_examples=30, deadline=None)
@given(st.integers(4, 20), st.integers(0, 10_000))
def test_negatives_come_from_one_pool_that_is_even_over_concepts(
    n_negative: int, seed: int
) -> None:
    probes = {
        word: [Sentence(word, f"Number {i} is of {word}", "test") for i in range(SIZE)]
        for word in WORDS
    }
    made = plan(ask(n_negative=n_negative, seed=seed), probes)
    counts = [sum(made.sentences[i].concept == word for i in made.pool) for word in WORDS]
    assert sum(counts) == POOL_FACTOR * n_negative
    assert max(counts) - min(counts) <= 1
    assert all(
        np.isin(negative, made.pool).all() for folds in made.draws.values() for _, negative in folds
    )


@pytest.mark.parametrize("concept", WORDS)
def test_the_forms_written_by_hand_are_words_of_their_own_in_these_sentences(concept: str) -> None:
    assert says(f"It was a {FORMS[concept][-1].upper()}-like thing", concept)
    assert not any(says(look, word) for look in NEIGHBOURS for word in WORDS)
