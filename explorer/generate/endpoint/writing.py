"""Generate a probe set with a model behind any OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from explorer.core.address import address_of
from explorer.core.errors import InputError
from explorer.generate.endpoint.budget import Budget
from explorer.generate.endpoint.client import Client
from explorer.generate.endpoint.loop import run_to_the_end
from explorer.generate.endpoint.writer import TEMPERATURE, Writer
from explorer.generate.partial import (
    Partial,
    Progress,
    Tell,
    begun,
    check_stopped,
    finish,
    there_already,
)
from explorer.generate.prompts import load_prompts
from explorer.probes.probe_set import ProbeSetInfo

PARALLEL = 4


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

    The key is read from OPENAI_API_KEY and sent to the hosts that OPENAI_API_KEY_HOSTS
    names, no others. Resumes where an earlier call of the same name stopped;
    `token_budget` counts the tokens of earlier calls too, and the most that a request
    could take is reserved before it is sent. Raises InputError on bad arguments,
    ModelError when the endpoint refuses, ResourceError when the budget is spent,
    SentencesError naming the concepts that have too few, Cancelled when `stopped()`
    turns true, ExplorerError when the endpoint does not answer. What was had is kept.
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
        writer = Writer(client, templates, partial, budget, target, seed, tell)
        run_to_the_end(_write(writer, list(concepts), parallel, progress))
        check_stopped(stopped)
        card |= _spent(partial) | {"parameters_not_taken": client.not_taken}
        return finish(
            name,
            partial,
            concepts,
            target=target,
            source=model,
            card=card,
            libraries=("openai",),
            tell=tell,
        )


async def _write(writer: Writer, concepts: list[str], parallel: int, progress: Progress) -> None:
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


def _spent(partial: Partial) -> dict[str, Any]:
    """What the sentences took, for the card."""
    kinds = Counter(partial.facts("kind"))
    return {
        "tokens": sum(partial.facts("tokens")),
        "tokens_estimated": any(partial.facts("estimated")),
        "answers": dict(kinds),
        "answered_by": sorted(set(partial.facts("model")) - {""}),
    }
