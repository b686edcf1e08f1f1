"""A probe set with sentences left out and added becomes a new one; the original stays,
since runs refer to it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core import access
from explorer.core.errors import InputError
from explorer.core.records import Sentence
from explorer.probes import probe_set
from explorer.probes.cleaning import MAX_WORDS, MIN_WORDS, fingerprint
from explorer.probes.storing import writing
from explorer.probes.words import contains, inflections

BY_HAND = "added by hand"


@dataclass(frozen=True)
class Draft:
    """Changes to one probe set that are not saved yet."""

    digest: str
    """Content of the probe set that is changed."""
    excluded: frozenset[tuple[str, int]] = frozenset()
    """(concept, position among its sentences)."""
    added: tuple[Sentence, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is changed."""
        return not self.excluded and not self.added


@dataclass(frozen=True)
class Checked:
    """What the lines of a text field hold: usable sentences, and a fault for each
    unusable line.
    """

    sentences: tuple[Sentence, ...]
    faults: tuple[str, ...]


def check_lines(
    text: str, concept: str, existing: Sequence[Sentence], source: str = BY_HAND
) -> Checked:
    """The sentences of a concept in a text of one a line, held against the same rules
    as an import, and length.

    existing: the sentences the concept has already. Empty lines are skipped.
    """
    seen = {fingerprint(row.text): "a sentence of the set" for row in existing}
    forms = inflections(concept)
    kept, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        sentence = " ".join(line.split())
        if not sentence:
            continue
        n_words = len(sentence.split())
        mark = fingerprint(sentence)
        if mark in seen:
            faults.append(f"line {number}: the same as {seen[mark]}")
        elif not contains(sentence, forms):
            faults.append(f"line {number}: does not contain “{concept}”")
        elif not MIN_WORDS <= n_words <= MAX_WORDS:
            faults.append(f"line {number}: {n_words} words, expected {MIN_WORDS}–{MAX_WORDS}")
        else:
            kept.append(Sentence(concept, sentence, source.strip() or BY_HAND))
        seen.setdefault(mark, f"line {number}")
    return Checked(tuple(kept), tuple(faults))


def save(parent: probe_set.ProbeSet, draft: Draft, name: str) -> probe_set.ProbeSetInfo:
    """Write the changed probe set under a new name; its card says what it came from and
    what was changed.

    Raises InputError when the name is unfit or taken, when nothing is changed or
    nothing would be left, and when the draft was made for other sentences;
    ResourceError when the folder cannot be written, AccessError where whoever asks may
    only look. Nothing is written then.
    """
    access.check()
    path = probe_set.check_new(name)
    if path.exists():
        raise InputError(
            f"There is a probe set “{name}” already.",
            "Choose another name: a probe set never changes.",
        )
    if draft.digest != parent.info.digest:
        raise InputError(
            "The probe set has changed since this draft was begun.",
            "Discard the draft and begin anew.",
        )
    if draft.empty:
        raise InputError("Nothing is excluded and nothing added.", "Tick or add sentences first.")
    rows = changed(parent, draft)
    if not rows:
        raise InputError("No sentence would be left.", "Take some of the exclusions back.")
    with writing(path):
        return probe_set.save(name, rows, _card(parent, draft, {row.concept for row in rows}))


def changed(parent: probe_set.ProbeSet, draft: Draft) -> list[Sentence]:
    """The sentences of the draft: the parent's order, each concept's additions after
    its own.
    """
    rows = []
    for concept, sentences in parent.sentences.items():
        rows += [row for at, row in enumerate(sentences) if (concept, at) not in draft.excluded]
        rows += [row for row in draft.added if row.concept == concept]
    return rows


def _card(parent: probe_set.ProbeSet, draft: Draft, left: set[str]) -> dict[str, object]:
    info = parent.info
    out = sorted(draft.excluded)
    return {
        "made_by": "edit",
        "date": datetime.date.today().isoformat(),
        "parent": {"name": info.name, "digest": info.digest},
        "excluded": [{"concept": c, "text": parent.sentences[c][at].text} for c, at in out],
        "added": [
            {"concept": row.concept, "text": row.text, "source": row.source} for row in draft.added
        ],
        "domains": {concept: domain for concept, domain in info.domains.items() if concept in left},
        "parent_card": {key: value for key, value in info.card.items() if key != "domains"},
    }
