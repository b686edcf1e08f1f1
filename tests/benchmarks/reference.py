"""The procedure of ml-selfcond (Suau et al., 2021), written anew for causal LMs, to
measure against.

For each concept it loads the model; pads every sentence with EOS to 128 tokens;
forwards the negatives, then the positives, 30 at a time, through the whole model, LM
head included; keeps the unpooled outputs of the linear layers of a batch and takes
their maximum over tokens with NumPy; pickles each batch; reads all pickles back; and
calls scikit-learn once per unit, in a pool of processes. Left out: the “forcing values”
and the CSV file that it also makes.
"""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import average_precision_score
from transformers import AutoModelForCausalLM, AutoTokenizer

from explorer.core.records import Module
from tests.benchmarks.machine import Stopwatch

LENGTH, BATCH = 128, 30


def _one_unit(responses: np.ndarray, labels: np.ndarray) -> float:
    return float(average_precision_score(y_true=labels, y_score=responses))


class Reference:
    """Measures concepts one after the other; the watches add up over them."""

    def __init__(self, folder: str, modules: Sequence[Module], scratch: Path) -> None:
        """`modules`: those whose outputs are units; batches are pickled in
        `scratch`.
        """
        self._folder, self._modules, self._scratch = folder, modules, scratch
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self.load, self.forward, self.store, self.rank = (Stopwatch() for _ in range(4))

    def responses(
        self, negatives: Sequence[str], positives: Sequence[str]
    ) -> dict[str, np.ndarray]:
        """Module → responses (units, sentences), negatives first."""
        with self.load:
            model = AutoModelForCausalLM.from_pretrained(self._folder, dtype=torch.float32).eval()
            with torch.no_grad():
                model(input_ids=torch.zeros((2, LENGTH), dtype=torch.long))
        texts = [*negatives, *positives]
        for number, start in enumerate(range(0, len(texts), BATCH)):
            with self.forward:
                pooled = self._batch(model, texts[start : start + BATCH])
            with self.store, (self._scratch / f"{number:05d}.pkl").open("wb") as file:
                pickle.dump(pooled, file)
        with self.store:
            return self._read()

    def average_precision(self, responses: dict[str, np.ndarray], n_negative: int) -> np.ndarray:
        """AP of every unit, in the order of the modules."""
        n = len(next(iter(responses.values()))[0])
        labels = np.repeat([0, 1], [n_negative, n - n_negative])
        with self.rank:
            workers = multiprocessing.get_context("fork").Pool(
                max(1, min(multiprocessing.cpu_count() - 1, 8))
            )
            found = {
                name: workers.map(partial(_one_unit, labels=labels), responses[name])
                for name in responses
            }
            workers.close()
            workers.join()  # the CPU time of processes counts when they have ended
        return np.concatenate([found[module.name] for module in self._modules])

    def _batch(self, model: Any, texts: Sequence[str]) -> dict[str, np.ndarray]:
        encoded = [self._tokenizer.encode(text)[:LENGTH] for text in texts]
        end = self._tokenizer.eos_token_id
        ids = torch.tensor([row + [end] * (LENGTH - len(row)) for row in encoded])
        mask = torch.tensor([[1] * len(row) + [0] * (LENGTH - len(row)) for row in encoded])
        wanted = {module.name for module in self._modules}
        kept: dict[str, np.ndarray] = {}

        def hook(name: str, _layer: Any, _inputs: Any, output: Any) -> None:
            if name in wanted:
                kept[name] = output.detach().numpy()

        handles = [
            layer.register_forward_hook(partial(hook, name))
            for name, layer in model.named_modules()
            if name and not isinstance(layer, torch.nn.Sequential | torch.nn.ModuleList)
        ]
        with torch.no_grad():
            model(input_ids=ids, attention_mask=mask)
        for handle in handles:
            handle.remove()
        return {name: np.max(states, axis=1) for name, states in kept.items()}

    def _read(self) -> dict[str, np.ndarray]:
        rows: dict[str, list[list[list[float]]]] = {}
        for path in sorted(self._scratch.glob("*.pkl")):
            with path.open("rb") as file:
                for name, values in pickle.load(file).items():
                    rows.setdefault(name, []).append(values.tolist())
            path.unlink()
        return {name: np.concatenate(parts).transpose() for name, parts in rows.items()}
