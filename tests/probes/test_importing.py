"""An import stores all or nothing, and takes nothing away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.core.errors import InputError, ResourceError
from explorer.probes import editing, probe_set
from explorer.probes.importing import import_file
from explorer.probes.selfcond import sense_of


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def table(path: Path, *rows: str) -> Path:
    path.write_text("concept,text\n" + "".join(f"{row}\n" for row in rows))
    return path


def member(path: Path, concept: str, *positives: str, start: str = "", **more: object) -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    entry = {"concept": concept, "sentences": {"positive": positives, **more}}
    path.write_text(start + json.dumps(entry), "utf-8")
    return path


def refusal(path: Path, name: str = "mine") -> str:
    with pytest.raises(InputError) as caught:
        import_file(path, name)
    assert not probe_set.path_of(name).exists()
    assert caught.value.hint
    return str(caught.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("cat,The cat, which was old, slept.", "line 3: 4 fields, expected 2 (concept, text)"),
        ('cat,"The cat slept.', "line 3: a quotation mark opens and is not closed"),
        ("c" * 101 + ",A cat.", "is no concept: expected one of up to 100 characters"),
    ],
)
def test_a_row_that_would_be_stored_otherwise_than_written_is_refused(
    tmp_path: Path, row: str, message: str
) -> None:
    assert message in refusal(table(tmp_path / "a.csv", "dog,A dog.", row, "dog,The dog."))


def test_another_set_of_the_same_name_is_never_lost(tmp_path: Path) -> None:
    a, b = table(tmp_path / "a.csv", "cat,Cat A."), table(tmp_path / "b.csv", "cat,Cat B.")
    first = import_file(a, "same")
    with pytest.raises(InputError, match="There is a probe set “same” already") as caught:
        import_file(b, "same")
    assert "--replace" in caught.value.hint
    told: list[str] = []
    assert import_file(a, "same", tell=told.append) == first
    assert told == ["“same” holds exactly these sentences already; nothing was written."]
    second = import_file(b, "same", replace=True, tell=told.append)
    kept = f"same-{first.digest[:7]}"
    assert told[1:] == [f"What was “same” is kept as “{kept}”."]
    assert probe_set.load("same").info.digest == second.digest != first.digest
    assert probe_set.load(kept).info.digest == first.digest
    import_file(a, "same", replace=True)
    import_file(b, "same", replace=True)
    assert {info.name for info in probe_set.available()} - {"bundled"} == {
        "same", kept, f"same-{second.digest[:7]}"
    }  # fmt: skip


def test_a_long_name_leaves_room_for_the_mark_of_what_it_replaces(tmp_path: Path) -> None:
    a, b = table(tmp_path / "a.csv", "cat,Cat A."), table(tmp_path / "b.csv", "cat,Cat B.")
    first = import_file(a, "n" * 64)
    import_file(b, "n" * 64, replace=True)
    assert probe_set.load("n" * 56 + f"-{first.digest[:7]}").info.digest == first.digest


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, cache: Path) -> None:
    parent = import_file(table(tmp_path / "a.csv", "cat,Cat A.", "cat,Cat B."), "a")
    draft = editing.Draft(parent.digest, frozenset([("cat", 0)]))
    (cache / "probes").rename(cache / "away")
    (cache / "probes").write_text("in the way")
    with pytest.raises(ResourceError, match="could not be written"):
        import_file(tmp_path / "a.csv", "b")
    (cache / "probes").unlink()
    (cache / "away").rename(cache / "probes")
    assert editing.save(probe_set.load("a"), draft, "c").sizes == {"cat": 1}


def test_a_damaged_member_of_a_folder_is_named_and_a_byte_order_mark_is_none(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "set"
    member(folder / "cat.json", "cat", "A cat.")
    member(folder / "dog.JSON", "dog", "A dog.", start="\ufeff")
    (folder / ".hidden.json").write_text("{")
    (folder / "README.txt").write_text("x")
    bus = folder / "vehicles" / "bus.json"
    bus.parent.mkdir()
    for content in (b'{"concept": "bus", "sent', b"{}", '{"é": 1}'.encode("latin-1")):
        bus.write_bytes(content)
        message = refusal(folder)
        assert "1 of the 3 JSON files of set cannot be used: bus.json" in message
    member(bus, "bus", "A bus.", negative=["A dog.", "A cat."])
    told: list[str] = []
    assert import_file(folder, "mine", tell=told.append).sizes == {"cat": 1, "dog": 1, "bus": 1}
    assert told == [
        "Left out of set, being no JSON: README.txt.",
        "2 negative sentence(s) are left out: a run draws its negatives from the other concepts.",
    ]


def test_a_text_is_no_list_of_sentences(tmp_path: Path) -> None:
    path = tmp_path / "cat.json"
    path.write_text('{"concept": "a", "sentences": {"positive": "a cat"}}')
    assert "neither an array of rows nor ml-selfcond's JSON" in refusal(path)
    path.write_text('{"concept": "cat", "sentences": {"positive": ["A cat.", 5]}}')
    assert "cat.json, positive 2: text is 5, expected a text" in refusal(path)


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        member(tmp_path / "set" / folder / "cat.json", "cat", "The cat.")
    message = refusal(tmp_path / "set")
    assert "b/cat.json, positive 1: the same sentence as a/cat.json, positive 1" in message


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    assert "The folder set holds no JSON file" in refusal(tmp_path / "set")


@pytest.mark.parametrize(
    ("concept", "word", "sense"),
    [
        ("bank-1_17_01__", "bank", "1_17_01__"),
        ("bank%1:17:01::", "bank", "1:17:01::"),
        ("ice_cream-1_13_00__", "ice cream", "1_13_00__"),
        ("able-5_00_00_capable_02", "able", "5_00_00_capable_02"),
        ("t-shirt", "t-shirt", ""),
        ("formula-1", "formula-1", ""),
    ],
)
def test_the_concept_is_the_word_before_a_sense_of_wordnet(
    concept: str, word: str, sense: str
) -> None:
    assert sense_of(concept) == (word, sense)


def test_the_sense_of_a_concept_is_told_and_kept(tmp_path: Path) -> None:
    told: list[str] = []
    path = member(tmp_path / "bank.json", "bank-1_17_01__", "The bank was steep.")
    info = import_file(path, "bank", tell=told.append)
    assert (info.concepts, info.card["senses"]) == (("bank",), {"bank": "1_17_01__"})
    assert told == ["The concept is the word before a sense of WordNet: bank (1_17_01__)."]


@pytest.mark.parametrize("other", ["bank-1_14_00__", "bank"])
def test_two_senses_of_a_word_are_never_one_concept(tmp_path: Path, other: str) -> None:
    member(tmp_path / "set" / "a.json", "bank-1_17_01__", "The bank was steep.")
    member(tmp_path / "set" / "b.json", other, "The bank was closed.")
    message = refusal(tmp_path / "set")
    assert "b.json, positive 1: “bank” in the sense" in message
    assert "a.json, positive 1 has it in the sense 1_17_01__" in message


def test_white_space_within_a_sentence_stays_as_it_came(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    texts = ["The  cat\tsat.", "A cat\nsat here. ", "\u00a0One\u00a0cat slept."]
    path.write_text("".join(f"{json.dumps({'concept': 'cat', 'text': t})}\n" for t in texts))
    import_file(path, "mine")
    stored = [row.text for row in probe_set.load("mine").sentences["cat"]]
    assert stored == ["The  cat\tsat.", "A cat\nsat here.", "One\u00a0cat slept."]
    path.write_text(
        "".join(
            f"{json.dumps({'concept': 'cat', 'text': t})}\n"
            for t in ("The cat sat.", "The  cat sat.")
        )
    )
    assert "the same sentence as" in refusal(path, "again")
