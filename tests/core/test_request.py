"""The identity of a run: pinned for what exists, and unmoved by what will come."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from explorer.core import request
from explorer.core.checkpoint import Checkpoint, revision_number
from explorer.core.errors import InputError
from explorer.core.request import RunRequest

GOLDEN = json.loads(Path(__file__).with_name("golden_ids.json").read_text("utf-8"))
REQUEST = RunRequest(Checkpoint("built-in"), "mine", "f" * 64, ("cat", "dog"))


@pytest.mark.parametrize("run_id", GOLDEN["requests"])
def test_the_bundled_runs_keep_their_ids(run_id: str) -> None:
    fields = GOLDEN["requests"][run_id] | {"concepts": GOLDEN["concepts"]}
    assert RunRequest.from_dict(fields).id == run_id


def test_a_new_field_changes_the_id_only_where_it_is_not_at_its_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @dataclass(frozen=True)
    class Later(RunRequest):
        truncation: str = "none"

    before = REQUEST.id
    monkeypatch.setattr(request, "_IDENTITY_LATER", {"truncation": "none"})
    fields = {field.name: getattr(REQUEST, field.name) for field in dataclasses.fields(REQUEST)}
    assert Later(**fields).id == before
    assert Later(**fields, truncation="left").id != before


def test_every_field_of_a_request_either_identifies_or_describes() -> None:
    fields = {field.name for field in dataclasses.fields(RunRequest)}
    assert fields == {*REQUEST.identity, "probe_set", "domains", *request._IDENTITY_LATER} - {
        "method"
    }
    names = {field.name for field in dataclasses.fields(Checkpoint)}
    assert names == set(REQUEST.identity["checkpoint"])


def test_runs_of_selfcond_drop_long_sentences_and_those_made_before_cut_them() -> None:
    new = dataclasses.replace(REQUEST, pooling="selfcond")
    assert new.drops_long is True
    assert "sentences over 128 tokens left out" in new.pooled
    written = json.loads(new.to_json())
    assert RunRequest.from_dict(written) == new
    before = RunRequest.from_dict({k: v for k, v in written.items() if k != "drops_long"})
    assert before.drops_long is False
    assert "sentences over 128 tokens cut" in before.pooled
    assert before.id != new.id
    assert "drops_long" not in before.identity, "it keeps the id that it was made with"
    assert before.id == "e4daa862d946ca61"
    for asked in (new, before):
        assert dataclasses.replace(asked, pooling="max") == REQUEST
    with pytest.raises(InputError, match="drops_long is 1"):
        RunRequest.from_dict(written | {"drops_long": 1})


def test_what_describes_changes_no_id_and_what_counts_changes_it() -> None:
    same = (
        dataclasses.replace(REQUEST, probe_set="theirs"),
        dataclasses.replace(REQUEST, domains={"cat": "animal"}),
        dataclasses.replace(REQUEST, concepts=("dog", "cat")),
    )
    assert {asked.id for asked in same} == {REQUEST.id}
    other = [
        dataclasses.replace(REQUEST, checkpoint=Checkpoint("built-in", "step1")),
        dataclasses.replace(REQUEST, checkpoint=Checkpoint("built-in", random_init=0)),
        dataclasses.replace(REQUEST, probe_digest="e" * 64),
        dataclasses.replace(REQUEST, concepts=("cat", "bus")),
        dataclasses.replace(REQUEST, n_positive=101),
        dataclasses.replace(REQUEST, n_negative=501),
        dataclasses.replace(REQUEST, folds=5),
        dataclasses.replace(REQUEST, pooling="mean"),
        dataclasses.replace(REQUEST, dtype="bfloat16"),
        dataclasses.replace(REQUEST, ap_floor=0.4),
        dataclasses.replace(REQUEST, seed=1),
    ]
    assert len({REQUEST.id, *(asked.id for asked in other)}) == len(other) + 1


def test_a_request_survives_its_json() -> None:
    asked = dataclasses.replace(REQUEST, domains={"cat": "animal"}, ap_floor=0.25)
    assert RunRequest.from_json(asked.to_json()) == asked


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"truncation": "left"}, "has the field “truncation”, which this version does not know"),
        ({"checkpoint": {"model": "m", "adapter": "a"}}, "The checkpoint has the field “adapter”"),
        ({"n_positive": "40"}, "n_positive is '40'"),
        ({"folds": True}, "folds is True"),
        ({"seed": 1.5}, "seed is 1.5"),
        ({"pooling": ["max"]}, "pooling is"),
        ({"concepts": "cat"}, "words are no texts"),
        ({"concepts": ["cat", 3]}, "words are no texts"),
        ({"domains": {"cat": 3}}, "words are no texts"),
        ({"domains": []}, "words are no texts"),
        ({"checkpoint": None}, "its checkpoint is no table"),
        ({"n_positive": 0}, "N⁺: got 0"),
        ({"concepts": ["cat"]}, "at least 2"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(change: dict[str, object], sentence: str) -> None:
    table = json.loads(REQUEST.to_json()) | change
    with pytest.raises(InputError, match=sentence):
        RunRequest.from_dict(table)


@pytest.mark.parametrize("text", ["", "[]", "3", "null", "{", "{}", "[" * 100_000])
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a run request"):
        RunRequest.from_json(text)


def test_one_folder_is_one_model_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "home" / "m"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    ways = ("home/m", "./home/m", "home/m/", str(folder), "~/m", "link", " ./home/../home/m ")
    assert {Checkpoint.named(way).model for way in ways} == {str(folder)}
    assert Checkpoint.named("EleutherAI/pythia-70m", " step512 ").revision == "step512"
    assert Checkpoint.named("built-in").model == "built-in"


def test_a_folder_that_is_no_model_hides_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("built-in", "gpt2"):
        (tmp_path / name).mkdir()
        assert Checkpoint.named(name).model == name
    (tmp_path / "built-in" / "config.json").write_text("{}")
    assert Checkpoint.named("built-in").model == "built-in"
    (tmp_path / "gpt2" / "checkpoint-5").mkdir()
    (tmp_path / "gpt2" / "checkpoint-5" / "config.json").write_text("{}")
    assert Checkpoint.named("gpt2").model == str(tmp_path / "gpt2")


@pytest.mark.parametrize("model", ["", "   ", "a\0b", "~nobody-of-this-name/m", "/" + "x" * 5000])
def test_what_cannot_be_a_model_is_refused_in_a_sentence(model: str) -> None:
    if model.startswith("/x"):
        assert Checkpoint.named(model).model == model
        return
    with pytest.raises(InputError):
        Checkpoint.named(model)


@pytest.mark.parametrize(
    ("revision", "number"),
    [
        ("step512", 512),
        ("step-512", 512),
        ("checkpoint-1500", 1500),
        ("global_step1000", 1000),
        ("iter_0001000", 1000),
        ("step1000-tokens2B", 1000),
        ("stage1-step2000", 2000),
        ("step-50K-105b", 50_000),
        ("checkpoint-7b", None),
        ("step" + "9" * 5000, None),
        ("main", None),
        ("v1.0", None),
        ("footstep12", None),
        ("", None),
    ],
)
def test_the_number_of_a_revision_is_read_in_one_way(revision: str, number: int | None) -> None:
    assert revision_number(revision) == number
    assert Checkpoint("m", revision or "main").step == number
