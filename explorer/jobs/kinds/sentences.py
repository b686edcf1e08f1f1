"""Sentences: a probe set written by a model, here or at an endpoint, or harvested from
a corpus.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from explorer.core.address import address_of, key_for
from explorer.core.errors import InputError
from explorer.core.locking import Held, locked
from explorer.core.paths import full_path
from explorer.core.tables import table_of
from explorer.generate.endpoint.writing import PARALLEL
from explorer.generate.prompts import load_prompts
from explorer.jobs.kind import Context, Kind, Link
from explorer.jobs.kinds.endpoints import public_address
from explorer.jobs.kinds.sentence_work import WRITING, generate, harvest, is_made
from explorer.jobs.progress import Progress
from explorer.probes import probe_set
from explorer.probes.corpora import enwik8

_HOW = ("token_budget", "parallel")
"""Fields that say how to go about it, not what comes of it."""


@dataclass(frozen=True)
class Sentences:
    """A probe set to make: `sentences` of each concept, of a corpus at most so many.

    With `corpus` it is harvested; else `model` writes it, at `endpoint` where one is
    given; no model at all stands for the one that suits this machine.
    """

    probe_set: str
    concepts: tuple[str, ...]
    sentences: int
    seed: int = 0
    domains: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    revision: str = "main"
    endpoint: str = ""
    corpus: str = ""
    corpus_name: str = ""
    """What to call the corpus; its file's name when empty."""
    prompts: str = ""
    """TOML file of prompt templates in place of the shipped ones."""
    token_budget: int | None = None
    parallel: int = PARALLEL

    def __post_init__(self) -> None:
        probe_set.check_new(self.probe_set)
        if not self.concepts or len(set(self.concepts)) < len(self.concepts):
            raise InputError("No concept was given, or one twice.", "Give each concept once.")
        if self.sentences < 1:
            raise InputError(f"sentences: got {self.sentences}, expected 1 or more.")
        if self.endpoint:
            address_of(self.endpoint)

    @property
    def writer(self) -> str:
        """Who writes them, in words."""
        if self.corpus:
            return Path(self.corpus).name
        at = f" at {address_of(self.endpoint).host}" if self.endpoint else ""
        return f"{self.model or 'the model that suits this machine'}{at}"


class SentenceMaking(Kind[Sentences]):
    """Writing or harvesting the sentences of a probe set."""

    name = "sentences"
    stages: ClassVar[Mapping[str, str]] = {WRITING: "Write the sentences"}
    counted: ClassVar[Mapping[str, str]] = {WRITING: "concepts"}
    kept = "sentences that are there are kept"

    def read(self, fields: Mapping[str, Any]) -> Sentences:
        return Sentences(**{**fields, "concepts": tuple(fields["concepts"])})

    def write(self, request: Sentences) -> dict[str, Any]:
        return table_of(request)

    def checked(self, request: Sentences) -> Sentences:
        """Files by their full path, the endpoint without what may be secret."""
        prompts = full_path(request.prompts) if request.prompts else None
        load_prompts(prompts)
        if request.endpoint:
            key_for(address_of(request.endpoint))
        is_file = request.corpus not in ("", enwik8.NAME)
        corpus = str(full_path(request.corpus)) if is_file else request.corpus
        return dataclasses.replace(
            request,
            prompts=str(prompts or ""),
            corpus=corpus,
            endpoint=public_address(request.endpoint) if request.endpoint else "",
        )

    def identity(self, request: Sentences) -> str:
        fields = table_of(request)
        what = {key: value for key, value in fields.items() if key not in _HOW}
        text = json.dumps([self.name, what], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def title(self, request: Sentences) -> str:
        return f"Probe set {request.probe_set}"

    def summary(self, request: Sentences) -> str:
        return (
            f"{len(request.concepts)} concepts × {request.sentences:,} sentences "
            f"{'from' if request.corpus else 'by'} {request.writer}"
        )

    def exclusive(self, request: Sentences) -> bool:
        # A model that runs here needs the memory of an extraction.
        return not (request.endpoint or request.corpus)

    def finished(self, request: Sentences) -> bool:
        return is_made(request)

    def result(self, request: Sentences) -> str:
        return f"The probe set “{request.probe_set}” is there."

    def links(self, request: Sentences) -> list[Link]:
        return [Link("probe_sets", {"probes": request.probe_set}), Link("extract")]

    def discard(self, request: Sentences) -> None:
        path = probe_set.path_of(request.probe_set)
        try:
            # Another process may be making the set of this name in another way.
            with locked(path.parent / f".{request.probe_set}.lock", 0):
                path.with_suffix(".partial.jsonl").unlink(missing_ok=True)
        except Held:
            return

    def run(self, request: Sentences, context: Context) -> None:
        context.check()
        words = f"{len(request.concepts)} concepts × {request.sentences:,} by {request.writer}"
        context.tell(f"Writing the probe set “{request.probe_set}”: {words}")
        context.report(Progress(WRITING, 0, len(request.concepts), None, "Starting"))
        if request.corpus:
            harvest(request, context)
        else:
            generate(request, context)


SENTENCES = SentenceMaking()
