"""Evidence: responses of the chosen units of some concepts of a run, sentence by
sentence and token by token.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.core.records import RunInfo
from explorer.core.tables import table_of
from explorer.jobs.cost.reading import estimate_reading
from explorer.jobs.kind import Context, Kind, Link
from explorer.jobs.kinds.evidence_work import collect, sentences_of
from explorer.jobs.kinds.published import published_runs
from explorer.models import catalog

if TYPE_CHECKING:
    from explorer.jobs.cost.estimate import Estimate

MOST_UNITS, MOST_CONCEPTS = 512, 1000
LOADING, FORWARDING = "loading model", "forwarding"


@dataclass(frozen=True)
class Evidence:
    """Which responses to keep: of these concepts of a run, of their `units` best
    experts and of as many random units of the same modules.
    """

    run: str
    """Id of the run."""
    concepts: tuple[str, ...]
    units: int = 64
    seed: int = 0
    """Of the choice of random units."""

    def __post_init__(self) -> None:
        if not 1 <= self.units <= MOST_UNITS:
            raise InputError(f"units: got {self.units}, expected 1 to {MOST_UNITS}.")
        if not 1 <= len(set(self.concepts)) <= MOST_CONCEPTS:
            raise InputError(
                f"concepts: got {len(self.concepts)}, expected 1 to {MOST_CONCEPTS:,}."
            )


class EvidenceKind(Kind[Evidence]):
    """Looking again at the sentences of a finished run. It needs the model, and no
    probe set: the run holds its sentences.
    """

    name = "evidence"
    stages: ClassVar[Mapping[str, str]] = {
        LOADING: "Load the model",
        FORWARDING: "Read the sentences",
    }
    kept = "nothing is kept of an unfinished look"

    def read(self, fields: Mapping[str, Any]) -> Evidence:
        known = {**fields, "concepts": tuple(map(str, fields["concepts"]))}
        return Evidence(**known)

    def write(self, request: Evidence) -> dict[str, Any]:
        return table_of(request)

    def identity(self, request: Evidence) -> str:
        text = json.dumps(["evidence", table_of(request)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def title(self, request: Evidence) -> str:
        words = ", ".join(request.concepts[:3])
        more = f" and {len(request.concepts) - 3} more" if len(request.concepts) > 3 else ""
        return f"Responses: {words}{more}"

    def summary(self, request: Evidence) -> str:
        return f"{request.units} experts and as many random units a concept · run {request.run}"

    def checked(self, request: Evidence) -> Evidence:
        run = run_of(request)
        for word in request.concepts:
            if word not in run.request.concepts:
                raise InputError(
                    f"“{word}” is not a concept of {run.label}.",
                    f"It has {len(run.request.concepts)} concepts.",
                )
        if sentence := catalog.weights_changed(run):
            raise InputError(sentence)
        return request

    def exclusive(self, request: Evidence) -> bool:  # noqa: ARG002
        return True

    def finished(self, request: Evidence) -> bool:
        return self.path(request).exists()

    def path(self, request: Evidence) -> Path:
        """The file that it makes."""
        return settings.evidence_dir() / f"{self.identity(request)}.duckdb"

    def links(self, request: Evidence) -> Sequence[Link]:
        word = request.concepts[0]
        return [Link("concepts", {"run": request.run, "concept": word})]

    def cost(self, request: Evidence) -> Estimate:
        run = run_of(request)
        n, words = sentences_of(run, request.concepts)
        return estimate_reading(run.request, words, n)

    def run(self, request: Evidence, context: Context) -> None:
        collect(
            run_of(request),
            request.concepts,
            request.units,
            request.seed,
            self.path(request),
            context,
        )


EVIDENCE = EvidenceKind()


def run_of(request: Evidence) -> RunInfo:
    """The run that is looked at. Raises InputError when it is not there."""
    run = published_runs().get(request.run)
    if run is None:
        raise InputError(f"There is no finished run “{request.run}”.", "See `explorer runs list`.")
    return run
