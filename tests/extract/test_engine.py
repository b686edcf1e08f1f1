"""A whole extraction on a tiny model, against plain loops and scikit-learn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import InputError, SentencesError
from explorer.core.records import Sentence
from explorer.core.request import RunRequest
from explorer.extract import engine as engine_module
from explorer.extract.engine import Extraction
from explorer.extract.responses import forward
from explorer.probes.probe_set import ProbeSet, ProbeSetInfo
from tests.support import tiny

CONCEPTS = ("cat", "dog", "rain", "bus")
PLACES = (
    "on the mat",
    "in the field",
    "near the old church",
    "every Sunday morning",
    "with friends",
)


def probe_set() -> ProbeSet:
    """Fifteen sentences of each concept; some hold a second concept's word, one text is
    shared.
    """
    rows = {
        word: [
            Sentence(
                word,
                f"The {word} number {i} was {place}"
                + (f" with a {CONCEPTS[k - 1]}" if i == 2 else ""),
                "test",
            )
            for i in range(3)
            for place in PLACES
        ]
        for k, word in enumerate(CONCEPTS)
    }
    rows["dog"][0] = Sentence("dog", rows["cat"][-1].text, "test")
    info = ProbeSetInfo(
        "test", Path("test"), "0", {k: len(v) for k, v in rows.items()}, ("test",), {}, {}
    )
    return ProbeSet(info, rows)


def ask(folder: Path, **changes: object) -> RunRequest:
    options = {"n_positive": 8, "n_negative": 12, "folds": 3, "ap_floor": 0.5} | changes
    return RunRequest(Checkpoint(str(folder)), "test", "0", CONCEPTS, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("neox"), "gpt_neox")


@pytest.fixture(scope="module")
def extraction(folder: Path) -> Extraction:
    found = Extraction([ask(folder)], probe_set())
    found.prepare()
    return found


def test_experts_are_the_units_scikit_learn_puts_above_the_floor(extraction: Extraction) -> None:
    texts = [sentence.text for sentence in extraction.cells[0].sentences]
    for (result,) in extraction.concepts():
        for fold, (positive, negative) in enumerate(extraction.cells[0].draws[result.concept]):
            responses, _ = forward(
                extraction.loaded, [texts[i] for i in [*positive, *negative]], "max"
            )
            labels = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
            # Batches of another shape move responses by a few ulps, which breaks or
            # makes ties.
            expected = np.array(
                [average_precision_score(labels, np.round(unit, 4)) for unit in responses.numpy().T]
            )
            got = np.zeros(len(expected))
            got[result.units[fold]] = result.aps[fold]
            sure = np.abs(expected - 0.5) > 0.05
            assert ((got > 0.5) == (expected > 0.5))[sure].mean() > 0.97
            both = (got > 0) & (expected > 0.5)
            assert np.median(np.abs(got - expected)[both]) < 1e-3


def test_histogram_counts_every_unit_in_every_fold(extraction: Extraction) -> None:
    for (result,) in extraction.concepts():
        widths = np.array([module.width for module in extraction.modules])
        np.testing.assert_array_equal(result.histogram.sum(1), 3 * widths)
        assert result.histogram[:, 10:].sum() >= sum(map(len, result.units))


def test_embeddings_are_those_of_the_positive_set(extraction: Extraction) -> None:
    (result,) = next(extraction.concepts())
    positive, _ = extraction.cells[0].draws[result.concept][1]
    _, embeddings = forward(
        extraction.loaded, [extraction.cells[0].sentences[i].text for i in positive], "max"
    )
    np.testing.assert_allclose(result.sentence_embedding[1], embeddings.mean(0), atol=2e-5)


def test_every_distinct_sentence_is_forwarded_exactly_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def counting(loaded: object, texts: list[str], *args: object, **options: object) -> object:
        seen.extend(texts)
        return forward(loaded, texts, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(engine_module, "forward", counting)
    found = Extraction([ask(folder)], probe_set())
    found.prepare()
    list(found.concepts())
    assert len(seen) == len(set(seen))
    assert set(seen) == {sentence.text for sentence in found.cells[0].sentences}


def test_a_concept_alone_equals_the_same_concept_after_others(
    folder: Path, extraction: Extraction
) -> None:
    everything = {result.concept: result for (result,) in extraction.concepts()}
    found = Extraction([ask(folder)], probe_set())
    found.prepare()
    ((alone,),) = found.concepts(skip=set(CONCEPTS) - {"bus"})
    for fold in range(3):
        np.testing.assert_array_equal(alone.units[fold], everything["bus"].units[fold])
        np.testing.assert_array_equal(alone.aps[fold], everything["bus"].aps[fold])


def test_too_few_sentences_is_told_before_the_model_is_loaded() -> None:
    with pytest.raises(SentencesError, match="“bus” needs 99 positive sentences, 15 found"):
        Extraction([ask(Path("/nowhere"), n_positive=99)], probe_set())


def test_what_the_model_cannot_read_is_told_before_anything_is_forwarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = tiny.checkpoint(tmp_path, "gpt2", n_positions=48)
    rows = probe_set()
    rows.sentences["bus"] = [
        Sentence("bus", sentence.text + " and the bus went on" * 30, "test")
        for sentence in rows.sentences["bus"]
    ]
    monkeypatch.setattr(engine_module, "forward", lambda *_, **__: pytest.fail("forwarded"))
    with pytest.raises(InputError, match=r"The sentence “The bus number .* reads 48 at most"):
        Extraction([ask(short)], rows)


def test_selfcond_never_draws_a_sentence_beyond_its_length_and_keeps_the_sizes(
    tmp_path: Path,
) -> None:
    probes = probe_set()
    for rows in probes.sentences.values():
        rows[3:6] = [replace(row, text=f"{row.text} {'and on ' * 80}") for row in rows[3:6]]  # type: ignore[index]
    folder = tiny.checkpoint(tmp_path / "tiny", "gpt_neox")
    notes: list[str] = []
    asked = ask(folder, pooling="selfcond", n_negative=8)
    engine = Extraction([asked], probes, notes.append)
    assert any("12 of 60 sentences have more than 128 tokens and are left out" in n for n in notes)
    drawn = engine.cells[0]
    assert max(len(engine.loaded.tokenizer(s.text)["input_ids"]) for s in drawn.sentences) <= 128
    assert all(len(p) == 8 == len(n) for folds in drawn.draws.values() for p, n in folds)
    before = Extraction([replace(asked, drops_long=False)], probes).cells[0]
    assert max(len(engine.loaded.tokenizer(s.text)["input_ids"]) for s in before.sentences) > 128
    with pytest.raises(SentencesError, match="13 positive sentences, 12 found"):
        Extraction([replace(asked, n_positive=13)], probes)
