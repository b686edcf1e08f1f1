"""Train one member of a family with transformers' Trainer; resumes exactly where it was
stopped.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import (
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    PrinterCallback,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.utils import logging as transformers_logging

from explorer.core import settings
from explorer.core.errors import Cancelled, ResourceError
from explorer.core.locking import Held, locked
from explorer.train import publish
from explorer.train.family import Family, Size
from explorer.train.publisher import Publisher, Tell
from explorer.train.text import Rows, Text

LOG_EVERY, SAVE_EVERY = 50, 200


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
        with locked(work / ".lock", 0):
            _train(family, size, seed, text, work, tell, stopped, save_every)
    except Held:
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
    callback = Publisher(family, size, seed, text.tokenizer, tell, stopped)
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
    named = (re.fullmatch(r"checkpoint-(\d+)", path.name) for path in work.glob("checkpoint-*"))
    found = [work / match[0] for match in sorted(filter(None, named), key=lambda m: int(m[1]))]
    for path in [p for p in found if not (p / "trainer_state.json").exists()]:
        shutil.rmtree(path)
        found.remove(path)
    return found[-1] if found else None
