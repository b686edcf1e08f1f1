"""Train several members of a family, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch

from explorer.train import training
from explorer.train.family import Family, Size
from explorer.train.text import Text, prepare

Tell = Callable[[str], None]


def fitting(family: Family) -> list[Size]:
    """The sizes that this machine can train in reasonable time."""
    return [size for size in family.sizes if torch.cuda.is_available() or not size.for_gpu]


def prepared(family: Family, threads: int = 0, tell: Tell = lambda _: None) -> Text:
    """The text of a family; sets the number of threads of this process, 0 for as many
    as torch likes.

    Raises what `prepare` raises.
    """
    if threads:
        torch.set_num_threads(threads)
    text = prepare(family, tell)
    epochs = family.tokens / text.train.size
    tell(
        f"{text.train.size:,} tokens to train on ({epochs:.2f} epochs), {text.held_out.size:,} "
        "held out"
    )
    return text


def train_all(
    family: Family,
    sizes: Sequence[Size],
    text: Text,
    *,
    tell: Tell = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Train every size and seed, and give the name of each model when it is trained.
    Raises what `train` raises.
    """
    for size in sizes:
        for seed in family.seeds:
            training.train(family, size, seed, text, tell=tell, stopped=stopped)
            yield family.model_name(size, seed)
