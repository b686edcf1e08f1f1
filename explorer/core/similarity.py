"""Ways in which a model can hold two concepts similar."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.tau import Tau

EXPERTS, WORD, SENTENCE = "experts", "word embedding", "sentence embedding"
REPRESENTATIONS = (EXPERTS, WORD, SENTENCE)
"""Names of the three representations, as tables and addresses write them."""


@dataclass(frozen=True)
class Experts:
    """Overlap of the expert sets at a threshold."""

    tau: Tau

    @property
    def name(self) -> str:
        """ "experts"."""
        return EXPERTS


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


def similarities(tau: Tau) -> tuple[Similarity, ...]:
    """All of them, in the order of `REPRESENTATIONS`."""
    return Experts(tau), WordEmbedding(), SentenceEmbedding()


def named(name: str, tau: Tau) -> Similarity:
    """The similarity of a representation; `tau` matters to experts only."""
    return dict(zip(REPRESENTATIONS, similarities(tau), strict=True))[name]
