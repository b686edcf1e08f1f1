"""Collecting evidence with a real tiny model: the responses give the AP that the run
holds.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import Cancelled, InputError
from explorer.core.request import POOLINGS, RunRequest
from explorer.jobs import queue
from explorer.jobs.kinds.evidence import EVIDENCE, Evidence
from explorer.jobs.kinds.evidence_answers import TOP_NEGATIVES
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.probes import probe_set
from explorer.results import responses
from explorer.results.experts import stored_experts
from explorer.results.library import open_library
from explorer.results.view import View, view_of
from explorer.store.evidence_reading import describe_evidence, read_evidence
from tests.extract.test_engine import CONCEPTS
from tests.extract.test_engine import probe_set as sentences
from tests.support import tiny
from tests.support.workbench import Heard

pytestmark = pytest.mark.slow


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "cache"))
    return tmp_path


def extracted(cache: Path, **changes: object) -> RunRequest:
    """The request of a run that was extracted from a tiny model into the cache."""
    folder = cache / "neox"
    if not folder.exists():
        tiny.checkpoint(folder, "gpt_neox")
    rows = [row for own in sentences().sentences.values() for row in own]
    info = probe_set.save("small", rows, {"made_by": "test"})
    options = {"n_positive": 8, "n_negative": 12, "folds": 3, "ap_floor": 0.3} | changes
    request = RunRequest(
        Checkpoint(str(folder)),
        "small",
        info.digest,
        CONCEPTS,
        **options,  # type: ignore[arg-type]
    )
    EXTRACTION.run(Pass((request,), ()), Heard())
    return request


def collected(request: Evidence) -> Path:
    EVIDENCE.run(EVIDENCE.checked(request), Heard())
    return EVIDENCE.path(request)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_area_of_every_curve_is_the_ap_that_the_run_holds(cache: Path, pooling: str) -> None:
    run = extracted(cache, pooling=pooling)
    path = collected(Evidence(run.id, CONCEPTS, units=40))
    assert describe_evidence(path).greatest_error < 1e-6
    view = view_of(open_library(), run=run.id)
    compared = 0
    for word in CONCEPTS:
        for unit in responses.units_with_evidence(view, word)["unit"]:
            for fold in range(run.folds):
                _, area, stored = responses.curve(view, int(unit), word, fold)
                if not np.isnan(stored):
                    assert area == pytest.approx(stored, abs=1e-6)
                    compared += 1
    assert compared > 100


@pytest.fixture
def study(cache: Path) -> tuple[View, Path]:
    run = extracted(cache)
    path = collected(Evidence(run.id, ("dog", "cat"), units=5))
    return view_of(open_library(), run=run.id), path


def test_the_best_experts_are_kept_with_as_many_others_of_their_modules(
    study: tuple[View, Path],
) -> None:
    view, path = study
    found = read_evidence(path, CONCEPTS.index("dog"))
    assert found.expert.sum() == 5
    assert (~found.expert).sum() == 5
    table = stored_experts(view.library, view.run.id).units_of(CONCEPTS.index("dog"))
    sums = (table["ap"] * table["folds"]).set_axis(table["unit"])
    assert sums[found.units[found.expert]].min() >= sums.drop(found.units[found.expert]).max()
    places = view.library.modules(view.run.id)
    at = np.searchsorted(places["first_unit"], found.units, "right")
    assert sorted(at[found.expert]) == sorted(at[~found.expert])


def test_tokens_are_kept_of_all_positives_and_of_the_strongest_negatives(
    study: tuple[View, Path],
) -> None:
    view, path = study
    found = read_evidence(path, CONCEPTS.index("cat"))
    texts, folds = view.library.texts(view.run.id), view.library.drawn(view.run.id)[0]
    positive = {int(i) for p, _ in folds for i in p}
    assert positive <= found.tokens.keys()
    negative = np.array([i for i in found.sentences if i not in positive])
    rows = np.searchsorted(found.sentences, negative)
    for column in range(len(found.units)):
        order = np.argsort(-found.pooled[rows, column], kind="stable")[:TOP_NEGATIVES]
        assert set(negative[order].tolist()) <= found.tokens.keys()
    for sentence, values in found.tokens.items():
        row = np.searchsorted(found.sentences, sentence)
        np.testing.assert_array_equal(values.max(0), found.pooled[row])
        assert found.spans[sentence].max() <= len(texts[sentence])


def test_asking_again_finds_it_finished(study: tuple[View, Path]) -> None:
    view, path = study
    request = Evidence(view.run.id, ("dog", "cat"), units=5)
    before = path.stat().st_mtime_ns
    assert queue.submit(EVIDENCE, request, start=False).state == "done"
    assert path.stat().st_mtime_ns == before


def test_a_request_is_read_as_it_was_written() -> None:
    request = Evidence("0123456789abcdef", ("cat", "dog"), units=3)
    assert EVIDENCE.read(EVIDENCE.write(request)) == request
    assert EVIDENCE.identity(request) == EVIDENCE.identity(EVIDENCE.read(EVIDENCE.write(request)))


def test_a_stop_leaves_nothing(cache: Path) -> None:
    run = extracted(cache)
    request = Evidence(run.id, ("cat",), units=2)
    with pytest.raises(Cancelled):
        EVIDENCE.run(request, Heard(lambda heard: len(heard.progress) > 1))
    assert not EVIDENCE.path(request).exists()
    assert not list(EVIDENCE.path(request).parent.glob("*"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"run": "0" * 16}, "no finished run"),
        ({"concepts": ("zebra",)}, "“zebra” is not a concept"),
    ],
)
def test_what_is_not_there_is_refused(cache: Path, changes: dict[str, object], said: str) -> None:
    run = extracted(cache)
    fields: dict[str, object] = {"run": run.id, "concepts": ("cat",)} | changes
    with pytest.raises(InputError, match=said):
        EVIDENCE.checked(Evidence(**fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("changes", [{"units": 0}, {"units": 100_000}, {"concepts": ()}])
def test_what_is_out_of_bounds_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError, match="expected 1 to"):
        Evidence(**{"run": "0" * 16, "concepts": ("cat",), **changes})  # type: ignore[arg-type]


def test_its_cost_counts_the_sentences_it_forwards(cache: Path) -> None:
    run = extracted(cache)
    request = Evidence(run.id, ("cat",), units=2)
    cost = EVIDENCE.cost(request)
    heard = Heard()
    EVIDENCE.run(request, heard)
    assert heard.progress[-1].done == heard.progress[-1].total == cost.n_sentences


def test_weights_that_changed_since_are_refused(cache: Path) -> None:
    run = extracted(cache)
    tiny.checkpoint(cache / "neox", "gpt_neox", seed=9)
    with pytest.raises(InputError, match="weights"):
        EVIDENCE.checked(Evidence(run.id, ("cat",)))
