"""CSV is read strictly: every field of every row, or a sentence with its line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.errors import InputError
from explorer.probes.reading.columns import Columns, Record
from explorer.probes.reading.table import records

TWO = Columns(("concept", "text"), ("source",), {"sentence": "text"})
CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n\ufffdÂÃâ", exclude_categories=["Cc"])
)


def rows_of(path: Path, content: str, told: list[str] | None = None) -> list[Record]:
    path.write_text(content, "utf-8", newline="")
    return list(records(path, TWO, (told if told is not None else []).append))


def refusal(path: Path, content: str) -> str:
    with pytest.raises(InputError) as caught:
        rows_of(path, content)
    assert caught.value.hint
    return str(caught.value)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_what_a_csv_writer_writes_is_read_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as sink:
        csv.writer(sink).writerows([("concept", "text"), *rows])
    got = [tuple(record.cells.values()) for record in records(path, TWO, print)]
    assert got == rows


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("cat,The cat, which was old, slept.", "line 2: 4 fields, expected 2 (concept, text)"),
        ("cat", "line 2: 1 fields, expected 2 (concept, text)"),
        ("cat,A\x07cat.", "line 2: text holds the control character U+0007"),
        ("cat,A" + " cat" * 2_500, "line 2: text has 10,001 characters, expected at most 10,000"),
    ],
)
def test_a_row_that_does_not_fit_its_header_is_named(tmp_path: Path, row: str, fault: str) -> None:
    first, second = rows_of(tmp_path / "a.csv", f"concept,text\n{row}\ndog,A dog.\n")
    assert f"{first.where}: {first.fault}".startswith(fault)
    assert (second.where, second.fault) == ("line 3", "")


@pytest.mark.parametrize(
    "rows",
    [
        'cat,"The cat slept.\ndog,A dog barks.\ndog,The dog ran.\n',
        'cat,"The cat slept.\ndog,A dog barks.\ndog,"The dog ran."\n',
        'cat,"The cat slept.\ndog,A dog barks.\nbus,A bus of 5""\n',
        'cat,"The cat slept.\ndog,A dog barks.\nbus,A bus of 5"\n',
        'cat,"The cat slept.\r\ndog,A dog barks.\r\n',
        'cat,"The cat slept.\n' + "dog,A dog barks.\n" * 10_000,
    ],
)
def test_a_quotation_mark_left_open_is_named_by_its_line(tmp_path: Path, rows: str) -> None:
    for before in ("", "bird,A bird.\n"):
        line = 3 if before else 2
        message = refusal(tmp_path / "a.csv", f"concept,text\n{before}{rows}")
        assert f"a.csv, line {line}: a quotation mark opens and is not closed" in message


def test_text_after_a_closing_mark_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path / "a.csv", 'concept,text\ncat,"The cat," he said.\n')
    assert "a.csv, line 2: text follows a closing quotation mark" in message


def test_a_field_may_have_line_breaks_where_no_line_of_it_looks_like_a_row(
    tmp_path: Path,
) -> None:
    for content in (
        'text,concept\n"The cat\nslept.",cat\n',
        'concept,text,source\ncat,"The cat, old,\nslept, well.",me\n',
    ):
        (row,) = rows_of(tmp_path / "a.csv", content)
        assert row.cells["concept"] == "cat"
        assert row.cells["text"].endswith(("\nslept.", "\nslept, well."))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("concept,text,Text", "the columns “text” and “Text” mean the same"),
        ("concept,text,sentence", "the columns “text” and “sentence” mean the same"),
        (",concept,text", "column 1 has no name"),
        ("concept,text,", "column 3 has no name"),
        ("word,text", "has no column concept: got the columns word, text"),
        ("concept;text,source", "has no column concept, text"),
        ("", "a.csv is empty"),
    ],
)
def test_a_header_that_does_not_say_which_column_is_which_is_refused(
    tmp_path: Path, header: str, message: str
) -> None:
    assert message in refusal(tmp_path / "a.csv", f"{header}\n")


def test_a_first_line_that_names_the_separator_is_followed_and_told(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_text("sep=;\r\nconcept;text\r\ncat;The cat sat, and slept.\r\n", "utf-8")
    told: list[str] = []
    (row,) = records(path, TWO, told.append)
    assert (row.where, row.cells["text"]) == ("line 3", "The cat sat, and slept.")
    assert told == ["excel.csv is separated by semicolons, not by commas, and was read so."]


@pytest.mark.parametrize("text", ["“CAFÉ”", "CLICHÉ…", "São Tomé", "naïve–", "Ângela", "20 °C"])
def test_accented_letters_are_no_lost_encoding(tmp_path: Path, text: str) -> None:
    path = tmp_path / "words.csv"
    path.write_text(f"concept,text\nword,{text}\n", "utf-8")
    (row,) = records(path, TWO, print)
    assert (row.fault, row.cells.get("text")) == ("", text)


@pytest.mark.parametrize(
    ("name", "delimiter", "told"),
    [
        ("a.csv", ";", "a.csv is separated by semicolons, not by commas"),
        ("a.csv", "\t", "a.csv is separated by tabs, not by commas"),
        ("a.tsv", ",", "a.tsv is separated by commas, not by tabs"),
        ("a.TSV", "\t", ""),
    ],
)
def test_the_delimiter_is_the_one_that_gives_the_columns_and_told_when_unusual(
    tmp_path: Path, name: str, delimiter: str, told: str
) -> None:
    notes: list[str] = []
    content = f'Concept{delimiter}TEXT\ncat{delimiter}"The cat, old; slept\there."\n'
    (row,) = rows_of(tmp_path / name, content, notes)
    assert row.cells == {"concept": "cat", "text": "The cat, old; slept\there."}
    assert notes == ([f"{told}, and was read so."] if told else [])


def test_columns_without_use_are_told(tmp_path: Path) -> None:
    notes: list[str] = []
    rows_of(tmp_path / "a.csv", "id,concept,text,note\n1,cat,A cat.,x\n", notes)
    assert notes == ["Columns of a.csv that are not used: id, note."]
