"""What happens at the steps of a training besides training: checkpoints, losses,
words about how it goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from transformers import TrainerCallback

from explorer.train import publish
from explorer.train.family import Family, Size

Tell = Callable[[str], None]


class Publisher(TrainerCallback):
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
