"""Studies: their files, their passes, and carrying them out past a cell that fails."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.core.errors import InputError, NoAnswerError
from explorer.core.records import HumanPair
from explorer.core.request import RunRequest
from explorer.jobs import queue
from explorer.jobs.kinds import study_passes
from explorer.jobs.kinds.study import STUDY
from explorer.jobs.kinds.study_passes import passes
from explorer.probes import human
from explorer.store.library import Library
from explorer.studies.study import SHIPPED, Study, load, parse
from tests.support.fixtures import CONCEPTS
from tests.support.workbench import PROJECT, Workbench

pytestmark = pytest.mark.slow

SMALL = """
title = "Small"
probe_sets = ["fixture"]
n_positive = [10, 20]
n_negative = [20, 40]
folds = 2
human = []

[[models]]
model = "fixture/tiny"
revisions = ["step1", "step512"]
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_study_is_valid(name: str) -> None:
    study = load(name)
    assert study.name == name
    assert study.checkpoints


def test_the_paper_s_studies_hold_the_paper_s_cells() -> None:
    assert len(load("paper-alignment").checkpoints) == 21
    stability = load("paper-stability")
    assert len(stability.n_positive) * len(stability.n_negative) == 20
    assert (stability.folds, stability.pairs) == (8, 50)
    assert {load(name).folds for name in SHIPPED if name.startswith("paper")} == {8}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "is not TOML"),
        (
            SMALL + "revisoins = ['main']",
            "models has the unknown key “revisoins”. Did you mean “revisions”",
        ),
        ("fold = 3" + SMALL, "unknown key “fold”. Did you mean “folds”"),
        (SMALL.replace("folds = 2", "folds = 0"), "folds: got 0, expected a whole number > 0"),
        (
            SMALL.replace("[10, 20]", "[10, true]"),
            "n_positive: got .*expected a list of whole numbers",
        ),
        (
            SMALL.replace("folds = 2", "pooling = 'median'"),
            "pooling: got median, expected max, mean",
        ),
        (SMALL.split("[[models]]")[0], "models: got none, expected at least one"),
        (SMALL.replace('["fixture"]', "[]"), "probe_sets: got none"),
    ],
)
def test_a_faulty_study_is_refused_by_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse("mine", text)


def test_runs_of_a_checkpoint_and_a_probe_set_are_one_pass(bench: Workbench) -> None:
    parts = passes(parse("mine", SMALL))
    assert [part.checkpoint.revision for part in parts] == ["step1", "step512"]
    assert [(r.n_positive, r.n_negative) for r in parts[0].requests] == [
        (10, 20),
        (10, 40),
        (20, 20),
        (20, 40),
    ]
    assert len({request.id for part in parts for request in part.requests}) == 8


def test_words_without_sentences_are_counted_with_the_pairs_they_cost(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = CONCEPTS[:2]
    rated = [HumanPair("MEN", "test", a, b, 1.0), HumanPair("MEN", "test", a, "quark", 2.0)]
    monkeypatch.setattr(human, "load", lambda _: [*rated, HumanPair("MEN", "dev", "gluon", b, 3.0)])
    (work, _) = passes(parse("mine", 'concepts = "MEN:test"' + SMALL))
    assert (work.requests[0].concepts, work.missing, work.lost_pairs) == ((a, b), ("quark",), 1)
    with pytest.raises(InputError, match="no split “tset”"):
        passes(parse("mine", 'concepts = "MEN:tset"' + SMALL))


def test_pairs_are_drawn_by_the_seed(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    rated = [HumanPair("MEN", "dev", a, b, 1.0) for a, b in itertools.pairwise(CONCEPTS)]
    monkeypatch.setattr(human, "load", lambda _: rated)
    words = [
        passes(parse("mine", f'concepts = "MEN:dev"\npairs = 3\nseed = {seed}' + SMALL))[0]
        .requests[0]
        .concepts
        for seed in (0, 0, 1)
    ]
    assert words[0] == words[1] != words[2]
    assert len(words[0]) <= 6


def test_a_silent_hub_is_asked_once_for_each_model(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def estimate(request: RunRequest, _: object) -> None:
        asked.append(request.checkpoint.revision)
        raise NoAnswerError("The hub did not answer for “fixture/tiny”.", "Check the network.")

    monkeypatch.setattr(study_passes, "estimate", estimate)
    planned = study_passes.plan(parse("mine", SMALL), ())
    assert asked == ["step1"]
    assert [row.problem for row in planned] == [
        "The hub did not answer for “fixture/tiny”. Check the network."
    ] * 2


def study_file(folder: Path) -> str:
    path = folder / "mine.toml"
    path.write_text(SMALL, "utf-8")
    return str(path)


def test_a_study_runs_and_the_same_command_finds_everything_done(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = study_file(tmp_path)
    assert main(["study", "status", name]) == 3
    assert main(["study", "run", name]) == 0
    ids = capsys.readouterr().out.split()[-8:]
    assert {run.id for run in Library(bench.runs).runs()} == set(ids)
    assert bench.n_starts() == 2
    assert main(["study", "status", name]) == 0
    assert main(["study", "run", name]) == 0
    assert bench.n_starts() == 2


def test_ctrl_c_stops_a_study_between_batches_and_the_same_command_resumes(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = study_file(tmp_path)
    bench.env("FAKE_SECONDS", "0.2")
    command = [sys.executable, "-m", "explorer", "study", "run", name]
    with subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        end = time.monotonic() + 90
        while not list(bench.runs.glob("*.partial.duckdb.wal")):
            assert time.monotonic() < end
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
    assert (child.returncode, out) == (130, "")
    assert "Stopping after this batch" in err
    assert "Traceback" not in err
    bench.env("FAKE_SECONDS", "0")
    assert main(["study", "run", name]) == 0
    assert len(capsys.readouterr().out.split()) == 8


def test_a_pass_that_fails_is_told_and_the_others_go_on(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = study_file(tmp_path)
    bench.env("FAKE_FAIL", "model:step1")
    assert main(["study", "run", name]) == 1
    told = capsys.readouterr()
    assert len(told.out.split()) == 4
    assert "Not done: 1 of 2, tiny · step1, fixture: The hub has no such model." in told.err
    assert "1 of 2 passes are done" in told.err
    (job,) = queue.jobs()
    assert (job.state, job.title) == ("failed", "Small")
    assert [bool(part.problem) for part in queue.outcomes(job.id)] == [True, False]


def test_a_fault_of_ours_in_one_pass_does_not_stop_the_others(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.env("FAKE_FAIL", "bug:step1")
    job = queue.submit(STUDY, load(study_file(tmp_path)))
    failed = bench.wait(job.id, lambda job: not job.active)
    assert "1 of 2 passes failed" in failed.error
    assert "KeyError" in failed.hint
    assert "Traceback" in queue.log_tail(job.id)
    assert len(Library(bench.runs).runs()) == 4


@pytest.mark.parametrize("first", ["queued", "published"])
def test_a_study_whose_first_run_is_there_or_queued_drops_none_of_the_others(
    bench: Workbench, tmp_path: Path, first: str
) -> None:
    study = load(study_file(tmp_path))
    run = passes(study)[0].requests[0]
    bench.env("FAKE_SECONDS", "0.1" if first == "queued" else "0")
    bench.submit(run)
    if first == "published":
        bench.wait(run.id, lambda job: job.state == "done")
    job = queue.submit(STUDY, study)
    assert job.active
    bench.wait(job.id, lambda job: job.state == "done")
    assert len(Library(bench.runs).runs()) == 8


def test_a_study_of_which_everything_is_there_is_done_without_work(
    bench: Workbench, tmp_path: Path
) -> None:
    study = load(study_file(tmp_path))
    for part in passes(study):
        bench.extract(*part.requests)
    job = queue.submit(STUDY, study)
    assert job.state == "done"
    assert queue.jobs() == []


def test_a_detached_study_prints_its_id_and_joins_the_same_study(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = study_file(tmp_path)
    bench.env("FAKE_SECONDS", "0.1")
    capsys.readouterr()
    assert main(["study", "run", name, "--detach"]) == 0
    job_id = capsys.readouterr().out.strip()
    assert main(["study", "run", name]) == 0
    assert "following it" in capsys.readouterr().err
    assert main(["status", job_id]) == 0
    assert bench.n_starts() == 2


def test_a_study_is_read_as_it_was_written() -> None:
    for name in SHIPPED:
        study = load(name)
        assert STUDY.read(STUDY.write(study)) == study
        assert STUDY.identity(study) == STUDY.identity(STUDY.read(STUDY.write(study)))


def test_a_study_s_id_does_not_depend_on_what_it_is_called() -> None:
    study = parse("mine", SMALL)
    renamed = parse("yours", SMALL.replace('"Small"', '"Large"'))
    assert STUDY.identity(study) == STUDY.identity(renamed) == "6f0e72fd4c0eb400"
    assert (
        STUDY.identity(parse("mine", SMALL.replace("folds = 2", "folds = 3"))) != "6f0e72fd4c0eb400"
    )


def test_flags_scale_a_study_down(bench: Workbench, tmp_path: Path) -> None:
    flags = [
        "--models",
        "fixture/other",
        "--revisions",
        "step4",
        "--positives",
        "5",
        "--negatives",
        "10",
    ]
    assert (
        main(
            [
                "study",
                "run",
                study_file(tmp_path),
                *flags,
                "--folds",
                "1",
                "--concepts",
                ",".join(CONCEPTS[:4]),
            ]
        )
        == 0
    )
    (run,) = Library(bench.runs).runs()
    request = run.request
    assert (request.checkpoint.label, request.n_positive, request.n_negative) == (
        "other · step4",
        5,
        10,
    )
    assert (request.folds, request.concepts) == (1, tuple(CONCEPTS[:4]))


def test_a_study_without_its_probe_set_and_without_a_source_says_which_is_missing(
    capsys: pytest.CaptureFixture[str], bench: Workbench, tmp_path: Path
) -> None:
    assert main(["study", "plan", study_file(tmp_path), "--probes", "elsewhere"]) == 2
    assert "There is no probe set “elsewhere”" in capsys.readouterr().err


def test_study_is_frozen() -> None:
    assert isinstance(load("bundled"), Study)
    assert load("bundled") == load("bundled")
