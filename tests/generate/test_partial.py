"""What the generators share: one maker at a time, a file to resume from, no set made
twice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.core.errors import InputError
from explorer.core.records import Sentence
from explorer.generate.partial import Partial, begun, by_turns, finish, there_already
from explorer.probes import importing, probe_set
from explorer.probes.corpora.harvest import harvest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    return tmp_path


def test_two_processes_never_make_one_set_at_a_time() -> None:
    with (
        begun("mine", ["cat"], 1, {}),
        pytest.raises(InputError, match="Another process"),
        begun("mine", ["cat"], 1, {}),
    ):
        pass
    with begun("mine", ["cat"], 1, {}) as partial:
        assert partial.rows("cat") == []


@pytest.mark.parametrize(
    "text", ["[1]\n", "nonsense\n", '{"rows": []}\n', '{"concept": "cat", "rows": 3}\n']
)
def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "set.partial.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match="is damaged"):
        Partial(path, {})
    assert path.read_text() == text


def test_additions_and_what_is_known_of_them_outlive_the_process(tmp_path: Path) -> None:
    path = tmp_path / "set.partial.jsonl"
    first = Partial(path, {"seed": 1})
    first.add("cat", [{"text": "Ä cat.", "prompt": "a"}], tokens=3)
    first.add("cat", [], tokens=4)
    again = Partial(path, {"seed": 1})
    assert again.rows("cat") == [{"text": "Ä cat.", "prompt": "a"}]
    assert (again.additions("cat"), again.additions("dog")) == (2, 0)
    assert again.facts("tokens") == [3, 4]


def test_rows_take_turns_until_the_longest_group_ends() -> None:
    groups = [[{"text": t} for t in texts] for texts in ("abc", "d", "ef")]
    assert "".join(row["text"] for row in by_turns(groups)) == "adebfc"


def test_only_the_very_same_wish_is_there_already() -> None:
    card = {"seed": 1, "domains": {"cat": "animal"}}
    probe_set.save("mine", [Sentence("cat", f"A cat {n}.", "x") for n in range(2)], card)
    assert there_already("mine", ["cat"], 2, card, lambda _: None) is not None
    assert there_already("mine", ["cat"], 3, card, lambda _: None) is None
    assert there_already("mine", ["cat", "dog"], 2, card, lambda _: None) is None
    assert there_already("mine", ["cat"], 2, {**card, "seed": 2}, lambda _: None) is None
    assert there_already("other", ["cat"], 2, card, lambda _: None) is None


def test_sentences_written_anew_leave_those_of_the_same_name_under_another(
    tmp_path: Path,
) -> None:
    made: dict[str, Any] = {"target": 1, "source": "x", "card": {}, "libraries": ()}
    told: list[str] = []
    for text in ("The cat sat.", "A cat ran."):
        with begun("mine", ["cat"], 1, {}) as partial:
            partial.add("cat", [{"text": text, "prompt": "p"}])
            finish("mine", partial, ["cat"], tell=told.append, **made)
    (kept,) = (info.name for info in probe_set.available() if info.name.startswith("mine-"))
    assert told == [f"What was “mine” is kept as “{kept}”."]
    assert [probe_set.load(n).sentences["cat"][0].text for n in (kept, "mine")] == [
        "The cat sat.",
        "A cat ran.",
    ]


MAKERS: list[Callable[[str, Path], object]] = [
    lambda name, path: importing.import_file(path, name),
    lambda name, path: harvest(path, name, ["cat"], cap=1),
    lambda name, _: there_already(name, ["cat"], 1, {}, lambda _: None),
]


@pytest.mark.parametrize("make", MAKERS, ids=["import", "harvest", "generate"])
@pytest.mark.parametrize(
    ("name", "message"), [("bundled", "ships with the project"), ("../x", "cannot name")]
)
def test_no_maker_takes_a_reserved_or_unfit_name(
    tmp_path: Path, make: Callable[[str, Path], object], name: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        make(name, tmp_path / "nothing.txt")


def test_domains_are_those_of_the_words_asked_for() -> None:
    rows = [Sentence(word, f"A {word}.", "x") for word in ("cat", "dog", "hope")]
    info = probe_set.save("mine", rows, {"domains": {"cat": "animal", "dog": "animal"}})
    assert info.domains_among(["hope", "dog", "bus"]) == {"dog": "animal"}


def test_harvested_sentences_are_as_long_as_generated_ones(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.txt"
    lengths = (4, 5, 32, 33)
    corpus.write_text("\n".join("The cat " + " ".join(["slept"] * (n - 2)) + "." for n in lengths))
    corpus.write_text(corpus.read_text() + "\nThe dog slept in the shade.")
    info = harvest(corpus, "mine", ["cat", "dog"], cap=10, domains={"cat": "animal"})
    texts = [row.text for row in probe_set.load("mine").sentences["cat"]]
    assert [len(text.split()) for text in texts] == [5, 32]
    assert info.domains == {"cat": "animal"}
