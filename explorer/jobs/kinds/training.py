"""Trainings: the members of a family of small models, one after the other."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from explorer.core.errors import InputError
from explorer.core.tables import table_of
from explorer.jobs.kind import Context, Kind, Link, Outcome
from explorer.jobs.progress import Progress
from explorer.train import publish
from explorer.train.family import Family, Share, Size

PREPARING, TRAINING_STAGE = "preparing text", "training"


@dataclass(frozen=True)
class Training:
    """The sizes of a family to train, at each of its seeds. `threads` of the CPU, 0 for
    all.
    """

    family: Family
    sizes: tuple[str, ...]
    threads: int = 0

    def __post_init__(self) -> None:
        if self.threads < 0:
            raise InputError(f"threads: got {self.threads}, expected 1 or more, or 0 for all.")
        if not self.sizes:
            raise InputError("No size was named.", "Name at least one size of the family.")
        for name in self.sizes:
            self.family.size(name)

    @property
    def members(self) -> list[tuple[Size, int]]:
        """Every size and seed, in the order of training."""
        sizes = map(self.family.size, self.sizes)
        return [(size, seed) for size in sizes for seed in self.family.seeds]

    @property
    def names(self) -> list[str]:
        """The names of the models."""
        return [self.family.model_name(size, seed) for size, seed in self.members]


class FamilyTraining(Kind[Training]):
    """Training models whose checkpoints extractions then read.

    It takes no turns: two sizes may be trained at a time, on different cores.
    """

    name = "training"
    stages: ClassVar[Mapping[str, str]] = {PREPARING: "Prepare the text", TRAINING_STAGE: "Train"}
    counted: ClassVar[Mapping[str, str]] = {TRAINING_STAGE: "models"}
    kept = "published checkpoints and the last saved state are kept"

    def read(self, fields: Mapping[str, Any]) -> Training:
        table = dict(fields["family"])
        sizes = tuple(Size(**size) for size in table["sizes"])
        corpora = tuple(Share(**share) for share in table["corpora"])
        for key in ("checkpoints", "seeds"):
            if key in table:
                table[key] = tuple(table[key])
        family = Family(**{**table, "sizes": sizes, "corpora": corpora})
        return Training(family, tuple(fields["sizes"]), int(fields.get("threads", 0)))

    def write(self, request: Training) -> dict[str, Any]:
        return table_of(request)

    def checked(self, request: Training) -> Training:
        """A corpus of one's own by its full path."""
        corpora = tuple(share.resolved for share in request.family.corpora)
        family = dataclasses.replace(request.family, corpora=corpora)
        request = dataclasses.replace(request, family=family)
        for size, seed in request.members:
            publish.check_recipe(request.family, size, seed)
        return request

    def identity(self, request: Training) -> str:
        what = {key: value for key, value in table_of(request).items() if key != "threads"}
        text = json.dumps([self.name, what], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def title(self, request: Training) -> str:
        return f"{request.family.name}: {', '.join(request.sizes)}"

    def summary(self, request: Training) -> str:
        family, n = request.family, len(request.members)
        models = "1 model" if n == 1 else f"{n} models"
        return (
            f"training of {models} · {family.steps:,} steps · "
            f"{family.tokens:,} tokens of {_texts(family)}"
        )

    def finished(self, request: Training) -> bool:
        last = [request.family.steps]
        return all(publish.steps(name)[-1:] == last for name in request.names)

    def result(self, request: Training) -> str:
        return f"Trained: {', '.join(request.names)}. Name one as the model of an extraction."

    def links(self, request: Training) -> list[Link]:  # noqa: ARG002
        return [Link("extract")]

    def run(self, request: Training, context: Context) -> None:
        for line in plan_lines(request):
            context.tell(line)
        names = request.names
        for number, name in enumerate(_trained(request, context), 1):
            context.record(Outcome(name))
            context.report(Progress(TRAINING_STAGE, number, len(names), None, f"{name} is trained"))


TRAINING = FamilyTraining()


def plan_lines(request: Training) -> list[str]:
    """What will be trained, in words."""
    family = request.family
    shapes = [
        f"  {family.model_name(size, seed)}: {size.layers} layers × {size.width}, "
        f"{family.n_parameters(size):,} parameters, {size.n_inner:,} without the embeddings"
        for size, seed in request.members
    ]
    return [
        f"{family.name}: {family.tokens:,} tokens of {_texts(family)}, {family.steps:,} steps of "
        f"{family.batch} × {family.context} tokens, checkpoints at steps "
        f"{', '.join(map(str, family.published))}.",
        *shapes,
        "The time that is left follows after the first steps; a stop keeps what is done.",
    ]


def _texts(family: Family) -> str:
    return ", ".join(map(str, family.corpora))


def _trained(request: Training, context: Context) -> Iterator[str]:
    """The name of each model when it is trained."""
    # Here and not above: it pulls torch.
    from explorer.train import run

    n, done, stage = len(request.members), 0, PREPARING

    def tell(line: str) -> None:
        context.tell(line)
        context.report(Progress(stage, done, n, None, line))

    family = request.family
    text = run.prepared(family, request.threads, tell)
    stage = TRAINING_STAGE
    sizes = [family.size(name) for name in request.sizes]
    for name in run.train_all(family, sizes, text, tell=tell, stopped=context.stopped):
        done += 1
        yield name
