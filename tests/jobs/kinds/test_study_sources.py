"""Studies that say who writes their probe sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli import parser
from explorer.commands.study import scaled
from explorer.core.address import HOSTS, KEY
from explorer.core.errors import ExplorerError, InputError
from explorer.jobs import queue, worker
from explorer.jobs.kinds.endpoints import VARIABLE, full_address
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.sentences import SENTENCES
from explorer.jobs.kinds.study import STUDY
from explorer.jobs.kinds.study_passes import passes
from explorer.jobs.kinds.study_sources import lacking
from explorer.studies.study import Study, load, parse
from tests.jobs.kinds.test_study import SMALL
from tests.support.fixtures import CONCEPTS
from tests.support.workbench import Workbench

pytestmark = pytest.mark.slow

SOURCES = SMALL.replace('["fixture"]', '["fixture", "written"]').replace(
    "[[models]]",
    '[[sources]]\nprobe_set = "written"\ncorpus = "corpus.txt"\nsentences = 60\n\n[[models]]',
    1,
)


def with_sources(folder: Path) -> Study:
    """A study with one probe set to harvest, from a corpus of sixty sentences a
    concept.
    """
    lines = [
        f"Sentence number {n} tells us about the {w} of somebody."
        for w in CONCEPTS
        for n in range(60)
    ]
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(lines), "utf-8")
    text = SOURCES.replace("corpus.txt", str(corpus)).replace(
        "title", f"concepts = {list(CONCEPTS)}\ntitle", 1
    )
    return parse("mine", text)


def test_a_probe_set_that_is_not_there_is_planned_and_then_written_first(
    bench: Workbench, tmp_path: Path
) -> None:
    study = with_sources(tmp_path)
    planned = [part for part in passes(study) if part.writing]
    assert {part.probe_set for part in planned} == {"written"}
    assert all(len(part.left(())) == 4 for part in planned)
    job = queue.submit(STUDY, study)
    bench.wait(job.id, lambda job: job.state == "done")
    assert "Writing the probe set “written”: 12 concepts × 60 by" in queue.log_tail(job.id)
    assert [part.problem for part in queue.outcomes(job.id)] == [""] * 5
    published = published_runs()
    assert not any(part.writing or part.left(published) for part in passes(study))


def test_a_probe_set_that_cannot_be_written_fails_its_passes_only(
    bench: Workbench, tmp_path: Path
) -> None:
    study = with_sources(tmp_path)
    (tmp_path / "corpus.txt").unlink()
    job = queue.submit(STUDY, study, start=False)
    with pytest.raises(ExplorerError, match="2 of 4 passes failed") as caught:
        worker.work(job.id)
    assert "corpus.txt" in caught.value.hint
    failed = [part.part for part in queue.outcomes(job.id) if part.problem]
    assert failed[0] == "Probe set written"
    assert [part.endswith("written") for part in failed[1:]] == [True, True]


def with_endpoint(url: str) -> Study:
    """A study with one probe set that a model behind an endpoint writes."""
    return parse(
        "mine",
        SOURCES.replace('corpus = "corpus.txt"', f'model = "m"\nendpoint = "{url}"').replace(
            "title", f"concepts = {list(CONCEPTS)}\ntitle", 1
        ),
    )


def test_a_job_s_files_hold_nothing_secret_of_an_endpoint(bench: Workbench) -> None:
    bench.env(KEY, "sk-secret")
    bench.env(VARIABLE, "")
    url = "http://127.0.0.1:9/v1?token=query-secret"
    study = with_endpoint(url)
    assert "secret" not in study.sources[0].writer
    job = queue.submit(STUDY, study, start=False)
    files = [path for path in (bench.folder / "jobs" / job.id).rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if "secret" in path.read_text()]
    assert full_address("http://127.0.0.1:9/v1") == url


def test_a_study_from_elsewhere_sends_the_key_nowhere_else(bench: Workbench) -> None:
    bench.env(KEY, "sk-secret")
    bench.env(HOSTS, "")
    with pytest.raises(InputError, match="holds an @") as caught:
        with_endpoint("http://somebody:pass-secret@127.0.0.1:9/v1")
    assert "pass-secret" not in str(caught.value)
    study = with_endpoint("https://evil.example/v1")
    writing = lacking(study)[0].request
    for submit in (lambda: queue.submit(STUDY, study), lambda: queue.submit(SENTENCES, writing)):
        with pytest.raises(InputError, match=r"is at evil\.example, and OPENAI_API_KEY"):
            submit()
    assert queue.jobs() == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sentences = 60", "sources has the unknown key “sentence”. Did you mean “sentences”"),
        (
            'corpus = "corpus.txt"',
            "sources, written: got both or neither, expected either a model or a corpus",
        ),
        (
            'probe_set = "written"',
            "sources, probe_set: got “wirtten”, expected one of fixture, written",
        ),
    ],
)
def test_a_faulty_source_is_refused_by_what_is_wrong(line: str, message: str) -> None:
    instead = {"s": "sentence = 60", "c": "seed = 1", "p": 'probe_set = "wirtten"'}[line[0]]
    with pytest.raises(InputError) as caught:
        parse("mine", SOURCES.replace(line, instead))
    assert message in str(caught.value)


def test_flags_put_an_endpoint_and_other_writers_in_place(tmp_path: Path) -> None:
    options = parser().parse_args(
        [
            "study",
            "plan",
            "paper-stability",
            "--endpoint",
            "http://127.0.0.1:1/v1",
            "--sentences",
            "30",
        ]
    )
    sources = scaled(load("paper-stability"), options).sources
    assert {source.endpoint for source in sources} == {"http://127.0.0.1:1/v1"}
    assert sources[0].model == "gpt-4"
    assert {source.sentences for source in sources} == {30}
