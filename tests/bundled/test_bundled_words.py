"""The words and draws of the bundled study are those that its runs were made of."""

from __future__ import annotations

import hashlib
import re

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import RunRequest
from explorer.probes import probe_set
from explorer.probes.sampling import plan
from explorer.probes.words import ConceptFinder, WordIndex, inflections, word_family

_WORD = re.compile(r"[a-z0-9]+(?:[-'’][a-z0-9]+)*")
_LETTER = re.compile(r"[^\W\x00-\x7f]")
DRAWS = "607561ccb1274d60864612677093f1f69bcb2d187458efb003891d9f833de8fd"


@pytest.fixture(scope="module")
def probes() -> probe_set.ProbeSet:
    return probe_set.load(probe_set.BUNDLED)


def ascii_words(sentence: str) -> set[str]:
    """Lower-case words and compounds of a sentence, and the parts of the compounds."""
    found = set(_WORD.findall(sentence.lower()))
    return found.union(*(re.split(r"[-'’]", word) for word in found))


@pytest.mark.slow
def test_every_sentence_holds_the_concepts_that_its_ascii_words_say(
    probes: probe_set.ProbeSet,
) -> None:
    concepts = probes.info.concepts
    sentences = [row.text for rows in probes.sentences.values() for row in rows]
    words = [ascii_words(sentence) for sentence in sentences]
    finder, index = ConceptFinder(concepts), WordIndex(sentences)
    met: dict[str, set[int]] = {concept: set() for concept in concepts}
    for at, sentence in enumerate(sentences):
        for concept in finder(sentence):
            met[concept].add(at)
    odd = {at for at, sentence in enumerate(sentences) if _LETTER.search(sentence)}
    assert len(odd) < 0.01 * len(sentences)
    for concept in concepts:
        forms, family = inflections(concept), word_family(concept)
        said = {at for at, own in enumerate(words) if not forms.isdisjoint(own)}
        barred = {at for at, own in enumerate(words) if not family.isdisjoint(own)}
        assert met[concept] - odd == said - odd
        assert index.holding(family) - odd == barred - odd


def test_the_sets_drawn_for_the_bundled_runs_are_the_same(probes: probe_set.ProbeSet) -> None:
    request = RunRequest(
        Checkpoint("built-in"),
        probe_set.BUNDLED,
        probes.info.digest,
        tuple(probes.info.concepts),
        n_positive=100,
        n_negative=500,
        folds=4,
    )
    drawn = plan(request, probes.sentences)
    told = hashlib.sha256()
    for concept in sorted(drawn.draws):
        for fold in drawn.draws[concept]:
            for ids in fold:
                told.update("\n".join(drawn.sentences[i].text for i in ids).encode())
    assert told.hexdigest() == DRAWS
