"""Tables of sentences, ratings, words and texts as nobody should send them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.case import Hostile

HEAD = "concept,text\n"
GOOD = "cat,The cat sat here.\n"
MANY = "x" * 30_000


def ending(suffix: str, content: str | bytes) -> Callable[[Path], Path]:
    """A file with another ending."""

    def make(path: Path) -> Path:
        path = path.with_suffix(suffix)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def parquet(damage: int = 0, **columns: Any) -> Callable[[Path], Path]:
    """A Parquet file, with zeros at a place where `damage` says so."""

    def make(path: Path) -> Path:
        path = path.with_suffix(".parquet")
        pq.write_table(pa.table(columns), path)
        if damage:
            data = bytearray(path.read_bytes())
            data[damage : damage + 36] = bytes(36)
            path.write_bytes(data)
        return path

    return make


def _xlsx(path: Path) -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return ending(".xlsx", data.getvalue())(path)


def _folder(**files: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path = path.with_suffix("")
        path.mkdir()
        for name, content in files.items():
            (path / f"{name}.json").write_text(content, "utf-8")
        return path

    return make


def rows(*lines: str, suffix: str = ".csv") -> Callable[[Path], Path]:
    """A table of lines."""
    return ending(suffix, "\n".join(lines))


def _json(value: object, suffix: str = ".json") -> Callable[[Path], Path]:
    return ending(suffix, json.dumps(value))


def _selfcond(concept: object, positive: object) -> str:
    return json.dumps({"concept": concept, "sentences": {"positive": positive, "negative": []}})


SENTENCES = [
    Hostile("no line", rows(""), "no column|empty|no sentence"),
    Hostile("a header alone", rows(HEAD), "no sentence"),
    Hostile("other columns", rows("a,b", "1,2"), "no column concept, text"),
    Hostile("a column twice", rows("concept,text,text", "cat,a cat,b"), "mean the same"),
    Hostile("a column without name", rows("concept,text,", "cat,a cat,b"), "name"),
    Hostile("a comma without marks", rows(HEAD, "cat,The cat, which slept."), "3 fields"),
    Hostile("a row too short", rows(HEAD, "cat"), "1 fields, expected 2"),
    Hostile("a mark left open", rows(HEAD, 'cat,"The cat slept.', GOOD, GOOD), "not closed"),
    Hostile("text after a mark", rows(HEAD, 'cat,"The cat" slept.'), "follows a closing"),
    Hostile("no concept", rows(HEAD, ",A cat sat."), "no concept"),
    Hostile("no text", rows(HEAD, "cat,"), "no text"),
    Hostile("spaces for text", rows(HEAD, "cat,   "), "no text"),
    Hostile("a sentence twice", rows(HEAD, GOOD, GOOD), "the same sentence"),
    Hostile("another word", rows(HEAD, "cat,A dog ran."), "does not contain “cat”"),
    Hostile("a concept of signs", rows(HEAD, "!!!,A !!! ran."), "holds no word"),
    Hostile("a concept of 30,000 letters", rows(HEAD, f"{MANY},a"), "characters|no concept"),
    Hostile("a text of 30,000 letters", rows(HEAD, f"cat,cat {MANY}"), "characters"),
    Hostile("NUL in a text", rows(HEAD, "cat,A cat\0 sat."), "NUL"),
    Hostile("an escape in a text", rows(HEAD, "cat,A cat \x1b[31m sat."), "control|character"),
    Hostile(
        "UTF-8 opened as Windows-1252",
        rows(HEAD, "cafÃ©,We met in the cafÃ©."),
        "in another encoding \\(“café”\\)",
    ),
    Hostile(
        "quotation marks opened as Windows-1252",
        rows(HEAD, "cat,The catâ€™s tail."),
        "in another encoding \\(“The cat’s tail",
    ),
    Hostile("a lost character", rows(HEAD, "cat,The cat\ufffds tail."), "U\\+FFFD"),
    Hostile(
        "a separator named, and not used", rows("sep=;", HEAD, GOOD), "no column concept, text"
    ),
    Hostile("a name of markup", rows(HEAD, "<script>alert(1)</script>,x"), "contain|concept"),
    Hostile("a spreadsheet", _xlsx, "got a .xlsx file"),
    Hostile("a spreadsheet called CSV", lambda p: _xlsx(p).rename(p), "NUL|UTF-8|column"),
    Hostile("a nameless kind", ending("", GOOD), "nameless"),
    Hostile("bars for commas, badly", rows("concept|text", "cat|a|b"), "fields"),
    Hostile("a TSV of commas twice", rows("concept,text", "cat,a,b", suffix=".tsv"), "fields"),
    Hostile("JSON lines cut off", rows('{"concept": "cat", "te', suffix=".jsonl"), "line 1"),
    Hostile("a JSON line of a list", rows('["cat", "a cat"]', suffix=".jsonl"), "line 1"),
    Hostile("a JSON line of numbers", rows('{"concept": 1, "text": 2}', suffix=".jsonl"), "line 1"),
    Hostile("a deep JSON line", ending(".jsonl", "[" * 5_000), "line 1|JSON|column"),
    Hostile(
        "half a character",
        rows('{"concept":"cat","text":"cat \\ud800"}', suffix=".jsonl"),
        "line 1",
    ),
    Hostile(
        "a long number", ending(".jsonl", '{"concept":"cat","text":' + "9" * 6000 + "}"), "line 1"
    ),
    Hostile(
        "no number in JSON", rows('{"concept": "cat", "text": NaN}', suffix=".jsonl"), "line 1"
    ),
    Hostile(
        "a key twice",
        rows('{"concept":"cat","text":"cat a","text":"cat b"}', suffix=".jsonl"),
        "line 1",
    ),
    Hostile("deep JSON", ending(".json", "[" * 100_000), "JSON"),
    Hostile("JSON that is a text", _json("cat"), "expected|concept|no array"),
    Hostile("JSON cut off", ending(".json", '[{"concept": "cat"'), "JSON"),
    Hostile("an empty array", _json([]), "no sentence"),
    Hostile("an array of numbers", _json([1, 2]), "row|object|expected"),
    Hostile("an array of nothing", _json([None]), "row|object|expected"),
    Hostile("selfcond without positives", ending(".json", '{"concept": "cat"}'), "sentences"),
    Hostile("selfcond of a text", ending(".json", _selfcond("cat", "A cat sat.")), "positive"),
    Hostile("selfcond of numbers", ending(".json", _selfcond("cat", [1])), "text|expected"),
    Hostile("selfcond of a number's name", ending(".json", _selfcond(5, ["A 5."])), "concept"),
    Hostile("selfcond of nothing", ending(".json", _selfcond("cat", [])), "no sentence|holds no"),
    Hostile("an empty folder", _folder(), "no file|holds no|no JSON"),
    Hostile(
        "a folder with a damaged member",
        _folder(cat=_selfcond("cat", ["A cat."]), bus="{"),
        "bus.json",
    ),
    Hostile("no Parquet", ending(".parquet", "concept,text\n"), "cannot be read"),
    Hostile("Parquet of numbers", parquet(concept=[1], text=[2]), "text|expected"),
    Hostile("Parquet of lists", parquet(concept=[["a"]], text=[["b"]]), "text|expected"),
    Hostile("Parquet of other columns", parquet(a=["cat"], b=["a cat"]), "no column concept"),
    Hostile("Parquet without a text", parquet(concept=["cat"], text=[None]), "text|expected"),
    Hostile(
        "Parquet with a hole",
        parquet(20, concept=["cat"] * 99, text=["a cat"] * 99),
        "cannot be read|unusable",
    ),
    Hostile(
        "Parquet of no rows",
        parquet(concept=pa.array([], pa.string()), text=pa.array([], pa.string())),
        "no sentence",
    ),
]
"""For `probes import`, by the ending of the file."""

PAIRS = "word1,word2,score"
TRIPLETS = "a,b,c,odd"
RATINGS = [
    Hostile("no line", rows(""), "column"),
    Hostile("a header alone", rows(PAIRS), "no pair"),
    Hostile("other columns", rows("a,b,c", "cat,dog,1"), "no column word1"),
    Hostile("a score of text", rows(PAIRS, "cat,dog,high"), "not a finite number"),
    Hostile("no number", rows(PAIRS, "cat,dog,nan"), "not a finite number"),
    Hostile("an endless score", rows(PAIRS, "cat,dog,inf"), "not a finite number"),
    Hostile("a score beyond all", rows(PAIRS, "cat,dog,1e999"), "not a finite number"),
    Hostile("a score in other digits", rows(PAIRS, "cat,dog,٣"), "not a finite number"),
    Hostile("a score with underscores", rows(PAIRS, "cat,dog,1_0"), "not a finite number"),
    Hostile("a decimal comma", rows("word1;word2;score", "cat;dog;3,5"), "decimal comma"),
    Hostile("a comma too many", rows(PAIRS, "cat,dog,3,5"), "4 fields"),
    Hostile("no word", rows(PAIRS, ",dog,1"), "a word is missing"),
    Hostile("signs for words", rows(PAIRS, "!!!,dog,1"), "holds no word"),
    Hostile("a word with itself alone", rows(PAIRS, "cat,cat,1"), "with themselves only"),
    Hostile("a spread without raters", rows(f"{PAIRS},sd,n", "cat,dog,1,2,"), "sd without n"),
    Hostile("raters without a spread", rows(f"{PAIRS},n", "cat,dog,1,9"), "n without sd"),
    Hostile("a spread below 0", rows(f"{PAIRS},sd,n", "cat,dog,1,-2,9"), "below 0"),
    Hostile("an endless spread", rows(f"{PAIRS},sd,n", "cat,dog,1,inf,9"), "not a finite number"),
    Hostile("one rater", rows(f"{PAIRS},sd,n", "cat,dog,1,2,1"), "2 or more"),
    Hostile("half a rater", rows(f"{PAIRS},sd,n", "cat,dog,1,2,2.5"), "2 or more"),
    Hostile("two spreads", rows(f"{PAIRS},sd,spread,n", "cat,dog,1,2,2,9"), "mean the same"),
    Hostile("a mark left open", rows(PAIRS, '"cat,dog,1', "car,bus,2"), "not closed"),
    Hostile("a word of 30,000 letters", rows(PAIRS, f"{MANY},dog,1"), "characters"),
    Hostile("NUL", rows(PAIRS, "cat\0,dog,1"), "NUL"),
    Hostile("another ending", ending(".txt", f"{PAIRS}\ncat,dog,1\n"), "no human ratings"),
    Hostile("a spreadsheet", _xlsx, "no human ratings"),
    Hostile("the name of a published set", lambda p: _named(p.with_name("MEN.csv")), "published"),
    Hostile("no triplet", rows(TRIPLETS), "no triplet"),
    Hostile("an odd one outside", rows(TRIPLETS, "cat,dog,car,bus"), "none of the three words"),
    Hostile("a triplet of two words", rows(TRIPLETS, "cat,cat,car,car"), "is there twice"),
    Hostile("no odd one", rows(TRIPLETS, "cat,dog,car,"), "a word is missing"),
    Hostile("answers below 0", rows(f"{TRIPLETS},count", "cat,dog,car,car,-1"), "whole number"),
    Hostile("endless answers", rows(f"{TRIPLETS},count", f"cat,dog,car,car,{10**30}"), "whole"),
    Hostile("half of MTurk-771", lambda p: _named(p.with_name("mturk-771.csv")), "unusable"),
]
"""For `--human`."""


VALUES = [
    Hostile("no line", rows(""), "column"),
    Hostile("a header alone", rows("word,value"), "no value for all words"),
    Hostile("other columns", rows("a,b", "cat,1"), "no column word"),
    Hostile("a value of text", rows("word,value", "cat,high", "dog,1"), "not a finite number"),
    Hostile("no number", rows("word,value", "cat,nan", "dog,1"), "not a finite number"),
    Hostile("a value beyond all", rows("word,value", "cat,1e999", "dog,1"), "not a finite number"),
    Hostile("a decimal comma", rows("word;value", "cat;3,5", "dog;1"), "decimal comma"),
    Hostile("a comma too many", rows("word,value", "cat,3,5", "dog,1"), "3 fields"),
    Hostile("no word", rows("word,value", ",1", "dog,2"), "word is missing"),
    Hostile("signs for words", rows("word,value", "!!!,1", "dog,2"), "holds no word"),
    Hostile("two values of a word", rows("word,value", "cat,1", "Cat,2"), "has two values, 1 and"),
    Hostile("one value for all", rows("word,value", "cat,1", "dog,1"), "one value for all words"),
    Hostile("a word of 30,000 letters", rows("word,value", f"{MANY},1"), "characters"),
    Hostile("NUL", rows("word,value", "cat\0,1"), "NUL"),
    Hostile("another ending", ending(".txt", "word,value\ncat,1\n"), "kinds .csv, .tsv"),
    Hostile("a spreadsheet", _xlsx, "kinds .csv, .tsv"),
]
"""For `--covariate`."""


def _named(path: Path) -> Path:
    path.write_text(f"{PAIRS}\ncat,dog,1\n")
    return path


WORDS = [
    Hostile("no line", rows(""), "empty"),
    Hostile("commas", rows(",,,", " , "), "empty"),
    Hostile("one word", rows("cat"), "at least 2"),
    Hostile("an unknown word", rows("cat", "dgo"), "Did you mean “dog”"),
    Hostile("signs", rows("cat", "!!!"), "holds no word"),
    Hostile("a line of two million letters", rows("x" * 2_000_000), "more than 1,000,000"),
    Hostile("NUL", rows("cat\0dog"), "NUL"),
    Hostile("markup", rows("cat", "<b>dog</b>"), "not a concept|holds no"),
    Hostile("an escape", rows("cat", "\x1b[31mdog"), "not a concept|no word|character"),
    Hostile("30,000 letters", rows("cat", MANY), "characters|not a concept"),
]
"""For `--concepts-file`."""

CORPORA = [
    Hostile("no line", rows("", suffix=".txt"), "mentions 0"),
    Hostile(
        "none of the words", rows("Nothing of it is said here at all.", suffix=".txt"), "mentions 0"
    ),
    Hostile("one of the words", rows("The cat sat on the warm mat.", suffix=".txt"), "mentions 1"),
    Hostile("one endless line", ending(".txt", "cat dog " * 400_000), "mentions 0"),
    Hostile("markup without end", ending(".txt", "[[cat {{dog <ref " * 9_000), "mentions 0"),
    Hostile("opened templates", ending(".txt", "{{" * 90_000 + "\n[[Category:A]]"), "mentions 0"),
    Hostile("a table without texts", rows("a,b", "1,2"), "no column text"),
    Hostile("JSON lines cut off", rows('{"text": "The', suffix=".jsonl"), "line 1"),
    Hostile("JSON lines of numbers", rows('{"text": 5}', suffix=".jsonl"), "line 1|mentions 0"),
    Hostile("no Parquet", ending(".parquet", "text\n"), "cannot be read"),
    Hostile("Parquet of numbers", parquet(text=[1]), "text"),
    Hostile("a spreadsheet", _xlsx, "UTF-8|NUL|mentions 0|column"),
]
"""For `--corpus`."""
