"""Draws of positive and negative sets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import InputError, SentencesError
from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.probes.sampling import POOL_FACTOR, join, plan
from explorer.probes.words import contains, word_family

WORDS = ("cat", "dog", "bus", "rain", "bread", "piano")


def pools(size: int = 30) -> dict[str, list[Sentence]]:
    """Sentences of six concepts; every fifth one of a concept also holds the next
    concept's word.
    """
    found: dict[str, list[Sentence]] = {}
    for k, word in enumerate(WORDS):
        other = WORDS[(k + 1) % len(WORDS)]
        found[word] = [
            Sentence(
                word, f"{word} number {i}" + (f" and two {other}s" if i % 5 == 0 else ""), "test"
            )
            for i in range(size)
        ]
    return found


def ask(**changes: object) -> RunRequest:
    base = RunRequest(Checkpoint("tiny"), "test", "0", WORDS, n_positive=10, n_negative=20, folds=3)
    return replace(base, **changes)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(
    n_positive=st.integers(1, 30),
    n_negative=st.integers(1, 60),
    folds=st.integers(1, 4),
    seed=st.integers(0, 10_000),
)
def test_sets_have_exact_sizes_and_negatives_never_hold_the_word(
    n_positive: int, n_negative: int, folds: int, seed: int
) -> None:
    drawn = plan(ask(n_positive=n_positive, n_negative=n_negative, folds=folds, seed=seed), pools())
    for concept, sets in drawn.draws.items():
        assert len(sets) == folds
        for positive, negative in sets:
            assert len(np.unique(positive)) == n_positive
            assert len(np.unique(negative)) == n_negative
            assert all(drawn.sentences[i].concept == concept for i in positive)
            assert not any(
                contains(drawn.sentences[i].text, word_family(concept)) for i in negative
            )
            assert np.isin(negative, drawn.pool).all()


def test_the_pool_is_even_over_concepts_and_a_few_times_the_negative_set() -> None:
    drawn = plan(ask(), pools())
    counts = [sum(drawn.sentences[i].concept == word for i in drawn.pool) for word in WORDS]
    assert sum(counts) == POOL_FACTOR * 20
    assert max(counts) - min(counts) <= 1


def test_draws_do_not_depend_on_the_order_of_the_concepts() -> None:
    one, other = plan(ask(), pools()), plan(ask(concepts=WORDS[::-1]), pools())
    for concept in WORDS:
        for mine, theirs in zip(one.draws[concept], other.draws[concept], strict=True):
            for side in (0, 1):
                texts = [
                    {p.sentences[i].text for i in ids[side]}
                    for p, ids in ((one, mine), (other, theirs))
                ]
                assert texts[0] == texts[1]


def test_folds_and_seeds_draw_differently() -> None:
    drawn, other = plan(ask(), pools()), plan(ask(seed=1), pools())
    (first, _), (second, _), _ = drawn.draws["cat"]
    assert set(first) != set(second)
    assert {drawn.sentences[i].text for i in first} != {
        other.sentences[i].text for i in other.draws["cat"][0][0]
    }


def test_a_text_in_two_pools_is_forwarded_once() -> None:
    shared = pools()
    shared["dog"][1] = Sentence("dog", shared["cat"][0].text, "test")
    drawn = plan(ask(n_positive=30, n_negative=10), shared)
    texts = [sentence.text for sentence in drawn.sentences]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_positive": 31}, "“bread” needs 31 positive sentences, 30 found"),
        ({"n_negative": 150}, "“cat” needs 150 negative sentences, 144 found"),
        ({"concepts": ("cat", "zebra")}, "“zebra” needs 10 positive sentences, 0 found"),
    ],
)
def test_too_few_sentences_names_concept_needed_and_found(changes: dict, message: str) -> None:
    with pytest.raises(SentencesError) as caught:
        plan(ask(**changes), pools())
    assert message in str(caught.value)
    assert "Lower" in str(caught.value)


def test_joint_plan_holds_every_sentence_once_and_every_set_as_drawn() -> None:
    plans = [
        plan(ask(), pools()),
        plan(ask(n_positive=20, folds=1), pools()),
        plan(ask(n_negative=30), pools()),
    ]
    joint = join(plans)
    texts = [row.text for row in joint.sentences]
    assert len(texts) == len(set(texts))
    for single, draws in zip(plans, joint.draws, strict=True):
        own = [row.text for row in single.sentences]
        assert {own[i] for i in single.pool} <= {texts[i] for i in joint.pool}
        for word, folds in single.draws.items():
            for sides, joint_sides in zip(folds, draws[word], strict=True):
                for ids, joint_ids in zip(sides, joint_sides, strict=True):
                    assert {own[i] for i in ids} == {texts[i] for i in joint_ids}


def test_a_joint_plan_of_one_keeps_its_ids() -> None:
    single = plan(ask(), pools())
    joint = join([single])
    assert joint.sentences == single.sentences
    np.testing.assert_array_equal(joint.pool, single.pool)
    for word, folds in single.draws.items():
        for sides, joint_sides in zip(folds, joint.draws[0][word], strict=True):
            np.testing.assert_array_equal(sides[0], joint_sides[0])
            np.testing.assert_array_equal(sides[1], joint_sides[1])


@pytest.mark.parametrize(
    ("concept", "spellings"),
    [
        ("ice cream", ("ice cream", "Ice-Cream", "ice\u00a0creams")),
        ("café", ("CAFÉ", "cafe\u0301s", "cafe")),
        ("o'brien", ("O’Brien", "O'Brien’s")),
        ("日本", ("日本人", "日本の夏")),
    ],
)
def test_no_spelling_of_a_concept_is_among_its_negatives(
    concept: str, spellings: tuple[str, ...]
) -> None:
    sentences = pools()
    sentences[concept] = [Sentence(concept, f"{spellings[0]} {i}", "") for i in range(30)]
    sentences["dog"] = [
        Sentence("dog", f"dog {i} and {spellings[i % len(spellings)]} too", "") for i in range(30)
    ]
    drawn = plan(ask(concepts=(*WORDS, concept), n_negative=110), sentences)
    for _, negative in drawn.draws[concept]:
        assert not any(
            spelling in drawn.sentences[i].text for i in negative for spelling in spellings
        )


def test_a_concept_without_a_word_cannot_be_kept_out_of_its_negatives_and_is_refused() -> None:
    sentences = pools() | {"🐱": [Sentence("🐱", f"A 🐱 of number {i}.", "") for i in range(30)]}
    with pytest.raises(InputError, match="“🐱” holds no letter or digit"):
        plan(ask(concepts=(*WORDS, "🐱")), sentences)
