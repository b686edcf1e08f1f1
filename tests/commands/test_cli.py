"""The command line: stdout is data, problems are sentences, exit codes mean
something.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from unittest.mock import Mock

import pandas as pd
import pytest

from explorer.cli import main, parser
from explorer.commands.extract import request_of
from explorer.core.errors import ResourceError
from explorer.core.records import HumanPair
from explorer.jobs import queue
from explorer.probes import human as human_data
from tests.commands.conftest import Run
from tests.support.fixtures import CONCEPTS, small_run
from tests.support.workbench import PROJECT, Workbench

pytestmark = pytest.mark.slow

SIZES = ("--positives", "20", "--negatives", "40", "--human", "none")
EXTRACT = ("extract", "--probes", "fixture", *SIZES)


def test_extract_prints_the_path_of_the_run_and_nothing_else(run: Run, bench: Workbench) -> None:
    code, out, err = run(*EXTRACT)
    assert code == 0
    assert Path(out.strip()).parent == bench.runs
    assert Path(out.strip()).exists()
    assert "Loading the fake model" in err
    assert run(*EXTRACT)[:2] == (0, out)
    assert bench.n_starts() == 1


def test_published_ratings_asked_for_again_are_fetched_counted_and_told(
    run: Run, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*EXTRACT)[0] == 0
    pairs = [HumanPair("MEN", "test", "cat", "dog", 40.0)]
    fetched: list[str] = []

    def load(name: str, _: object = None) -> list[HumanPair]:
        fetched.append(name)
        return pairs

    monkeypatch.setattr(human_data, "load", load)
    monkeypatch.setattr(human_data, "at_hand", lambda name: name in fetched)
    code, _, err = run(*EXTRACT[:-1], "MEN")
    assert code == 0
    assert fetched[0] == "MEN"
    assert "MEN test (1 pairs)" in err
    assert bench.n_starts() == 1
    pairs[:] = [HumanPair("WordSim-353", "all", "apple", "pear", 9.0)]
    assert "0 of 1 pairs of WordSim-353 name two concepts" in run(*EXTRACT[:-1], "WordSim-353")[2]


def test_published_ratings_that_cannot_be_had_are_told_for_a_run_that_exists(
    run: Run, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*EXTRACT)[0] == 0
    absent = ResourceError("No package index answers.", "Give a file.")
    monkeypatch.setattr(human_data, "load", Mock(side_effect=absent))
    code, _, err = run(*EXTRACT[:-1], "WordSim-353")
    assert code == 0
    assert "Human ratings skipped: WordSim-353. No package index answers." in err


def test_extract_takes_all_concepts_of_the_probe_set_unless_told(
    run: Run, bench: Workbench, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("cat\nDog\n\ncat\n")
    everything = request_of(parser().parse_args(EXTRACT))
    some = request_of(parser().parse_args([*EXTRACT, "--concepts-file", str(words)]))
    assert everything.concepts == CONCEPTS
    assert some.concepts == ("cat", "dog")
    assert some.domains == {"cat": "animal", "dog": "animal"}


def test_a_local_folder_is_the_same_model_from_every_working_directory(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    request = request_of(
        parser().parse_args([*EXTRACT, "--model", "./model", "--random-init", "3"])
    )
    assert request.checkpoint.model == str(tmp_path / "model")
    assert request.checkpoint.random_init == 3


def test_detach_prints_the_id_and_status_tells_by_exit_code(run: Run, bench: Workbench) -> None:
    bench.env("FAKE_SECONDS", "0.1")
    code, out, _ = run(*EXTRACT, "--detach")
    run_id = out.strip()
    assert code == 0
    assert run("status", run_id)[0] == 3
    bench.wait(run_id, lambda job: job.state == "done")
    code, out, err = run("status", run_id, "--log")
    assert code == 0
    assert "state\tdone" in out
    assert "Finished" in err
    listed = pd.read_csv(StringIO(run("status")[1]), sep="\t")
    assert listed[["id", "state"]].to_numpy().tolist() == [[run_id, "done"]]


def test_extract_follows_a_worker_that_has_the_run_already(run: Run, bench: Workbench) -> None:
    bench.env("FAKE_SECONDS", "0.1")
    run_id = run(*EXTRACT, "--detach")[1].strip()
    code, out, err = run(*EXTRACT)
    assert code == 0
    assert Path(out.strip()).stem == run_id
    assert "following it" in err
    assert bench.n_starts() == 1


def test_ctrl_c_exits_130_and_the_same_command_resumes(run: Run, bench: Workbench) -> None:
    bench.env("FAKE_SECONDS", "0.3")
    command = [sys.executable, "-m", "explorer", *EXTRACT]
    with subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        while not (found := queue.jobs()) or found[0].stage != "concepts" or found[0].done < 2:
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
    assert (child.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert queue.jobs()[0].state == "cancelled"
    bench.env("FAKE_SECONDS", "0")
    code, _, err = run(*EXTRACT)
    assert code == 0
    assert "Resuming: " in err


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_export_writes_the_table_in_every_format(
    run: Run, bench: Workbench, tmp_path: Path, form: str
) -> None:
    path = small_run(bench.runs)
    out = tmp_path / "table"
    code, told, err = run("export", path.stem[:8], "set_sizes", "--format", form, "--out", str(out))
    assert (code, told) == (0, "")
    assert "480 rows" in err
    read = {
        "csv": pd.read_csv,
        "jsonl": lambda p: pd.read_json(p, lines=True),
        "parquet": pd.read_parquet,
    }[form]
    assert len(read(out)) == 480


def test_export_to_stdout_is_csv_and_nothing_else(run: Run, bench: Workbench) -> None:
    path = small_run(bench.runs)
    out = run("export", path.stem, "concepts")[1]
    assert pd.read_csv(StringIO(out))["word"].tolist() == list(CONCEPTS)


def test_a_closed_pipe_is_no_error(bench: Workbench) -> None:
    path = small_run(bench.runs)
    command = (
        f"{sys.executable} -m explorer export {path.stem} fold_overlap | head -n 1; exit "
        f"${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0
    assert "Error" not in done.stderr
    assert done.stdout.startswith("word,")


def test_runs_are_listed_shown_and_deleted_only_with_yes(run: Run, bench: Workbench) -> None:
    path = small_run(bench.runs)
    (bench.runs / "bad.duckdb").write_bytes(b"x")
    code, out, err = run("runs", "list")
    listed = pd.read_csv(StringIO(out), sep="\t")
    assert (code, listed["id"].tolist(), listed["concepts"].tolist()) == (0, [path.stem], [12])
    assert "Not readable: bad.duckdb" in err
    shown = dict(line.split("\t", 1) for line in run("runs", "show", path.stem)[1].splitlines())
    assert json.loads(shown["request"])["concepts"] == list(CONCEPTS)
    assert run("runs", "delete", path.stem)[0] == 2
    assert path.exists()
    assert run("runs", "delete", path.stem, "--yes")[0] == 0
    assert not path.exists()


def test_probe_sets_are_listed_shown_and_described(run: Run, bench: Workbench) -> None:
    listed = pd.read_csv(StringIO(run("probes", "list")[1]), sep="\t")
    assert "fixture" in listed["name"].tolist()
    concepts = pd.read_csv(StringIO(run("probes", "show", "fixture")[1]), sep="\t")
    assert concepts["sentences"].tolist() == [60] * 12
    assert len(pd.read_csv(StringIO(run("probes", "show", "fixture", "cat")[1]), sep="\t")) == 60
    assert json.loads(run("probes", "card", "fixture")[1])["sentences"] == 720


def test_an_imported_file_becomes_a_probe_set(run: Run, bench: Workbench, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("concept,text\ncat,The cat sleeps.\ndog,A dog barks.\n")
    code, out, _ = run("probes", "import", str(table), "--source", "me")
    assert (code, Path(out.strip()).name) == (0, "mine.parquet")
    table.write_text("concept,text\ncat,\n")
    code, out, err = run("probes", "import", str(table), "--name", "other")
    assert (code, out) == (2, "")
    assert "line 2: no text" in err


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    def walk(one: argparse.ArgumentParser) -> None:
        actions = [a for a in one._actions if isinstance(a, argparse._SubParsersAction)]
        assert actions or one.description
        one.format_help()
        for action in actions:
            for child in action.choices.values():
                walk(child)

    walk(parser())
    with pytest.raises(SystemExit) as stopped:
        main(["extract", "--help"])
    assert stopped.value.code == 0
    assert "--dry-run" in capsys.readouterr().out


def test_an_unknown_option_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["extract", "--postives", "3"])
    assert stopped.value.code == 2
    assert "--postives" in capsys.readouterr().err


def test_the_command_line_starts_without_torch() -> None:
    program = (
        "import sys, explorer.cli; print([m for m in ('torch', 'transformers', 'numba') if "
        "m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert done.stdout == "[]\n", done.stderr
