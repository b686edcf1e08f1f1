"""From a corpus to rows of tokens: one tokenizer and one order of rows for all sizes of
a family.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerFast

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.core.locking import locked
from explorer.probes.corpora.named import sentences_of
from explorer.train.family import Family

END = "<|endoftext|>"
STRETCH, HELD_OUT_EVERY = 64, 200
"""Every 200th stretch of 64 sentences is held out: half a percent, from all over the
corpus.
"""
PREPARING_S = 3600.0
"""How long another process is given to prepare the same text."""
_CHUNK = 2000
_PARTS = {"train": False, "held_out": True}
"""Name of a part → whether its sentences are held out."""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Text:
    """A prepared corpus. train, held_out: (rows, context) token ids, memory-mapped, in
    corpus order.
    """

    tokenizer: Any
    train: np.ndarray
    held_out: np.ndarray


class Rows(Dataset[dict[str, np.ndarray]]):
    """Rows of tokens in the order of a seed, epoch after epoch: a function of the index
    alone.

    So every size sees the same rows, and a resumed training goes on with the row it
    would have seen.
    """

    def __init__(self, rows: np.ndarray, length: int, seed: int | None = None) -> None:
        self._rows, self._length, self._seed = rows, length, seed
        self._epoch, self._order = -1, np.arange(len(rows))

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> dict[str, np.ndarray]:
        epoch, place = divmod(index, len(self._rows))
        if self._seed is not None and epoch != self._epoch:
            self._epoch = epoch
            self._order = np.random.default_rng((self._seed, epoch)).permutation(len(self._rows))
        row = self._rows[self._order[place]].astype(np.int64)
        return {"input_ids": row, "labels": row}


def prepare(family: Family, tell: Tell = lambda _: None) -> Text:
    """The tokenizer and the rows of a family, made once and kept below
    `settings.downloads_dir()`.

    Raises InputError when the corpus cannot be read or is too short, ResourceError when
    it cannot be fetched.
    """
    folder = settings.downloads_dir() / "training" / f"text-{family.text_digest()}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock"), PREPARING_S, tell):
        if not folder.exists():
            partial = folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            _write(family, partial, tell)
            os.rename(partial, folder)
    rows = (np.load(folder / f"{part}.npy", mmap_mode="r") for part in _PARTS)
    return Text(PreTrainedTokenizerFast.from_pretrained(folder), *rows)


def _write(family: Family, folder: Path, tell: Tell) -> None:
    names = ", ".join(Path(share.corpus).name for share in family.corpora)
    tell(f"training a tokenizer of {family.vocabulary:,} entries on {names}")
    tokenizer = train_tokenizer(
        (text for text, aside in _parts(family, tell) if not aside),
        family.vocabulary,
        lowercase=family.lowercase,
    )
    tell(f"encoding {names}")
    streams: dict[bool, list[np.ndarray]] = {
        held: [np.empty(0, np.uint16)] for held in _PARTS.values()
    }
    for chunk in _chunks(_parts(family, tell)):
        for held, ids in streams.items():
            ids.append(_encoded(tokenizer, [text for text, aside in chunk if aside == held]))
    rows = {
        name: _rows(np.concatenate(streams[held]), family, names, name)
        for name, held in _PARTS.items()
    }
    folder.mkdir()
    for name, array in rows.items():
        np.save(folder / f"{name}.npy", array)
    wrap(tokenizer, family.context).save_pretrained(folder)


def _rows(flat: np.ndarray, family: Family, corpora: str, name: str) -> np.ndarray:
    n_rows = len(flat) // family.context
    if not n_rows:
        raise InputError(
            f"{corpora} is too short: its {name.replace('_', '-')} part has {len(flat):,} "
            f"tokens, expected {family.context:,} at least.",
            "Give a longer corpus, or a shorter context.",
        )
    return flat[: n_rows * family.context].reshape(n_rows, family.context)


def _parts(family: Family, tell: Tell) -> Iterator[tuple[str, bool]]:
    """Every sentence of the corpora, as often as its share says, with whether it is
    held out; what is held out is read once.
    """
    for share in family.corpora:
        for number, text in enumerate(sentences_of(share.corpus, tell)):
            if number // STRETCH % HELD_OUT_EVERY == HELD_OUT_EVERY - 1:
                yield text, True
                continue
            # As many as the share of all sentences so far, in whole numbers.
            times = int((number + 1) * share.times) - int(number * share.times)
            yield from itertools.repeat((text, False), times)


def _chunks(parts: Iterable[tuple[str, bool]]) -> Iterator[list[tuple[str, bool]]]:
    stream = iter(parts)
    while chunk := list(itertools.islice(stream, _CHUNK)):
        yield chunk


def _encoded(tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """Token ids of the texts in one row, each text followed by the end token."""
    end = tokenizer.token_to_id(END)
    ids = itertools.chain.from_iterable(
        [*encoding.ids, end] for encoding in tokenizer.encode_batch(texts)
    )
    return np.fromiter(ids, np.uint16)


def train_tokenizer(texts: Iterable[str], vocabulary: int, *, lowercase: bool = False) -> Tokenizer:
    """A byte-level BPE tokenizer; the same texts give the same tokenizer."""
    tokenizer = Tokenizer(models.BPE())
    if lowercase:
        tokenizer.normalizer = normalizers.Lowercase()  # type: ignore[assignment]
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # type: ignore[assignment]
    tokenizer.decoder = decoders.ByteLevel()  # type: ignore[assignment]
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def wrap(tokenizer: Tokenizer, context: int) -> Any:
    """The tokenizer as transformers saves and loads it; it never prepends a token."""
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=END,
        model_max_length=context,
        clean_up_tokenization_spaces=False,
    )
