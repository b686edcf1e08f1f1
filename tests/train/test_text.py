"""From a corpus to rows: the tokenizer loses nothing, and what is held out is never
trained on.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.train import text as texts
from explorer.train.family import Family, Share
from explorer.train.text import Text


@pytest.mark.parametrize(
    "line",
    ["The old cat likes the bus.", "Naïve café — 3 × ½ 東京 🐈", "  two  spaces\nand a line"],
)
def test_the_tokenizer_gives_back_any_text_and_prepends_nothing(
    text: Text, line: str, tmp_path: Path
) -> None:
    text.tokenizer.save_pretrained(tmp_path)
    for tokenizer in (text.tokenizer, AutoTokenizer.from_pretrained(tmp_path)):
        ids = tokenizer(line)["input_ids"]
        assert tokenizer.decode(ids) == line
        assert tokenizer.eos_token_id not in ids
    assert tokenizer.pad_token_id == tokenizer.eos_token_id == 0


def test_the_same_texts_give_the_same_tokenizer(corpus: Path) -> None:
    lines = corpus.read_text("utf-8").splitlines()[:500]
    assert texts.train_tokenizer(lines, 290).to_str() == texts.train_tokenizer(lines, 290).to_str()


def test_rows_are_the_sentences_in_order_and_a_fixed_part_is_held_out(
    text: Text, corpus: Path
) -> None:
    lines = corpus.read_text("utf-8").splitlines()
    train, held_out = (
        text.tokenizer.decode(rows.flatten()) for rows in (text.train, text.held_out)
    )
    first = texts.STRETCH * (texts.HELD_OUT_EVERY - 1)
    assert train.split(texts.END)[:100] == lines[:100]
    assert held_out.split(texts.END)[:20] == lines[first : first + 20]
    assert text.train.shape[1] == text.held_out.shape[1] == 16
    assert np.prod(text.train.shape) > 150 * np.prod(text.held_out.shape)


def test_the_text_is_prepared_once(
    tiny: Family, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts.prepare(tiny)
    told: list[str] = []
    again = texts.prepare(tiny, told.append)
    assert told == []
    assert np.array_equal(again.train, text.train)
    assert text.tokenizer.get_vocab() == again.tokenizer.get_vocab()


def test_a_corpus_that_is_too_short_is_refused_and_leaves_nothing(
    tiny: Family, tmp_path: Path
) -> None:
    short = tmp_path / "short.txt"
    short.write_text("The old cat likes the red bus.\n" * 200, "utf-8")
    with pytest.raises(
        InputError, match=r"short\.txt is too short: its held-out part has 0 tokens, expected 16"
    ):
        texts.prepare(dataclasses.replace(tiny, corpora=(Share(str(short)),)))
    assert not [
        p
        for p in (settings.downloads_dir() / "training").iterdir()
        if p.name.startswith("text") and p.is_dir()
    ]


def test_a_corpus_that_is_not_there_is_named(tiny: Family) -> None:
    with pytest.raises(InputError, match="There is no file /nowhere"):
        texts.prepare(dataclasses.replace(tiny, corpora=(Share("/nowhere.txt"),)))
