"""Whatever text or bytes come from outside, a reader gives a value or refuses in a
sentence.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.core import disk, paths
from explorer.core.checkpoint import Checkpoint, revision_line, revision_number, without_step
from explorer.core.errors import ExplorerError
from explorer.core.request import RunRequest
from explorer.core.tau import Tau
from explorer.core.text import date, duration, plain, size
from explorer.generate.prompts import load_prompts
from explorer.jobs.folder import JobFolder
from explorer.jobs.order import read_order
from explorer.probes import importing, rated
from explorer.probes.corpora import corpus
from explorer.probes.reading import table
from explorer.probes.reading.word_list import read_words
from explorer.probes.selfcond import sense_of
from explorer.probes.words import concept_name
from explorer.studies import study
from explorer.train import family
from tests.hostile.case import LONGEST, at_most
from tests.hostile.studies import STUDY

FEW = settings(
    max_examples=500 if settings.get_current_profile_name() == "explore" else 25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_PIECES = st.sampled_from(
    [
        *("concept,text\n", "word1,word2,score\n", "cat,", '"', "\n", "\r", ",", "\t", ";", "\0"),
        *("1e999", "nan", "-1", "9" * 400, '{"concept":', '"text":', "}", "[", "]", "{", "\ufeff"),
        *("\\ud800", "\\u0000", "= ", "[[", "models", "title", "'''", "step", "tokens", "é"),
        *("\u2028", "[[Category:", "{{", "|", "<ref>", "=cmd()", "..", "/", "~"),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=12).map("".join))
BYTES = st.one_of(st.binary(max_size=80), TEXTS.map(lambda t: t.encode("utf-8", "surrogatepass")))
JSON: Any = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
_ORDER = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.one_of(
            JSON, st.sampled_from(["extraction", "study", "sentences", "training", "evidence"])
        ),
        **dict.fromkeys(("id", "created", "restarts", "parents", "schema", "request"), JSON),
    },
)


def tried(ask: Callable[[], object]) -> None:
    """A value, or an error of ours."""
    with at_most(LONGEST), contextlib.suppress(ExplorerError):
        ask()


def _tell(_: str) -> None:
    return


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".json", ".parquet", ".csv.gz"])
@FEW
@given(content=BYTES)
def test_a_table_of_sentences(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(content)
    tried(lambda: list(table.records(path, importing.COLUMNS, _tell)))
    tried(lambda: list(importing._validate(path, importing._read(path, _tell), "me", True)))


@FEW
@given(content=BYTES)
def test_files_of_ratings_words_corpora_and_toml(tmp_path: Path, content: bytes) -> None:
    paths = [tmp_path / f"a{ending}" for ending in (".csv", ".txt", ".toml")]
    for path in paths:
        path.write_bytes(content)
    ratings, text, toml = paths
    tried(lambda: rated.read_pairs(ratings, _tell))
    tried(lambda: read_words(str(text)))
    tried(lambda: list(corpus.sentences(text)))
    tried(lambda: study.load(str(toml)))
    tried(lambda: family.load("x", toml))
    tried(lambda: load_prompts(toml))


@FEW
@given(line=TEXTS, value=JSON)
def test_a_study_with_a_line_of_anything(line: str, value: object) -> None:
    tried(lambda: study.parse("s", STUDY.format(line)))
    for key in ("folds", "models", "concepts", "human", "domains", "sources", "n_positive"):
        text = json.dumps(value)
        tried(partial(study.parse, "s", f"{key} = {text}\n{STUDY.format('')}"))


@FEW
@given(fields=_ORDER)
def test_an_order_of_anything_is_read_or_unreadable(tmp_path: Path, fields: object) -> None:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(fields), "utf-8")
    with at_most(LONGEST):
        assert read_order(path)
    tried(lambda: RunRequest.from_dict(fields))  # type: ignore[arg-type]


@FEW
@given(content=BYTES, value=JSON)
def test_json_of_ours(content: bytes, value: object) -> None:
    tried(lambda: disk.parse_json(content))
    tried(lambda: disk.parse_table(json.dumps(value)))


@FEW
@given(text=TEXTS, seconds=st.floats(0, 1e15))
def test_names_numbers_and_paths(text: str, seconds: float) -> None:
    for ask in (
        Tau.parse, revision_number, revision_line, without_step, plain, date, concept_name,
        sense_of, paths.user_path, paths.full_path, JobFolder, Checkpoint.named,
        lambda text: Checkpoint(text, text).step, lambda text: Checkpoint("a", text).label,
    ):  # fmt: skip
        tried(partial(ask, text))
    tried(lambda: (duration(seconds), size(seconds)))
