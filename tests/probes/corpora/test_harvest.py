"""Harvesting sentences from a corpus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.cli import main
from explorer.core.errors import InputError, SentencesError
from explorer.probes import probe_set
from explorer.probes.corpora.harvest import collect, harvest

CORPUS = [
    "The cats were asleep on the warm stone wall.",
    "A category of things is not an animal at all.",
    "Her dog chased the neighbour's cat across the yard.",
    "HER DOG chased the neighbour's cat across the yard!",
    "A dog barked.",
    "He had been dogging the steps of his rival for years.",
]


def test_a_sentence_counts_for_every_concept_it_holds_as_a_whole_word() -> None:
    rows = collect(CORPUS, ["cat", "dog"], cap=10, seed=0, source="made up")
    assert [(row.concept, row.text) for row in rows] == [
        ("cat", CORPUS[0]),
        ("cat", CORPUS[2]),
        ("dog", CORPUS[2]),
        ("dog", CORPUS[5]),
    ]
    assert {row.source for row in rows} == {"made up"}


def test_no_concept_has_more_than_the_cap_and_every_sentence_the_same_chance() -> None:
    corpus = [f"The cat number {i} was seen near the river." for i in range(60)]
    counts = np.zeros(60)
    for seed in range(300):
        rows = collect(corpus, ["cat"], cap=20, seed=seed, source="made up")
        places = [int(row.text.split()[3]) for row in rows]
        assert len(places) == 20
        assert places == sorted(places)
        counts[places] += 1
    # Binomial(300, 1/3): mean 100, standard deviation 8.2.
    assert abs(counts - 100).max() < 4.5 * 8.2
    assert abs(counts[:20].mean() - counts[40:].mean()) < 8


def test_the_same_seed_gives_the_same_set_whatever_the_other_concepts() -> None:
    corpus = [f"The cat and the dog of house {i} like each other." for i in range(50)]
    alone = collect(corpus, ["cat"], cap=5, seed=1, source="x")
    among = collect(corpus, ["dog", "cat"], cap=5, seed=1, source="x")
    assert alone == [row for row in among if row.concept == "cat"]


def test_phrases_and_accents_are_harvested() -> None:
    corpus = [
        "She ate two ice-creams on the old stone wall.",
        "The cream was cold as ice on that winter day.",
        "We met in the cafe\u0301 by the river at noon.",
        "WE MET IN THE CAFÉ BY THE RIVER AT NOON!",
        "O’Brien’s hat was lost on the way to the fair.",
    ]
    rows = collect(corpus, ["ice cream", "café", "o'brien"], cap=10, seed=0, source="made up")
    assert [(row.concept, row.text) for row in rows] == [
        ("ice cream", corpus[0]),
        ("café", corpus[2]),
        ("o'brien", corpus[4]),
    ]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_a_harvest_becomes_a_probe_set_that_says_where_it_came_from(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = cache / "talk.txt"
    path.write_text("\n\n".join(CORPUS), "utf-8")
    command = [
        "probes",
        "harvest",
        "talk",
        "--corpus",
        str(path),
        "--concepts",
        "cat,dog,unicorn",
        "--cap",
        "3",
    ]
    assert main(command) == 0
    info = probe_set.load("talk").info
    assert dict(info.sizes) == {"cat": 2, "dog": 2}
    assert (info.sources, info.card["made_by"], info.card["absent"]) == (
        ("talk.txt",),
        "harvest",
        ["unicorn"],
    )
    assert "Not in talk.txt: unicorn." in capsys.readouterr().err


def test_a_corpus_without_the_concepts_writes_nothing(cache: Path) -> None:
    path = cache / "talk.txt"
    path.write_text("Nothing of interest was said in this long talk.", "utf-8")
    with pytest.raises(SentencesError, match="mentions 0 of the 2 concepts"):
        harvest(path, "talk", ["cat", "dog"], cap=3)
    with pytest.raises(InputError, match="bundled"):
        harvest(path, "bundled", ["cat", "dog"], cap=3)
    assert [info.name for info in probe_set.available()] == ["bundled"]


def test_a_harvest_of_a_script_without_spaces_says_why_it_finds_nothing(cache: Path) -> None:
    path = cache / "talk.txt"
    path.write_text("The dog slept on the warm stone wall.", "utf-8")
    told: list[str] = []
    with pytest.raises(SentencesError, match="length is counted in words between spaces"):
        harvest(path, "talk", ["日本", "猫"], cap=3, tell=told.append)
    assert told[0].startswith("日本, 猫: Sentences in a script without spaces are not harvested")


def test_a_harvest_keeps_another_set_of_the_same_name_under_a_name_that_it_tells(
    cache: Path,
) -> None:
    path = cache / "corpus.txt"
    path.write_text("The cat met the dog of the house.\nThe dog met the cat of the barn.\n")
    told: list[str] = []
    first = harvest(path, "mine", ["cat", "dog"], cap=1, tell=told.append)
    assert harvest(path, "mine", ["cat", "dog"], cap=1, tell=told.append) == first
    assert told == []
    second = harvest(path, "mine", ["cat", "dog"], cap=2, tell=told.append)
    kept = f"mine-{first.digest[:7]}"
    assert told == [f"What was “mine” is kept as “{kept}”."]
    assert probe_set.load(kept).info.digest == first.digest != second.digest
