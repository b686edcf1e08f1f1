"""Harvest a probe set from a text corpus: sentences that hold a concept's word, an
equal share for each concept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from explorer.core.errors import SentencesError
from explorer.core.records import Sentence
from explorer.probes import probe_set, storing
from explorer.probes.cleaning import MAX_WORDS, MIN_WORDS, fingerprint
from explorer.probes.corpora import corpus
from explorer.probes.folding import is_spaceless
from explorer.probes.sampling import rng
from explorer.probes.words import ConceptFinder

_REPORT = 20_000
_SPACELESS = (
    "Sentences in a script without spaces are not harvested, since their length is counted in "
    "words between spaces. Import such sentences from a file."
)
Tell = Callable[[str], None]


@dataclass
class _Reservoir:
    """A uniform sample of at most `size` of the texts offered (Vitter 1985, algorithm
    R).
    """

    size: int
    random: np.random.Generator
    kept: list[tuple[int, str]] = field(default_factory=list)
    offered: int = 0

    def offer(self, place: int, text: str) -> None:
        self.offered += 1
        if len(self.kept) < self.size:
            self.kept.append((place, text))
        elif (slot := int(self.random.integers(self.offered))) < self.size:
            self.kept[slot] = (place, text)


def collect(
    sentences: Iterable[str],
    concepts: Sequence[str],
    cap: int,
    seed: int,
    source: str,
    tell: Tell = lambda _: None,
) -> list[Sentence]:
    """At most `cap` sentences of each concept, a uniform sample of those that hold its
    word, in corpus order.

    A sentence counts for every concept whose word or inflection it holds as a whole
    word; sentences that differ in case, spacing or punctuation only count once.
    """
    concepts_in = ConceptFinder(concepts)
    held = {concept: _Reservoir(cap, rng(seed, "harvest", concept)) for concept in concepts}
    seen: set[int] = set()
    for place, text in enumerate(sentences):
        if place and place % _REPORT == 0:
            tell(
                f"{place:,} sentences read, {sum(bool(one.kept) for one in held.values())} "
                "concepts met"
            )
        if not MIN_WORDS <= text.count(" ") + 1 <= MAX_WORDS:
            continue
        met = concepts_in(text)
        if not met or (mark := hash(fingerprint(text))) in seen:
            continue
        seen.add(mark)
        for concept in met:
            held[concept].offer(place, text)
    return [
        Sentence(concept, text, source)
        for concept in concepts
        for _, text in sorted(held[concept].kept)
    ]


def harvest(
    path: Path,
    name: str,
    concepts: Sequence[str],
    *,
    cap: int,
    seed: int = 0,
    source: str = "",
    domains: Mapping[str, str] | None = None,
    tell: Tell = lambda _: None,
) -> probe_set.ProbeSetInfo:
    """Harvest a corpus as the probe set `name`; concepts that it never mentions are
    told and left out. Another probe set of this name is kept under a name that is told.

    Raises InputError for an unreadable corpus or an unfit name, SentencesError when
    fewer than two concepts are met.
    """
    probe_set.check_new(name)
    source = source or path.name
    spaceless = [concept for concept in concepts if is_spaceless(concept)]
    if spaceless:
        tell(f"{', '.join(spaceless)}: {_SPACELESS}")
    rows = collect(corpus.sentences(path), concepts, cap, seed, source, tell)
    found = {row.concept for row in rows}
    absent = [concept for concept in concepts if concept not in found]
    if len(found) < 2:
        raise SentencesError(
            f"{path.name} mentions {len(found)} of the {len(concepts)} concepts.",
            _SPACELESS if spaceless else "Give a longer corpus.",
        )
    if absent:
        tell(f"Not in {path.name}: {', '.join(absent)}.")
    card = {
        "made_by": "harvest",
        "corpus": source,
        "cap": cap,
        "seed": seed,
        "absent": absent,
        "domains": dict(domains or {}),
    }
    return storing.store(name, rows, card, replace=True, tell=tell)
