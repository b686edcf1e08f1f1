"""Sentences of one concept after another, asked of a model behind an endpoint."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from explorer.generate.endpoint.answer import Answer, most_tokens
from explorer.generate.endpoint.budget import Budget
from explorer.generate.endpoint.client import Client
from explorer.generate.partial import Partial, Tell
from explorer.generate.prompts import messages
from explorer.probes.cleaning import MAX_WORDS, accept, fingerprint
from explorer.probes.sampling import rng

PER_REQUEST, TEMPERATURE = 10, 1.0
FRUITLESS_TURNS = 2
"""A concept is given up when every template in turn, so many times over, brought no new
sentence.
"""
_TOKENS_A_SENTENCE = 2 * MAX_WORDS
_MOST_ROOM = 16


class Writer:
    """Asks for sentences of one concept after another, until there are `target` of
    each.
    """

    def __init__(
        self,
        client: Client,
        prompts: dict[str, Any],
        partial: Partial,
        budget: Budget,
        target: int,
        seed: int,
        tell: Tell,
    ) -> None:
        self.client, self.budget = client, budget
        self._prompts, self._partial, self._target, self._seed, self._tell = (
            prompts,
            partial,
            target,
            seed,
            tell,
        )
        self._templates = list(prompts["chat"])
        # A small target is shared out too, so that every template has its turn.
        shared = min(PER_REQUEST, math.ceil(target / len(self._templates)))
        self._at_once = shared if "several" in prompts else 1
        self._room = 1

    async def write(self, concept: str) -> bool:
        """Write about a concept until it has enough or is given up; False when the user
        stopped first.
        """
        seen = {fingerprint(row["text"]) for row in self._partial.rows(concept)}
        came, fruitless = Counter[str](), 0
        while (
            need := self._target - len(self._partial.rows(concept))
        ) > 0 and fruitless < FRUITLESS_TURNS * len(self._templates):
            template = self._templates[self._partial.additions(concept) % len(self._templates)]
            answer = await self._ask(concept, template, min(self._at_once, need))
            if answer is None:
                return False
            texts = accept(answer.lines, concept, seen)
            kind = _kind(answer, texts)
            came[kind] += 1
            fruitless = 0 if texts else fruitless + 1
            self._partial.add(
                concept,
                [{"text": text, "prompt": template} for text in texts],
                tokens=answer.tokens,
                estimated=answer.estimated,
                kind=kind,
                model=answer.model,
            )
            if answer.cut and not texts:
                self._widen()
        if bad := {kind: n for kind, n in came.items() if kind != "used"}:
            counts = ", ".join(f"{n} {kind}" for kind, n in bad.items())
            self._tell(f"“{concept}”: of {came.total()} answers {counts}.")
        return True

    async def _ask(self, concept: str, template: str, count: int) -> Answer | None:
        asked = messages(self._prompts, template, concept, count)
        max_tokens = _TOKENS_A_SENTENCE * (count + 1) * self._room
        seed = int(
            rng(self._seed, "endpoint", concept, str(self._partial.additions(concept))).integers(
                2**31
            )
        )
        async with self.budget.reserved(most_tokens(asked, max_tokens)):
            answer = await self.client.ask(
                asked, temperature=TEMPERATURE, max_tokens=max_tokens, seed=seed
            )
            if answer is not None:
                self.budget.spent += answer.tokens
        return answer

    def _widen(self) -> None:
        """A model that thinks first may use up its tokens before it writes a
        sentence.
        """
        if self._room < _MOST_ROOM:
            self._room *= 2
            self._tell(
                f"An answer broke off before its first sentence; allowing {self._room} times as "
                "many tokens."
            )


def _kind(answer: Answer, texts: Sequence[str]) -> str:
    if texts:
        return "used"
    if answer.refused:
        return "refused"
    return "without a new usable sentence" if answer.text else "empty"
