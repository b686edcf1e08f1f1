"""Bad input on the command line: a sentence, an exit code, no traceback."""

from __future__ import annotations

import pandas as pd
import pytest

from explorer.jobs import queue
from tests.commands.conftest import Run
from tests.support.workbench import Workbench

SIZES = ("--positives", "20", "--negatives", "40", "--human", "none")
EXTRACT = ("extract", "--probes", "fixture", *SIZES)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((*EXTRACT, "--concepts", "cat,dgo"), 2, "“dgo” is not a concept.*Did you mean “dog”"),
        ((*EXTRACT, "--concepts", " , "), 2, "list of concepts is empty"),
        ((*EXTRACT, "--concepts", "cat"), 2, "at least 2"),
        ((*EXTRACT, "--concepts", "cat,!!!"), 2, "The concept “!!!” holds no word"),
        ((*EXTRACT, "--concepts-file", "/nowhere"), 2, "There is no file /nowhere"),
        ((*EXTRACT, "--concepts-file", "/"), 2, "cannot be read: it is a folder"),
        ((*EXTRACT, "--folds", "0"), 2, "folds: got 0"),
        ((*EXTRACT, "--ap-floor", "0.9"), 2, "AP floor: got 0.9"),
        ((*EXTRACT, "--model", " "), 2, "No model"),
        ((*EXTRACT, "--human", "MEM"), 2, "no human ratings “MEM”"),
        (("extract", "--probes", "nothing"), 2, "no probe set “nothing”"),
        (("probes", "show", "fixture", "unicorn"), 2, "not a concept"),
        (("probes", "card", "../x"), 2, "cannot name a probe set"),
        (("probes", "import", "/nowhere.csv", "--name", "mine"), 2, "There is no file"),
        (("probes", "generate", "mine"), 2, "No concept was given"),
        (("probes", "generate", "bundled", "--concepts", "cat"), 2, "ships with the project"),
        (
            ("probes", "generate", "mine", "--concepts", "cat", "--target", "0"),
            2,
            "--target: got 0",
        ),
        (("runs", "show", "abc"), 5, "no finished run “abc”"),
        (("export", "abc", "experts"), 5, "no finished run"),
        (("status", "0123456789abcdef"), 2, "no job"),
        (("cancel", "../x"), 2, "not the id of a job"),
        (("resume", "0123456789abcdef"), 2, "no job"),
    ],
)
def test_bad_input_is_a_sentence_and_an_exit_code(
    run: Run, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    got, out, err = run(*arguments)
    assert (got, out) == (code, "")
    assert pd.Series([err]).str.contains(sentence, regex=True).all(), err


@pytest.mark.parametrize(("mishap", "code"), [("model", 3), ("disk", 6), ("memory", 6), ("bug", 1)])
def test_a_failed_extraction_has_the_exit_code_of_its_cause(
    run: Run, bench: Workbench, mishap: str, code: int
) -> None:
    bench.env("FAKE_FAIL", mishap)
    got, out, _ = run(*EXTRACT)
    assert (got, out) == (code, "")
    assert queue.jobs()[0].state == "failed"
    assert run("status", queue.jobs()[0].id)[0] == 1
