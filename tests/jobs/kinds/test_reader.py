"""Reading typed sentences with a real tiny model."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core import settings
from explorer.core.errors import Cancelled, ExplorerError
from explorer.core.sentence import Question
from explorer.core.tau import LOWEST
from explorer.exhibits import exhibit
from explorer.jobs import asking, queue
from explorer.jobs.kinds import reader_work
from explorer.jobs.kinds.reader import READER, Reader
from explorer.measure.sentence import Scorer
from explorer.models.checkpoints import load_checkpoint
from explorer.models.hooks import read_outputs
from explorer.results import sentence as results
from explorer.results.experts import experts
from explorer.results.library import open_library
from explorer.results.view import View, view_of
from explorer.store import sentence
from tests.jobs.kinds.test_evidence import cache as cache
from tests.jobs.kinds.test_evidence import extracted
from tests.support.workbench import Heard

pytestmark = pytest.mark.slow
TEXT = "The cat sat near the old dog."


@pytest.fixture
def view(cache: Path) -> View:
    return view_of(open_library(), run=extracted(cache, pooling="max").id)


def serve(idle_s: float = 0.3) -> Heard:
    heard = Heard()
    reader_work.serve(heard, idle_s)
    return heard


def asked(view: View, text: str) -> Question:
    question = results.question(view, text)
    sentence.ask(settings.readings_dir(), question)
    return question


def test_scores_equal_those_of_a_plain_loop(view: View) -> None:
    asked(view, TEXT)
    serve()
    found = results.reading(view, TEXT)
    assert found is not None
    path = reader_work.calibration_path(settings.readings_dir(), view.run.id, LOWEST)
    own = reader_work.read_calibration(path, len(view.run.request.concepts), view.run.n_units)
    assert own is not None
    loaded = load_checkpoint(view.run.request.checkpoint)
    ids = loaded.tokenizer(TEXT, return_tensors="pt")["input_ids"]
    outputs: dict[int, np.ndarray] = {}

    def read(module, output) -> None:
        outputs[module.offset] = output[0].numpy()

    with torch.inference_mode(), read_outputs(loaded.model, loaded.modules, ids.shape, read):
        loaded.model.base_model(input_ids=ids)
    every = np.concatenate([outputs[offset] for offset in sorted(outputs)], axis=1)
    special = np.isin(ids[0].numpy(), loaded.tokenizer.all_special_ids)
    responses = every[~special][:, own.units]
    scores = Scorer.of(own.units, own.experts, own.mean, own.scale).scores(responses)
    np.testing.assert_allclose(found.scores, scores, atol=2e-4)
    assert "".join(TEXT[a:b] for a, b in found.spans).replace(" ", "") == TEXT.replace(" ", "")


def test_only_experts_at_tau_are_asked_and_each_concept_by_its_own_negatives(view: View) -> None:
    asked(view, TEXT)
    serve()
    path = reader_work.calibration_path(settings.readings_dir(), view.run.id, LOWEST)
    own = reader_work.read_calibration(path, len(view.run.request.concepts), view.run.n_units)
    assert own is not None
    table = experts(view.library, view.run.id, LOWEST)
    draws = view.library.drawn(view.run.id)
    for concept, units, first in zip(own.concepts, own.experts, own.first, strict=True):
        assert set(units) <= set(table.units_of(concept)["unit"])
        negatives = {int(i) for _, ids in draws[concept] for i in ids}
        assert first.n == len(negatives)


def test_a_calibrated_model_is_not_calibrated_again(view: View) -> None:
    asked(view, TEXT)
    assert any("negative sentences" in p.message for p in serve().progress)
    asked(view, "Another dog ran.")
    again = serve()
    assert not any("negative sentences" in p.message for p in again.progress)
    assert results.reading(view, "Another dog ran.") is not None


def test_a_sentence_without_a_token_and_a_run_that_is_gone_are_told(view: View) -> None:
    asked(view, "\u200b")
    gone = Question("0" * 16, LOWEST, TEXT)
    sentence.ask(settings.readings_dir(), gone)
    serve()
    with pytest.raises(ExplorerError, match="no finished run"):
        sentence.find(settings.readings_dir(), gone, 3)
    assert not sentence.waits(settings.readings_dir(), gone)


def test_a_reader_ends_when_nobody_asks_and_when_it_is_stopped(view: View) -> None:
    began = time.monotonic()
    serve(0.2)
    assert time.monotonic() - began < 5
    with pytest.raises(Cancelled):
        reader_work.serve(Heard(lambda _: True), 60)


def test_a_real_worker_reads_and_is_told_to_stop(view: View) -> None:
    question = results.question(view, TEXT)
    asking.ask([question])
    try:
        until = time.monotonic() + 90
        while asking.progress(question) is not None:
            assert time.monotonic() < until
            time.sleep(0.05)
        shown = exhibit("sentence-tokens", view, text=TEXT)
        assert shown.tokens is not None
        assert "chance alone" in shown.lead
        began = time.monotonic()
        second = results.question(view, "A dog slept.")
        asking.ask([second])
        while asking.progress(second) is not None:
            time.sleep(0.02)
        assert time.monotonic() - began < 5
    finally:
        queue.cancel(READER.identity(Reader()))
    until = time.monotonic() + 30
    while (job := queue.get(READER.identity(Reader()))) and job.active:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_stopped_reader_gives_the_question_back(view: View) -> None:
    question = asked(view, TEXT)
    job = queue.submit(READER, Reader(), start=False)
    queue.cancel(job.id)
    with pytest.raises(ExplorerError, match="stopped"):
        asking.progress(question)
    assert asking.progress(question) is None
