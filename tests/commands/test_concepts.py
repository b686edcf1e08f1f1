"""Concepts named on the command line and in studies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.cli import main, parser
from explorer.commands.extract import concepts_of, request_of
from explorer.commands.study_flags import scaled
from explorer.core.records import Sentence
from explorer.jobs.kinds.study_sources import words_of
from explorer.probes import probe_set
from explorer.studies.study import load

ASKED = "Ice  Cream,cafe\u0301,O’Brien"
NAMES = ("ice cream", "café", "o'brien")


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A probe set with concepts in spellings of their own."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    names = ("ice-cream", "cafe\u0301", "o’brien")
    rows = [Sentence(word, f"Here is the {word} number {n}.", "") for word in names for n in (1, 2)]
    return probe_set.save("mine", rows, {"made_by": "test"}).name


def test_concepts_are_read_in_any_spelling() -> None:
    options = parser().parse_args(["extract", "--concepts", ASKED])
    assert tuple(concepts_of(options)) == NAMES
    study = load("paper-domains")
    flags = parser().parse_args(["study", "plan", "paper-domains", "--concepts", ASKED])
    assert scaled(study, flags).concepts == NAMES
    assert words_of(replace(study, concepts=tuple(ASKED.split(","))), None).words == NAMES


def test_a_probe_set_is_asked_in_any_spelling(
    stored: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["extract", "--probes", stored, "--concepts", ASKED]
    request = request_of(parser().parse_args(asked))
    assert request.concepts == ("ice-cream", "cafe\u0301", "o’brien")
    assert main(["probes", "show", stored, "Ice Cream"]) == 0
    assert "Here is the ice-cream number 1." in capsys.readouterr().out
