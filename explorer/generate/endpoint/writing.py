"""Generate a probe set with a model behind any OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from explorer.core.errors import InputError
from explorer.generate.endpoint.address import address_of
from explorer.generate.endpoint.answer import Answer, most_tokens
from explorer.generate.endpoint.budget import Budget
from explorer.generate.endpoint.client import Client
from explorer.generate.endpoint.loop import run_to_the_end
from explorer.generate.partial import (
    Partial,
    Progress,
    Tell,
    begun,
    check_stopped,
    finish,
    there_already,
)
from explorer.generate.prompts import load_prompts, messages
from explorer.probes.cleaning import MAX_WORDS, accept, fingerprint
from explorer.probes.probe_set import ProbeSetInfo
from explorer.probes.sampling import rng

PER_REQUEST, TEMPERATURE, PARALLEL = 10, 1.0, 4
FRUITLESS_TURNS = 2
"""A concept is given up when every template in turn, so many times over, brought no new
sentence.
"""
_TOKENS_A_SENTENCE = 2 * MAX_WORDS
_MOST_ROOM = 16


def generate_set(
    endpoint: str,
    model: str,
    concepts: Sequence[str],
    name: str,
    *,
    target: int = 260,
    seed: int = 0,
    domains: Mapping[str, str] | None = None,
    prompts: Path | None = None,
    token_budget: int | None = None,
    parallel: int = PARALLEL,
    tell: Tell = lambda _: None,
    progress: Progress = lambda *_: None,
    stopped: Callable[[], bool] = lambda: False,
) -> ProbeSetInfo:
    """Let the model at `endpoint` write `target` sentences of every concept; store them
    as the probe set `name`.

    The key is read from OPENAI_API_KEY and goes nowhere but to the endpoint. Resumes
    where an earlier call of the same name stopped; `token_budget` counts the tokens of
    earlier calls too, and the most that a request could take is reserved before it is
    sent. Raises InputError on bad arguments, ModelError when the endpoint refuses,
    ResourceError when the budget is spent, SentencesError naming the concepts that have
    too few, Cancelled when `stopped()` turns true, ExplorerError when the endpoint does
    not answer. What was had is kept.
    """
    if not model.strip():
        raise InputError("No model was named.", "Give the name that the endpoint knows it by.")
    if parallel < 1 or (token_budget is not None and token_budget < 1):
        raise InputError(
            f"Got {parallel} requests at a time and {token_budget} tokens.",
            "Expected 1 or more of each.",
        )
    address = address_of(endpoint)
    templates = load_prompts(prompts)
    settings = {
        "made_by": "endpoint",
        "endpoint": address.host,
        "model": model,
        "prompts": templates,
        "sampling": {"temperature": TEMPERATURE},
        "seed": seed,
    }
    card: dict[str, Any] = {**settings, "domains": dict(domains or {})}
    if info := there_already(name, concepts, target, card, tell):
        return info
    with begun(name, concepts, target, settings) as partial:
        budget = Budget(token_budget, sum(partial.facts("tokens")))
        client = Client(address, model, tell, stopped)
        writer = _Writer(client, templates, partial, budget, target, seed, tell)
        run_to_the_end(_write(writer, list(concepts), parallel, progress))
        check_stopped(stopped)
        card |= _spent(partial) | {"parameters_not_taken": client.not_taken}
        return finish(
            name, partial, concepts, target=target, source=model, card=card, libraries=("openai",)
        )


async def _write(writer: _Writer, concepts: list[str], parallel: int, progress: Progress) -> None:
    """Write about every concept, `parallel` of them at a time; the first error ends
    it.
    """
    waiting, done = iter(concepts), 0

    async def work(queue: Iterator[str]) -> None:
        nonlocal done
        for concept in queue:
            progress(done, len(concepts), f"{concept}, {writer.budget.spent:,} tokens so far")
            if not await writer.write(concept):
                return
            done += 1

    try:
        async with writer.client, asyncio.TaskGroup() as group:
            for _ in range(parallel):
                group.create_task(work(waiting))
    except ExceptionGroup as problems:
        raise _first(problems) from None
    progress(done, len(concepts), "done")


def _first(problem: Exception) -> Exception:
    while isinstance(problem, ExceptionGroup):
        problem = problem.exceptions[0]
    return problem


class _Writer:
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


def _spent(partial: Partial) -> dict[str, Any]:
    """What the sentences took, for the card."""
    kinds = Counter(partial.facts("kind"))
    return {
        "tokens": sum(partial.facts("tokens")),
        "tokens_estimated": any(partial.facts("estimated")),
        "answers": dict(kinds),
        "answered_by": sorted(set(partial.facts("model")) - {""}),
    }
