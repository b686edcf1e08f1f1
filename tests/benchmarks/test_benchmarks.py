"""What the benchmarks rest on: the reference procedure gives our numbers; finished runs
are kept and never mixed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.extract.engine import Extraction
from tests.benchmarks import report
from tests.benchmarks.bench_average_precision import by_torch_sort
from tests.benchmarks.bench_width import tied
from tests.benchmarks.reference import Reference
from tests.benchmarks.workload import made_up
from tests.extract.test_engine import ask, probe_set
from tests.support import tiny
from tests.support.ap_oracle import sklearn
from tests.support.marked import put_in_place


def test_the_reference_procedure_and_the_engine_give_every_unit_the_same_score(
    tmp_path: Path,
) -> None:
    folder = tiny.checkpoint(tmp_path / "neox", "gpt_neox")
    (tmp_path / "scratch").mkdir()
    extraction = Extraction([ask(folder, folds=1, pooling="selfcond", ap_floor=0.0)], probe_set())
    extraction.prepare()
    reference = Reference(str(folder), extraction.modules, tmp_path / "scratch")
    cell = extraction.cells[0]
    for (result,) in extraction.concepts():
        positive, negative = cell.draws[result.concept][0]
        negatives, positives = (
            [cell.sentences[i].text for i in ids] for ids in (negative, positive)
        )
        theirs = reference.average_precision(
            reference.responses(negatives, positives), len(negatives)
        )
        np.testing.assert_array_equal(result.units[0], np.arange(len(theirs)))
        # Batches of another shape move responses by an ulp, so a unit with ties may
        # move.
        assert (np.abs(result.aps[0] - theirs) < 1e-6).mean() > 0.98
    assert reference.load.cpu > 0
    assert reference.rank.wall > 0
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_rival_by_torch_sort_counts_ties_as_scikit_learn_does() -> None:
    rng = np.random.default_rng(0)
    negatives, positives = (rng.integers(-4, 5, (n, 20)).astype(np.float32) for n in (30, 12))
    scores = np.concatenate([negatives, positives]).T.copy()
    found = by_torch_sort(scores, np.repeat([0, 1], [30, 12]))
    np.testing.assert_allclose(found, sklearn(negatives, positives), atol=1e-12)


def test_runs_outlive_an_interruption_and_those_of_other_options_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    report.Runs("growth", point=1).add({"cpu": 2.0})
    with report.Runs("growth", point=1).path.open("a") as file:
        file.write('{"key": "cut in the middle of wri')
    assert report.Runs("growth", point=1).values("cpu") == [2.0]
    assert report.Runs("growth", point=2).done == []


def test_a_run_of_other_code_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    report.Runs("growth", point=1).add({"cpu": 2.0})
    monkeypatch.setattr(report, "_sources", lambda _name: "other code")
    assert report.Runs("growth", point=1).done == []


def test_a_table_takes_its_place_on_the_page_and_leaves_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("above\n<!-- width -->\nold\n<!-- /width -->\nbelow\n", "utf-8")
    assert put_in_place(page, "width", "| new |")
    assert not put_in_place(page, "growth", "| lost |")
    assert page.read_text("utf-8") == "above\n<!-- width -->\n| new |\n<!-- /width -->\nbelow\n"


def test_the_page_has_a_place_for_every_benchmark() -> None:
    page = report.PAGE.read_text("utf-8")
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        assert f"<!-- {script.stem.removeprefix('bench_')} -->" in page


def test_the_share_of_ties_counts_every_response_that_has_an_equal() -> None:
    assert tied(np.array([[1.0, 5.0], [1.0, 6.0], [2.0, 7.0], [1.0, 8.0]])) == 3 / 8


def test_made_up_words_are_all_different_and_stand_in_their_own_sentences_only() -> None:
    rows = made_up(640, 3).sentences
    assert len(rows) == 640
    texts = [sentence.text for word in list(rows)[:50] for sentence in rows[word]]
    for word in list(rows)[:50]:
        assert sum(word in text.split() for text in texts) == 3
