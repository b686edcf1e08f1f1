"""Files of other kinds than CSV, and files that are none: rows, or a sentence."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.core.errors import InputError
from explorer.probes.reading.columns import Columns
from explorer.probes.reading.table import records
from explorer.probes.reading.word_list import read_words

TWO = Columns(("concept", "text"), ("source",), {"sentence": "text"})
SMALL = Columns(("concept", "text"), most_rows=3, most_bytes=60)


def rows_of(path: Path, columns: Columns = TWO) -> list[tuple[str, object]]:
    rows = records(path, columns, lambda _: None)
    return [(row.where, row.fault or row.cells) for row in rows]


def refusal(path: Path, columns: Columns = TWO) -> str:
    with pytest.raises(InputError) as caught:
        rows_of(path, columns)
    assert caught.value.hint
    return str(caught.value)


def test_a_line_separator_within_a_text_is_no_end_of_a_json_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    texts = [f"The cat\u2028sat\x85 {i}." for i in range(3)]
    lines = (json.dumps({"concept": "cat", "text": t}, ensure_ascii=False) for t in texts)
    path.write_text("\n".join(lines), "utf-8")
    expected = [(f"line {i + 1}", {"concept": "cat", "text": t}) for i, t in enumerate(texts)]
    assert rows_of(path) == expected


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("not json", "is no JSON (Expecting value)"),
        ('["cat"]', "is a list, expected a JSON object"),
        ("5", "is 5, expected a JSON object"),
        ("[" * 20_000, "is no JSON (it nests too deep)"),
        ('{"text": "A cat.", "text": "B"}', "is no JSON (“text” stands twice in an object)"),
        ('{"text": "A.", "Sentence": "B."}', "the columns “text” and “Sentence” mean the same"),
        ('{"concept": "cat", "text": 5}', "text is 5, expected a text"),
        ('{"concept": "cat", "text": {}}', "text is an object, expected a text"),
        ('{"text": "half \\ud800."}', "text holds the control character U+D800"),
        ('{"text": ' + "9" * 5_000 + "}", "is no JSON"),
    ],
)
def test_a_json_line_that_is_no_row_has_its_reason(tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / "a.jsonl").write_text(f"\n{line}\n")
    ((where, found),) = rows_of(tmp_path / "a.jsonl")
    assert where == "line 2"
    assert str(found).startswith(fault)


def test_an_array_of_objects_gives_the_rows_of_json_lines(tmp_path: Path) -> None:
    rows = [{"Concept": "cat", "sentence": "A cat."}, 7]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    assert rows_of(tmp_path / "a.json") == [
        ("row 1", {"concept": "cat", "text": "A cat."}),
        ("row 2", "is 7, expected a JSON object"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"concept": "a"}\n{"concept": "b"}\n', "Name a file with an object in each line .jsonl"),
        ("[" * 100_000, "a.json is no JSON: it nests too deep"),
        ('"a text"', "a.json is no array of rows"),
        ('[{"text": "cut o', "a.json is no JSON"),
    ],
)
def test_json_of_another_form_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.json").write_text(content)
    assert message in refusal(tmp_path / "a.json")


def parquet(path: Path, **columns: list[object]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_columns_of_parquet_are_named_in_any_case(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", Concept=["cat", None], Sentence=["A cat.", "A dog."])
    assert rows_of(path) == [
        ("row 1", {"concept": "cat", "text": "A cat."}),
        ("row 2", {"concept": None, "text": "A dog."}),
    ]


def test_parquet_of_other_columns_types_or_sizes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    assert "column concept is int64, expected text" in refusal(
        parquet(path, concept=[1], text=["A cat."])
    )
    assert "mean the same" in refusal(parquet(path, concept=["cat"], text=["A"], TEXT=["B"]))
    assert "has no column concept" in refusal(parquet(path, text=["A"]))
    assert "texts of more than 10,000 characters" in refusal(
        parquet(path, concept=["cat"] * 200, text=["x" * 100_000] * 200)
    )


def test_damaged_parquet_is_refused_wherever_the_damage_lies(tmp_path: Path) -> None:
    texts = [f"The cat sat on mat {i * i}." for i in range(500)]
    whole = parquet(tmp_path / "a.parquet", concept=["cat"] * 500, text=texts).read_bytes()
    damaged = tmp_path / "b.parquet"
    told = []
    for at in range(0, len(whole) - 36, len(whole) // 60):
        damaged.write_bytes(whole[:at] + bytes(36) + whole[at + 36 :])
        try:
            rows_of(damaged)
        except InputError as error:
            told.append(str(error))
    assert len(told) > 20
    assert all("b.parquet" in sentence for sentence in told)
    damaged.write_bytes(whole[: len(whole) // 2])
    assert "cannot be read" in refusal(damaged)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json", "a.parquet", "a.CSV"])
def test_only_a_regular_file_is_opened(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert "There is no file" in refusal(path)
    path.mkdir()
    assert f"{name} cannot be read: it is a folder" in refusal(path)
    path.rmdir()
    os.mkfifo(path)
    assert f"{name} cannot be read: it is a pipe" in refusal(path)
    path.unlink()
    path.symlink_to(path)
    assert f"{name} cannot be read: it is a link" in refusal(path)
    assert "There is no file" in refusal(tmp_path / f"\0{name}")


def test_a_file_without_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("concept,text\ncat,A cat.\n")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "a.csv cannot be read: Permission denied. Let this user read it." in refusal(path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "a file that this user may not read" in refusal(path)


@pytest.mark.parametrize(
    ("encode", "message"),
    [
        (lambda text: text.encode("utf-16"), "it is UTF-16 text"),
        (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), "it is UTF-16 text"),
        (lambda text: text.encode("utf-32"), "it is UTF-32 text"),
        (lambda text: text.encode("utf-16-le"), "line 1 holds a NUL character"),
        (lambda text: text.encode("latin-1"), "line 3 holds the byte 0xE9, which is no UTF-8"),
        (lambda text: text.replace("A é", "A\0").encode(), "line 3 holds a NUL character"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_another_encoding_than_utf8_is_named(
    tmp_path: Path, encode: Callable[[str], bytes], message: str, name: str
) -> None:
    content = encode("concept,text\ncat,A cat.\ncafé,A é.\n")
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    assert f"{name} cannot be read: {message}" in refusal(tmp_path / name)


def test_rows_and_bytes_are_bounded_also_when_they_are_packed(tmp_path: Path) -> None:
    path, packed = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    path.write_text("concept,text\n" + "a,b\n" * 4)
    assert "more than 3 rows" in refusal(path, SMALL)
    path.write_text("concept,text\n" + "a,b\n" * 40)
    assert "has 173 B, expected at most 60 B" in refusal(path, SMALL)
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert packed.stat().st_size < 60
    assert "more than 60 B" in refusal(packed, SMALL) or "more than 3 rows" in refusal(
        packed, SMALL
    )
    packed.write_bytes(gzip.compress(b"concept,text\n" + b" " * 10_000_000))
    assert "line 2 has more than" in refusal(packed, TWO)


def test_a_list_of_words_is_read_strictly_too(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeffcat, dog\r\nice cream\r\rbus,\n".encode())
    assert read_words(str(path)) == ["cat", "dog", "ice cream", "bus"]
    path.write_bytes("café".encode("latin-1"))
    with pytest.raises(InputError, match="line 1 holds the byte 0xE9"):
        read_words(str(path))
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(InputError, match=r"words\.txt cannot be read: it is a pipe"):
        read_words(str(path))
    with pytest.raises(InputError, match="cannot be found"):
        read_words("~nobody-of-this-name/words.txt")
