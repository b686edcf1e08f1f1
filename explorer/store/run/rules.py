"""What the rows of a run file may be, of the tables that are checked as arrays."""

from __future__ import annotations

import functools

import numpy as np

from explorer.store.run.arrays import Block, Remembered, Rule, every
from explorer.store.run.contents import Limits


def _share(values: np.ndarray) -> np.ndarray:
    return every(values >= 0, values <= 1.000001)


def _folds(block: Block, known: Limits) -> np.ndarray:
    return every(
        block.within("concept", 0, known["concepts"]),
        block.within("fold_a", 0, known["folds"]),
        block["fold_a"] < block["fold_b"],
        block.within("fold_b", 0, known["folds"]),
    )


def _draws(concept_of: np.ndarray, block: Block, known: Limits) -> np.ndarray:
    inside = every(
        block.within("concept", 0, known["concepts"]), block.within("fold", 0, known["folds"])
    )
    for side in ("positive", "negative"):
        drawn = block.lists[side]
        inside &= drawn.lengths == known[f"n_{side}"]
        inside &= drawn.all((drawn.values >= 0) & (drawn.values < known["sentences"]))
    negative = block.lists["negative"]
    if inside.all():
        # A positive may be of another concept too: a text that two concepts share is
        # stored once, with the first of them.
        concept = np.repeat(block["concept"], negative.lengths)
        inside &= negative.all(concept_of[negative.values] != concept)
    return inside


def _histograms(block: Block, known: Limits) -> np.ndarray:
    counts = block.lists["counts"]
    return every(
        block.within("concept", 0, known["concepts"]),
        block.within("module", 0, known["modules"]),
        counts.lengths == 20,
        counts.all(counts.values >= 0),
    )


def _histogram_sums(block: Block) -> Remembered:
    counts = block.lists["counts"]
    if counts.values.dtype.kind != "i" or len(counts.values) < 20 * block.rows:
        return {}
    # By bin, since numpy sums short rows several times as slowly.
    bins = np.ascontiguousarray(counts.values.reshape(-1, 20).T)
    upper = bins[10:].sum(axis=0, dtype=np.int64)
    total = upper + bins[:10].sum(axis=0, dtype=np.int64)
    return {"module": block["module"], "total": total, "upper": upper}


def _embeddings(block: Block, known: Limits) -> np.ndarray:
    vectors = block.lists["vector"]
    return every(
        block.within("concept", 0, known["concepts"]),
        block.within("fold", 0, known["folds"]),
        block.within("word", 0, 2),
        (block["word"] == 0) | (block["fold"] == 0),
        vectors.lengths >= 1,
        vectors.all(np.isfinite(vectors.values)),
    )


RULES: dict[str, Rule] = {
    "modules": Rule(
        "module, layer, width, first_unit, strlen(name) AS name, strlen(kind) AS kind, "
        "hash(name) AS identity",
        lambda block, known: every(
            block.within("module", 0, block.rows),
            block.within("layer", 0, block.rows),
            block["width"] >= 1,
            block["first_unit"] >= 0,
            block["name"] <= known["text"],
            block["kind"] <= known["text"],
        ),
        key=("module",),
        remembered=lambda block: {
            name: block[name] for name in ("width", "first_unit", "identity")
        },
    ),
    "pair_overlap": Rule(
        "a, b, tau_index, overlap",
        lambda block, known: every(
            block.within("a", 0, known["concepts"]),
            block["a"] < block["b"],
            block.within("b", 0, known["concepts"]),
            block.within("tau_index", 0, known["taus"]),
            _share(block["overlap"]),
        ),
        key=("tau_index", "a", "b"),
        remembered=lambda block: {"overlap": block["overlap"]},
    ),
    "set_sizes": Rule(
        "concept, fold, tau_index, size",
        lambda block, known: every(
            block.within("concept", 0, known["concepts"]),
            block.within("fold", 0, known["folds"]),
            block.within("tau_index", 0, known["taus"]),
            block.within("size", 0, known["units"] + 1),
        ),
        key=("concept", "fold", "tau_index"),
        remembered=lambda block: {"size": block["size"]},
    ),
    "fold_overlap": Rule(
        "concept, fold_a, fold_b, tau_index, overlap",
        lambda block, known: every(
            _folds(block, known),
            block.within("tau_index", 0, known["taus"]),
            _share(block["overlap"]),
        ),
        key=("concept", "tau_index", "fold_a", "fold_b"),
        remembered=lambda block: {"overlap": block["overlap"]},
    ),
    "fold_sharing": Rule(
        "concept, fold_a, fold_b, positive, negative",
        lambda block, known: every(
            _folds(block, known), _share(block["positive"]), _share(block["negative"])
        ),
        key=("concept", "fold_a", "fold_b"),
    ),
    "human_pairs": Rule(
        "a, b, score, strlen(dataset) AS dataset, strlen(split) AS split",
        lambda block, known: every(
            block.within("a", 0, known["concepts"]),
            block.within("b", 0, known["concepts"]),
            block["a"] != block["b"],
            np.isfinite(block["score"]),
            block["dataset"] <= known["text"],
            block["split"] <= known["text"],
        ),
    ),
    "progress": Rule(
        "concept, seconds",
        lambda block, known: every(
            block.within("concept", 0, known["concepts"]), block.within("seconds", 0, np.inf)
        ),
        key=("concept",),
    ),
    "ap_histogram": Rule(
        "concept, module, counts",
        _histograms,
        ("counts",),
        key=("concept", "module"),
        width=lambda _: 240,
        remembered=_histogram_sums,
    ),
    "embeddings": Rule(
        "CASE kind WHEN 'sentence' THEN 0 WHEN 'word' THEN 1 END AS word, concept, fold, "
        "CASE WHEN len(vector) <= {hidden} THEN vector END AS vector",
        _embeddings,
        ("vector",),
        key=("word", "concept", "fold"),
        width=lambda _: 16384,
        remembered=lambda block: {"word": block["word"], "length": block.lists["vector"].lengths},
    ),
}
"""Table → its rule, of all tables but `draws` and those that `contents` asks DuckDB
about."""


def rule_of_draws(concept_of: np.ndarray) -> Rule:
    """The rule of `draws`, of which no negative is a sentence of the concept.

    concept_of: (sentences,) the concept of each sentence.
    """
    return Rule(
        "concept, fold, CASE len(positive) WHEN {n_positive} THEN positive END AS positive, "
        "CASE len(negative) WHEN {n_negative} THEN negative END AS negative",
        functools.partial(_draws, concept_of),
        ("positive", "negative"),
        key=("concept", "fold"),
        width=lambda known: 4 * (known["n_positive"] + known["n_negative"]),
    )
