"""Train one member of a family with transformers' Trainer; resumes exactly where it was
stopped.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout
from transformers import (
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.utils import logging as transformers_logging

from explorer.core import settings
from explorer.core.errors import Cancelled, ResourceError
from explorer.train import publish
from explorer.train.family import Family, Size
from explorer.train.text import Rows, Text

LOG_EVERY, SAVE_EVERY = 50, 200
Tell = Callable[[str], None]


def train(
    family: Family,
    size: Size,
    seed: int,
    text: Text,
    *,
    tell: Tell = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    save_every: int = SAVE_EVERY,
) -> None:
    """Train a model to its last step, publishing a checkpoint at each of
    `family.published`.

    Killed at any moment, the next call goes on from the Trainer's last complete
    checkpoint and gives the same weights on the same number of threads. Raises
    Cancelled when `stopped()` turns true, ResourceError when another process trains
    this model.
    """
    name = family.model_name(size, seed)
    publish.check_recipe(family, size, seed)
    if publish.steps(name)[-1:] == [family.steps]:
        tell(f"{name} is trained already")
        return
    work = settings.downloads_dir() / "training" / f"{name}-{family.digest(size, seed)}"
    work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(work / ".lock", timeout=0):
            _train(family, size, seed, text, work, tell, stopped, save_every)
    except Timeout:
        raise ResourceError(
            f"{name} is being trained by another process.", "Wait for it, or stop it."
        ) from None
    if stopped() and publish.steps(name)[-1:] != [family.steps]:
        raise Cancelled(f"{name} was stopped.", "The same command goes on where it stopped.")
    # The optimizer's state is three times the model and of no use any more.
    shutil.rmtree(work, ignore_errors=True)


def _train(
    family: Family,
    size: Size,
    seed: int,
    text: Text,
    work: Path,
    tell: Tell,
    stopped: Callable[[], bool],
    every: int,
) -> None:
    callback = _Publisher(family, size, seed, text.tokenizer, tell, stopped)
    last = _last_complete(work)
    set_seed(seed)
    # The Trainer on its own would leave the output embedding of a resumed GPT-NeoX as
    # initialised: the file calls it embed_out, the module lm_head, and only
    # `from_pretrained` knows that.
    model: Any = (
        GPTNeoXForCausalLM.from_pretrained(last, dtype=torch.float32)
        if last
        else GPTNeoXForCausalLM(config(family, size))
    )
    trainer = Trainer(
        model=model,
        args=_arguments(family, seed, work, every, fresh=last is None),
        train_dataset=Rows(text.train, family.steps * family.batch, seed),
        eval_dataset=Rows(text.held_out, len(text.held_out)),
        callbacks=[callback],
    )
    # It would print dictionaries on stdout, which is data.
    trainer.remove_callback(PrinterCallback)
    if last is not None:
        tell(f"{callback.name} goes on after step {last.name.split('-')[1]}")
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    trainer.train(resume_from_checkpoint=str(last) if last else None)


def config(family: Family, size: Size) -> GPTNeoXConfig:
    """Pythia's architecture at another scale."""
    return GPTNeoXConfig(
        vocab_size=family.vocabulary,
        hidden_size=size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        intermediate_size=4 * size.width,
        max_position_embeddings=family.context,
        tie_word_embeddings=family.tied,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )


def _arguments(
    family: Family, seed: int, work: Path, every: int, *, fresh: bool
) -> TrainingArguments:
    gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(work),
        max_steps=family.steps,
        per_device_train_batch_size=family.batch,
        per_device_eval_batch_size=family.batch,
        learning_rate=family.learning_rate,
        warmup_steps=min(family.warmup, family.steps),
        lr_scheduler_type="cosine_with_min_lr",
        lr_scheduler_kwargs={"min_lr_rate": 0.1},
        adam_beta2=0.95,
        weight_decay=0.01,
        optim="adamw_torch_fused",
        bf16=has_bf16(),
        seed=seed,
        train_sampling_strategy="sequential",
        eval_on_start=fresh,
        prediction_loss_only=True,
        logging_steps=LOG_EVERY,
        save_steps=every,
        save_total_limit=2,
        disable_tqdm=True,
        report_to="none",
        remove_unused_columns=False,
        dataloader_pin_memory=gpu,
        use_cpu=not gpu,
    )


def has_bf16() -> bool:
    """Whether this machine multiplies bfloat16 natively: half the time there, no gain
    elsewhere.
    """
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())


def _last_complete(work: Path) -> Path | None:
    """The Trainer's newest whole checkpoint: its state file is what it writes last."""
    found = sorted(work.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    for path in [p for p in found if not (p / "trainer_state.json").exists()]:
        shutil.rmtree(path)
        found.remove(path)
    return found[-1] if found else None


class _Publisher(TrainerCallback):
    """Evaluates and publishes at the steps of the family, narrates, and stops when
    asked.
    """

    def __init__(
        self,
        family: Family,
        size: Size,
        seed: int,
        tokenizer: Any,
        tell: Tell,
        stopped: Callable[[], bool],
    ) -> None:
        self.name = family.model_name(size, seed)
        self._family, self._size, self._seed = family, size, seed
        self._tokenizer, self._tell, self._stopped = tokenizer, tell, stopped
        self._loss: float | None = None
        self._began, self._first = time.monotonic(), 0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        self._began, self._first = time.monotonic(), state.global_step

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        if state.global_step in self._family.published:
            control.should_log = control.should_evaluate = True
        if self._stopped():
            control.should_save = control.should_training_stop = True

    def on_log(self, args: Any, state: Any, control: Any, **held: Any) -> None:  # noqa: ARG002
        if "loss" in held["logs"]:
            self._loss = held["logs"]["loss"]
            per_step = (time.monotonic() - self._began) / max(1, state.global_step - self._first)
            rate, left = (
                self._tokens(1) / per_step,
                per_step * (self._family.steps - state.global_step) / 60,
            )
            place = f"step {state.global_step:,}/{self._family.steps:,}"
            self._tell(
                f"{self.name}: {place}, loss {self._loss:.3f}, {rate:,.0f} tokens/s, {left:.0f} "
                "min left"
            )

    def on_evaluate(self, args: Any, state: Any, control: Any, **held: Any) -> None:  # noqa: ARG002
        step, model, held_out = state.global_step, held["model"], held["metrics"]["eval_loss"]
        if step not in self._family.published:
            return
        facts = {
            "step": step,
            "tokens": self._tokens(step),
            "held_out_loss": held_out,
            **({} if self._loss is None else {"train_loss": self._loss}),
            "family": self._family.name,
            "size": self._size.name,
            "seed": self._seed,
            "parameters": sum(p.numel() for p in model.parameters()),
            "recipe": self._family.digest(self._size, self._seed),
        }
        path = publish.publish(model, self._tokenizer, self.name, facts)
        self._tell(f"{self.name}: published {path.name}, held-out loss {held_out:.3f}")

    def _tokens(self, steps: int) -> int:
        return steps * self._family.batch * self._family.context
