"""probes generate on the command line, against a loopback endpoint."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.core import address
from explorer.generate import local
from explorer.probes import probe_set
from tests.commands.conftest import Run
from tests.support.endpoint_server import TOKENS, Server, failure, serve
from tests.support.workbench import PROJECT, Workbench

pytestmark = pytest.mark.slow

KEY = "sk-very-secret-0123456789"
WORDS = ("cat", "dog", "bus", "car")
GENERATE = (
    "probes",
    "generate",
    "mine",
    "--concepts",
    ",".join(WORDS),
    "--target",
    "6",
    "--model",
    "tiny",
)


@pytest.fixture
def server(bench: Workbench) -> Iterator[Server]:
    bench.env(address.KEY, KEY)
    with serve() as found:
        bench.env(address.HOSTS, found.url)
        yield found


def child(server: Server, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "explorer", *GENERATE, "--endpoint", server.url, *options]
    return subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(server: Server, n: int) -> None:
    end = time.monotonic() + 120
    while len(server.asked) < n:
        assert time.monotonic() < end, server.asked
        time.sleep(0.01)


def test_it_prints_the_path_and_tells_the_tokens(run: Run, server: Server) -> None:
    code, out, err = run(*GENERATE, "--endpoint", server.url)
    assert code == 0
    assert Path(out.strip()).name == "mine.parquet"
    assert f"24 sentences of 4 concepts with {24 * TOKENS:,} tokens" in err
    assert KEY not in out + err
    assert KEY not in run("probes", "card", "mine")[1]


def test_a_killed_process_resumes_without_asking_again(
    run: Run, server: Server, bench: Workbench
) -> None:
    server.delay = 0.1
    with child(server, "--parallel", "1") as process:
        wait_for(server, 15)
        process.kill()
        out, err = process.communicate(timeout=90)
    assert process.returncode == -signal.SIGKILL
    assert KEY not in out + err
    left = [path for path in (bench.folder / "probes").iterdir() if path.suffix != ".lock"]
    assert {path.name for path in left} == {"fixture.parquet", "mine.partial.jsonl"}
    assert KEY not in (bench.folder / "probes" / "mine.partial.jsonl").read_text()
    before = {word: server.about(word) for word in WORDS}
    server.delay = 0.0
    assert run(*GENERATE, "--endpoint", server.url)[0] == 0
    after = {word: server.about(word) for word in WORDS}
    assert before["cat"] == before["dog"] == 6
    assert {word: after[word] for word in ("cat", "dog", "car")} == dict.fromkeys(
        ("cat", "dog", "car"), 6
    )
    # Of the request that was under way the answer was lost.
    assert after["bus"] in (6, 7)
    assert dict(probe_set.load("mine").info.sizes) == dict.fromkeys(WORDS, 6)


def test_ctrl_c_finishes_the_request_under_way_and_exits_130(run: Run, server: Server) -> None:
    server.delay = 0.2
    with child(server) as process:
        wait_for(server, 9)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=90)
    assert (process.returncode, out) == (130, "")
    assert "Stopping after the requests under way" in err
    assert "same command resumes" in err
    assert "Traceback" not in err
    server.delay = 0.0
    assert run(*GENERATE, "--endpoint", server.url)[0] == 0
    assert len(server.asked) == 24


def test_a_second_ctrl_c_does_not_wait_for_an_answer(server: Server) -> None:
    server.delay = 300.0
    with child(server) as process:
        wait_for(server, 4)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=90)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_a_spent_budget_exits_6_and_a_refused_key_3(run: Run, server: Server) -> None:
    code, out, err = run(*GENERATE, "--endpoint", server.url, "--token-budget", "900")
    assert (code, out) == (6, "")
    assert "with a larger --token-budget goes on" in err
    server.script = lambda _asked, _number: failure(401, f"Incorrect API key provided: {KEY}")
    code, out, err = run(*GENERATE, "--endpoint", server.url)
    assert (code, out) == (3, "")
    assert "refuses the key in OPENAI_API_KEY" in err
    assert KEY not in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--endpoint", "http://127.0.0.1:9/v1"), "--endpoint needs --model"),
        (("--endpoint", "nonsense", "--model", "tiny"), "not a URL"),
        (
            ("--endpoint", "http://127.0.0.1:9/v1", "--model", "tiny", "--token-budget", "0"),
            "--token-budget: got 0",
        ),
        (
            ("--endpoint", "http://127.0.0.1:9/v1", "--model", "tiny", "--parallel", "0"),
            "--parallel: got 0",
        ),
        (
            ("--endpoint", "http://127.0.0.1:9/v1", "--model", "tiny", "--revision", "x"),
            "--revision: got x",
        ),
        (
            ("--endpoint", "http://127.0.0.1:9/v1", "--model", "tiny", "--prompts", "/nowhere"),
            "no file /nowhere",
        ),
        (("--model", "tiny", "--token-budget", "9"), "--token-budget is for an endpoint"),
    ],
)
def test_options_that_do_not_fit_are_told_before_anything_starts(
    run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    code, out, err = run("probes", "generate", "mine", "--concepts", "cat,dog", *arguments)
    assert (code, out) == (2, "")
    assert sentence in err


@pytest.mark.parametrize(("gpu", "model"), [(True, local.GPU_MODEL), (False, "built-in")])
def test_the_model_that_writes_when_none_is_named_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, gpu: bool, model: str
) -> None:
    asked: list[str] = []

    def generate_set(checkpoint: object, *_: object, **__: object) -> probe_set.ProbeSetInfo:
        asked.append(checkpoint.model)  # type: ignore[attr-defined]
        rows = [row for word in probe_set.load("fixture").sentences.values() for row in word]
        return probe_set.save("mine", rows, {"made_by": "test"})

    monkeypatch.setattr("torch.cuda.is_available", lambda: gpu)
    monkeypatch.setattr(local, "generate_set", generate_set)
    code, _, err = run("probes", "generate", "mine", "--concepts", "cat,dog")
    assert code == 0
    assert asked == [model]
    assert f"Writing with {'the ' if not gpu else ''}{model}" in err


def test_other_commands_do_not_load_the_client() -> None:
    program = (
        "import sys, explorer.cli, explorer.generate.endpoint.writing; "
        "print('openai' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert done.stdout == "False\n", done.stderr


def test_a_detached_worker_writes_with_the_key_of_the_environment_and_stores_it_nowhere(
    run: Run, server: Server, bench: Workbench
) -> None:
    code, out, _ = run(*GENERATE, "--endpoint", server.url, "--detach")
    assert code == 0
    job_id = out.strip()
    bench.wait(job_id, lambda job: job.state == "done")
    assert dict(probe_set.load("mine").info.sizes) == dict.fromkeys(WORDS, 6)
    files = [path for path in (bench.folder / "jobs" / job_id).iterdir() if path.is_file()]
    assert not [path.name for path in files if KEY in path.read_text()]
    assert len(server.asked) == 24
    assert {one.headers["authorization"] for one in server.asked} == {f"Bearer {KEY}"}
    code, out, err = run(*GENERATE, "--endpoint", server.url)
    assert (code, Path(out.strip()).name, len(server.asked)) == (0, "mine.parquet", 24)
    assert "nothing to do" in err
