"""Ways in which a model can hold two concepts similar."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.errors import InputError
from explorer.core.tau import Tau

EXPERTS, WORD, SENTENCE = "experts", "word embedding", "sentence embedding"
REPRESENTATIONS = (EXPERTS, WORD, SENTENCE)
"""Names of the three representations, as tables and addresses write them."""


@dataclass(frozen=True)
class Overlap:
    """How the expert sets of two concepts are compared."""

    name: str
    """As addresses write it."""
    meaning: str
    corrected: bool = False
    """Whether what chance gives sets of these sizes is taken away."""
    top: int | None = None
    """So many units of highest AP make a set; None for all above τ."""


TOPS = (50, 100, 200)
JACCARD = Overlap("Jaccard", "units of both ÷ units of either, as in the paper")
BEYOND_CHANCE = Overlap(
    "beyond chance",
    "(J − E) ÷ (1 − E): the Jaccard similarity J less the mean E of random sets that have as many "
    "units in every module",
    corrected=True,
)
OVERLAPS = (
    JACCARD,
    BEYOND_CHANCE,
    *(
        Overlap(f"top {k}", f"Jaccard of the {k} units of highest AP, whatever τ", top=k)
        for k in TOPS
    ),
)
"""All of them, the default first."""
AT_A_THRESHOLD = tuple(overlap for overlap in OVERLAPS if overlap.top is None)
"""Those whose sets are made by τ."""


def parse_overlap(text: str) -> Overlap:
    """The overlap that a text names. Raises InputError."""
    for overlap in OVERLAPS:
        if text == overlap.name:
            return overlap
    names = ", ".join(f"“{overlap.name}”" for overlap in OVERLAPS)
    raise InputError(f"overlap: got “{text[:40]}”, expected one of {names}.")


@dataclass(frozen=True)
class Experts:
    """Overlap of expert sets: those at a threshold, or those of the best units."""

    tau: Tau
    overlap: Overlap = JACCARD

    @property
    def name(self) -> str:
        """ "experts"."""
        return EXPERTS

    def __str__(self) -> str:
        """How a caption says it: "τ 0.50", "the 100 units of highest AP"."""
        if self.overlap.top is not None:
            return f"the {self.overlap.top} units of highest AP"
        return f"τ {self.tau}" + ", overlap beyond chance" * self.overlap.corrected


@dataclass(frozen=True)
class WordEmbedding:
    """Cosine of the input embeddings; it knows no τ."""

    @property
    def name(self) -> str:
        """ "word embedding"."""
        return WORD


@dataclass(frozen=True)
class SentenceEmbedding:
    """Cosine of the mean final states of the positive sentences; it knows no τ."""

    @property
    def name(self) -> str:
        """ "sentence embedding"."""
        return SENTENCE


Similarity = Experts | WordEmbedding | SentenceEmbedding


def similarities(experts: Experts) -> tuple[Similarity, ...]:
    """All of them, in the order of `REPRESENTATIONS`."""
    return experts, WordEmbedding(), SentenceEmbedding()


def named(name: str, experts: Experts) -> Similarity:
    """The similarity of a representation, that of experts as given."""
    return dict(zip(REPRESENTATIONS, similarities(experts), strict=True))[name]
