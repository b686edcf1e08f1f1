"""Texts that a model cannot read are refused by name before anything is forwarded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import InputError, ModelError
from explorer.core.records import Sentence
from explorer.models.batching import SELFCOND_LENGTH, tokenize, without_long
from explorer.models.checkpoints import Loaded, load_checkpoint
from tests.support import tiny

LONG = "The cat " + "sat on the mat and " * 300


@pytest.fixture(
    scope="module", params=[("gpt2", "n_positions"), ("llama", "max_position_embeddings")]
)
def short(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """A model that reads 48 tokens, by each name that the limit has."""
    family, key = request.param
    folder = tmp_path_factory.mktemp(family)
    return load_checkpoint(Checkpoint(str(tiny.checkpoint(folder, family, **{key: 48}))))


@pytest.mark.parametrize("pooling", ["max", "mean", "last"])
def test_a_text_longer_than_the_context_names_sentence_and_limit(
    short: Loaded, pooling: object
) -> None:
    n_tokens = len(short.tokenizer(LONG)["input_ids"])
    with pytest.raises(InputError) as caught:
        tokenize(short, ["The cat sat.", LONG], pooling)  # type: ignore[arg-type]
    assert caught.value.what.startswith("The sentence “The cat sat on the mat and")
    assert f"has {n_tokens:,} tokens" in caught.value.what
    assert "reads 48 at most" in caught.value.what
    assert len(caught.value.what) < 250


def test_a_text_of_exactly_the_context_is_read(short: Loaded) -> None:
    ids = short.tokenizer(LONG)["input_ids"][:48]
    text = short.tokenizer.decode(ids)
    assert len(tokenize(short, [text], "max")[0]) == 48


def test_selfcond_cuts_long_texts_and_refuses_a_context_shorter_than_its_pads(
    short: Loaded,
) -> None:
    with pytest.raises(ModelError, match=r"pads every sentence to 128 tokens, but .* reads 48"):
        tokenize(short, ["The cat sat."], "selfcond")
    enough = replace(short, context=SELFCOND_LENGTH)
    assert len(tokenize(enough, [LONG], "selfcond")[0]) == SELFCOND_LENGTH


def test_sentences_beyond_the_length_of_ml_selfcond_are_left_out_and_counted(
    short: Loaded,
) -> None:
    sign = "🐈"
    fits = short.tokenizer.decode(short.tokenizer(LONG)["input_ids"][:SELFCOND_LENGTH])
    texts = ["The cat sat.", LONG, fits, sign * 60]
    rows = {"cat": [Sentence("cat", text, "") for text in texts], "dog": []}
    notes: list[str] = []
    left = without_long(short, rows, notes.append)
    counts = [len(short.tokenizer(text)["input_ids"]) for text in texts]
    assert counts[2] == SELFCOND_LENGTH < counts[3], "few letters can be many tokens"
    assert [row.text for row in left["cat"]] == [texts[0], fits]
    assert left["dog"] == []
    assert notes == [
        "2 of 4 sentences have more than 128 tokens and are left out, as in ml-selfcond."
    ]


def test_a_family_without_positions_reads_texts_of_any_length(tmp_path: Path) -> None:
    loaded = load_checkpoint(Checkpoint(str(tiny.checkpoint(tmp_path, "bloom"))))
    assert loaded.context is None
    assert len(tokenize(loaded, [LONG], "max")[0]) > 1_000


def test_a_token_that_the_model_lacks_names_its_sentence(short: Loaded) -> None:
    fewer = replace(short, n_tokens=max(short.tokenizer("The cat sat.")["input_ids"]))
    with pytest.raises(InputError, match=r"The sentence “The cat sat\.” has the token \d+, but"):
        tokenize(fewer, ["The cat sat."], "max")
