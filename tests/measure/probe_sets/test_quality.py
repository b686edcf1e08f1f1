"""Quality of a probe set: against slow plain loops, and on sets made to have a
fault.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity

from explorer.core.records import Sentence
from explorer.measure.probe_sets import quality, senses, splits
from explorer.measure.probe_sets.counts import count
from explorer.measure.stability import type_token_ratio, words

WORDS = ("cat", "dogs", "the", "a", "sat", "ran", "on", "mat", "cat's", "red-hot")


def rows(texts: Mapping[str, Sequence[str]], source: str = "s") -> dict[str, list[Sentence]]:
    return {
        concept: [Sentence(concept, text, source) for text in found]
        for concept, found in texts.items()
    }


pools = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=12
)


@given(pools, pools)
def test_duplicates_and_near_duplicates_are_those_of_a_plain_loop(
    cats: list[str], dogs: list[str]
) -> None:
    found = quality.twins(count(rows({"cat": cats, "dog": dogs})))
    expected: tuple[list[int], list[int]] = ([], [])
    for first, pool in ((0, cats), (len(cats), dogs)):
        for at, text in enumerate(pool):
            same = [i for i in range(at) if pool[i] == text]
            near = (
                [i for i in range(at) if jaccard(pool[i], text) >= quality.NEAR] if not same else []
            )
            expected[0].append(first + same[0] if same else -1)
            expected[1].append(first + near[0] if near else -1)
    assert [list(column) for column in found] == [list(column) for column in expected]


def jaccard(a: str, b: str) -> float:
    x, y = set(words(a)), set(words(b))
    return len(x & y) / len(x | y) if x | y else 0.0


def test_case_and_punctuation_do_not_make_another_sentence() -> None:
    same, near = quality.twins(count(rows({"cat": ["The cat sat.", "the CAT sat!"]})))
    assert (list(same), list(near)) == ([-1, 0], [-1, -1])


@given(pools, st.integers(1, 12))
def test_the_ratio_of_the_first_sentences_is_that_of_stability(pool: list[str], n: int) -> None:
    (found,) = quality.ratio_after(count(rows({"cat": pool, "dog": [*pool, "dog"]})), n)
    expected = [
        type_token_ratio(texts[:n]) if len(texts) >= n else np.nan
        for texts in (pool, [*pool, "dog"])
    ]
    np.testing.assert_allclose(found, expected)


def test_a_row_a_concept_holds_what_a_reader_would_count() -> None:
    texts = {
        "cat": ["A cat sat.", "A cat sat!", "The dogs saw a cat."],
        "dog": ["A dog ran.", "Dogs run."],
    }
    counted = count(rows(texts))
    table = quality.per_concept(counted, *quality.twins(counted)).set_index("concept")
    assert list(table["sentences"]) == [3, 2]
    assert list(table["same"]) == [1, 0]
    assert table.loc["cat", "words"] == pytest.approx(11 / 3)
    assert table.loc["cat", "type_token"] == pytest.approx(6 / 11)
    assert table.loc["cat", "type_token_first"] == pytest.approx(3 / 6)
    assert list(table["names_others"]) == pytest.approx([1 / 3, 0])


def test_a_word_that_two_concepts_share_names_no_other() -> None:
    found = quality.names_others(
        count(rows({"bird": ["A bird sang."], "birds": ["Birds sing."], "cat": ["A cat."]}))
    )
    assert not found.any()


def test_lengths_are_shares_of_each_source() -> None:
    two = rows({"cat": ["a cat", "the cat", "cat"]})
    two["cat"].append(Sentence("cat", "one cat more", "t"))
    found = quality.lengths(count(two))
    assert found.to_dict("records") == [
        {"source": "s", "words": 1, "sentences": 1, "share": pytest.approx(1 / 3)},
        {"source": "s", "words": 2, "sentences": 2, "share": pytest.approx(2 / 3)},
        {"source": "t", "words": 3, "sentences": 1, "share": 1.0},
    ]


def test_growth_is_the_mean_over_concepts_and_falls_with_text() -> None:
    texts = {
        c: [f"the {c} saw {w}" for w in itertools.islice(itertools.cycle("abcd"), 30)]
        for c in ("cat", "dog")
    }
    found = quality.growth_by_source(count(rows(texts))).set_index("n")
    assert list(found.index) == [10, 20, 30]
    assert found.loc[10, "mean"] == pytest.approx(type_token_ratio(texts["cat"][:10]))
    assert found["mean"].is_monotonic_decreasing
    assert set(found["concepts"]) == {2}


def test_word_similarity_is_the_cosine_of_tfidf_without_own_forms() -> None:
    texts = {
        "cat": ["A cat eats fish.", "Cats eat."],
        "dog": ["A dog eats meat."],
        "car": ["A car burns fuel fast."],
    }
    counted = count(rows(texts))
    bare = [["a", "eats", "fish", "eat"], ["a", "eats", "meat"], ["a", "burns", "fuel", "fast"]]
    vocabulary = sorted({word for text in bare for word in text})
    tf = np.array([[text.count(word) for word in vocabulary] for text in bare])
    idf = TfidfTransformer(smooth_idf=False, norm=None).fit(tf).idf_ - 1
    np.testing.assert_allclose(
        senses.word_similarity(counted), cosine_similarity(tf * idf), atol=1e-12
    )


def test_embeddings_that_share_a_large_part_are_told_apart() -> None:
    vectors = np.array([[[100, 1, 0], [100, 1, 0.1], [100, -1, 0], [100, -1, 0.1]]], float)
    similarity = senses.embedding_similarity(vectors)
    assert similarity[0, 1] > 0.9
    assert similarity[0, 2] < -0.9
    assert [list(row) for row in senses.nearest(similarity, 1)] == [[1], [0], [3], [2]]


def test_a_concept_among_strangers_is_foreign_and_one_without_company_is_not_judged() -> None:
    similarity = np.array(
        [
            [1.0, 0.9, 0.1, 0.8, 0.95],
            [0.9, 1.0, 0.2, 0.1, 0.1],
            [0.1, 0.2, 1.0, 0.3, 0.9],
            [0.8, 0.1, 0.3, 1.0, 0.9],
            [0.95, 0.1, 0.9, 0.9, 1.0],
        ]
    )
    found = senses.foreign(similarity, ["animal", "animal", "food", "food", None])
    assert list(found[:3]) == [0.0, 0.0, 0.0]
    assert found[3] == 1.0  # nearest of those with a domain: an animal
    assert np.isnan(found[4])
    assert np.isnan(senses.foreign(similarity[:2, :2], ["animal", "food"])).all()


def test_a_word_far_from_what_people_find_similar_stands_out() -> None:
    names = ["jean", "shirt", "dude", "guy"]
    similarity = np.array(
        [[1, 0.1, 0.9, 0.8], [0.1, 1, 0, 0.2], [0.9, 0, 1, 0.9], [0.8, 0.2, 0.9, 1]]
    )
    pairs = pd.DataFrame(
        [
            ("MEN", "jean", "shirt", 45),
            ("MEN", "guy", "shirt", 5),
            ("MEN", "dude", "shirt", 4),
            ("own", "x", "jean", 9),
        ],
        columns=["dataset", "word1", "word2", "score"],
    )
    found = senses.rated_far(similarity, names, pairs)
    assert found == {"jean": (1.0, ("shirt",)), "shirt": (0.5, ("jean",))}


def made_up(seed: int, mixed: bool) -> dict[str, list[str]]:
    """Ten concepts, each with forty words of its own topic; with `mixed`, "bank" has
    the words of two topics.
    """
    rng = np.random.default_rng(seed)
    topics = {
        name: [f"{name}{letter}" for letter in "abcdefghijklmnopqrst"] for name in "zyxwvutsrq"
    }
    texts = {}
    # Two concepts a topic, so that a sentence has something to be near to.
    for number, concept in enumerate(
        ("river", "money", "song", "bread", "stone", "glass", "wheel", "paper", "cloud")
    ):
        topic = topics["zyxwvutsrq"[number % 4]]
        texts[concept] = [" ".join([concept, *rng.choice(topic, 8)]) for _ in range(60)]
    for side in range(60):
        topic = topics["z" if mixed and side % 2 else "y"]
        texts.setdefault("bank", []).append(" ".join(["bank", *rng.choice(topic, 8)]))
    return texts


def test_a_word_of_two_topics_is_split_and_told_what_each_group_is_near_to() -> None:
    found, limit = splits.splits(count(rows(made_up(0, mixed=True))))
    bank = found["bank"]
    assert bank.distance >= limit
    assert bank.share == 0.5
    assert {bank.near[0][0], bank.near[1][0]} <= {"river", "stone", "cloud", "money", "glass"}
    assert [word for word, split in found.items() if split.distance >= limit] == ["bank"]


def test_a_word_of_one_topic_is_not_split() -> None:
    found, limit = splits.splits(count(rows(made_up(0, mixed=False))))
    assert not [word for word, split in found.items() if split.distance >= limit]


def test_measuring_leaves_the_counts_as_they_were() -> None:
    counted = count(rows(made_up(0, mixed=True)))
    before = counted.bare.toarray(), counted.counts.toarray()
    (
        quality.per_concept(counted, *quality.twins(counted)),
        quality.growth_by_source(counted),
        senses.word_similarity(counted),
    )
    first, limit = splits.splits(counted)
    assert (counted.bare.toarray() == before[0]).all()
    assert (counted.counts.toarray() == before[1]).all()
    again, same = splits.splits(counted)
    assert same == limit
    assert {word: split.distance for word, split in again.items()} == {
        w: s.distance for w, s in first.items()
    }


def test_a_handful_of_sentences_is_not_searched_for_senses() -> None:
    found, limit = splits.splits(count(rows({"cat": ["A cat."], "dog": ["A dog."]})))
    assert found == {}
    assert np.isnan(limit)


def test_one_concept_of_one_word_is_measured_without_a_fault() -> None:
    counted = count(rows({"cat": ["cat"]}))
    table = quality.per_concept(counted, *quality.twins(counted))
    assert table.loc[0, "type_token"] == 1.0
    assert senses.word_similarity(counted).shape == (1, 1)
    assert senses.nearest(np.ones((1, 1))).shape == (1, 0)


def test_the_words_of_a_phrase_are_its_own_but_name_it_in_a_compound_only() -> None:
    counted = count(
        rows({"ice cream": ["Ice cream melts.", "Two ice-creams."], "snow": ["Snow and ice melt."]})
    )
    left = {counted.vocabulary[v] for v in counted.bare[:2].indices}
    assert left == {"melts", "two"}
    assert quality.names_others(counted).tolist() == [False, False, False]
    named = count(rows({"ice cream": ["Ice cream."], "snow": ["Snow and ice-cream melt."]}))
    assert quality.names_others(named).tolist() == [False, True]


def test_accents_are_letters_of_a_word() -> None:
    counted = count(rows({"café": ["A cafe\u0301 is here.", "Cafés are here."], "caf": ["A caf."]}))
    assert quality.names_others(counted).tolist() == [False, False, False]
    assert "café" in counted.vocabulary
