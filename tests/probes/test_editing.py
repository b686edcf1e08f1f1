"""A changed probe set is a new one, and every refusal says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.errors import InputError, ResourceError
from explorer.core.records import Sentence
from explorer.probes import editing, probe_set

ROWS = [
    Sentence("cat", "The cat sat on the mat.", "novel", "plain"),
    Sentence("cat", "A cat is a rented animal.", "novel"),
    Sentence("dog", "The dog barked at the moon.", "novel"),
]


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> probe_set.ProbeSet:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "cache"))
    probe_set.save(
        "pets", ROWS, {"made_by": "import", "domains": {"cat": "animal", "dog": "animal"}}
    )
    return probe_set.load("pets")


def draft(
    parent: probe_set.ProbeSet, *excluded: tuple[str, int], added: tuple[Sentence, ...] = ()
) -> editing.Draft:
    return editing.Draft(parent.info.digest, frozenset(excluded), added)


def test_a_new_set_holds_the_changes_and_the_original_stays(parent: probe_set.ProbeSet) -> None:
    new = Sentence("cat", "Cats sleep for most of the day.", editing.BY_HAND)
    before = parent.info.path.read_bytes()
    info = editing.save(parent, draft(parent, ("cat", 1), added=(new,)), "pets-2")
    assert probe_set.load("pets-2").sentences == {"cat": [ROWS[0], new], "dog": [ROWS[2]]}
    assert parent.info.path.read_bytes() == before
    assert info.digest != parent.info.digest


def test_the_card_tells_what_it_came_from_and_what_was_changed(parent: probe_set.ProbeSet) -> None:
    new = Sentence("cat", "Cats sleep for most of the day.", "me")
    card = editing.save(parent, draft(parent, ("dog", 0), added=(new,)), "pets-2").card
    assert card["parent"] == {"name": "pets", "digest": parent.info.digest}
    assert card["excluded"] == [{"concept": "dog", "text": ROWS[2].text}]
    assert card["added"] == [{"concept": "cat", "text": new.text, "source": "me"}]
    assert card["parent_card"] == {"made_by": "import"}
    assert card["domains"] == {"cat": "animal"}
    assert len(str(card["date"])) == 10


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("The dog sat on the mat.", "does not contain “cat”"),
        ("the cat sat on the mat", "the same as a sentence of the set"),
        ("A cat.", "2 words, expected 5–32"),
        ("cat " * 33, "33 words, expected 5–32"),
        ("Concatenate all of these words now.", "does not contain “cat”"),
    ],
)
def test_a_bad_line_is_told_with_its_number(
    parent: probe_set.ProbeSet, line: str, fault: str
) -> None:
    text = f"Both cats were fond of fish.\n\n{line}\n"
    checked = editing.check_lines(text, "cat", parent.sentences["cat"])
    assert checked.faults == (f"line 3: {fault}",)
    assert [row.text for row in checked.sentences] == ["Both cats were fond of fish."]


def test_a_line_given_twice_names_the_first(parent: probe_set.ProbeSet) -> None:
    text = "Both cats were fond of fish.\nBoth cats were fond of fish!"
    assert editing.check_lines(text, "cat", []).faults == ("line 2: the same as line 1",)


def test_a_nameless_source_is_called_by_hand() -> None:
    (row,) = editing.check_lines("  Both cats   were fond of fish.", "cat", [], "  ").sentences
    assert row == Sentence("cat", "Both cats were fond of fish.", editing.BY_HAND)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pets", "already"),
        ("bundled", "ships with the project"),
        ("../evil", "cannot name"),
        ("", "cannot name"),
    ],
)
def test_a_name_that_is_taken_or_unfit_is_refused(
    parent: probe_set.ProbeSet, name: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        editing.save(parent, draft(parent, ("cat", 1)), name)
    assert [path.name for path in parent.info.path.parent.iterdir()] == ["pets.parquet"]


def test_an_unchanged_and_an_emptied_set_are_refused(parent: probe_set.ProbeSet) -> None:
    with pytest.raises(InputError, match="Nothing is excluded"):
        editing.save(parent, draft(parent), "pets-2")
    with pytest.raises(InputError, match="No sentence would be left"):
        editing.save(parent, draft(parent, ("cat", 0), ("cat", 1), ("dog", 0)), "pets-2")


def test_a_draft_of_other_sentences_is_refused(parent: probe_set.ProbeSet) -> None:
    with pytest.raises(InputError, match="has changed since"):
        editing.save(parent, editing.Draft("0" * 64, frozenset({("cat", 0)})), "pets-2")


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_left(
    parent: probe_set.ProbeSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the cache should be")
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(blocked))
    with pytest.raises(ResourceError, match="could not be written") as caught:
        editing.save(parent, draft(parent, ("cat", 1)), "pets-2")
    assert "EXPERT_EXPLORER_CACHE" in caught.value.hint


def test_a_disk_that_fills_up_leaves_no_file_behind(
    parent: probe_set.ProbeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(ResourceError, match="No space left on device"):
        editing.save(parent, draft(parent, ("cat", 1)), "pets-2")
    assert [path.name for path in parent.info.path.parent.iterdir()] == ["pets.parquet"]
