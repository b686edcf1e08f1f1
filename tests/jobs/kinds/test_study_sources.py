"""Studies that say who writes their probe sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli import parser
from explorer.commands.study import scaled
from explorer.core.errors import InputError
from explorer.jobs.kinds import study as jobs
from explorer.studies.study import Study, load, parse
from tests.jobs.kinds.test_study import SMALL
from tests.support.fixtures import CONCEPTS
from tests.support.workbench import Workbench

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
    planned = [work for work in jobs.passes(study) if work.writing]
    assert {work.probe_set for work in planned} == {"written"}
    assert all(len(work.left) == 4 for work in planned)
    told: list[str] = []
    outcomes = jobs.run(study, lambda _: None, tell=told.append)
    assert [outcome.problem for outcome in outcomes] == [""] * 4
    assert any("Writing the probe set “written”: 12 concepts × 60 by" in line for line in told)
    assert not any(work.writing or work.left for work in jobs.passes(study))


def test_a_probe_set_that_cannot_be_written_fails_its_passes_only(
    bench: Workbench, tmp_path: Path
) -> None:
    study = with_sources(tmp_path)
    (tmp_path / "corpus.txt").unlink()
    outcomes = jobs.run(study, lambda _: None)
    assert {outcome.work.probe_set: bool(outcome.problem) for outcome in outcomes} == {
        "fixture": False,
        "written": True,
    }
    assert "corpus.txt" in outcomes[-1].problem


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
