"""Sentences out of text files: markup goes, prose stays, and what cannot be read is
told.
"""

from __future__ import annotations

import gzip
import html
import itertools
import json
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.core.errors import InputError
from explorer.probes.corpora import corpus, wikitext

PROSE = "The cat sat on the mat. It was a warm and quiet evening!"


def dump(*pages: tuple[str, str]) -> str:
    """An XML dump of (title, wikitext) pages."""
    texts = (
        f"  <page>\n    <title>{title}</title>\n    <revision>\n      <comment>a [[comment]] is "
        "no text.</comment>\n"
        f'      <text xml:space="preserve">{html.escape(text)}</text>\n    </revision>\n  </page>\n'
        for title, text in pages
    )
    return "<mediawiki>\n  <siteinfo>\n  </siteinfo>\n" + "".join(texts)


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        (
            "'''Anarchism''' came from [[working class]] [[radical]]s.",
            "Anarchism came from working class radicals.",
        ),
        ("The [[Greek language|Greek]] word.", "The Greek word."),
        ("{{Infobox|a={{nested|b}}\n|c}}The text.", "The text."),
        (
            "A fact.<ref name=\"x\">[http://a.org Cited] in {{cite}}</ref> Another.<ref name='y' "
            "/>",
            "A fact. Another.",
        ),
        ("[[Image:Cat.jpg|thumb|A [[cat]] on a [[mat|rug]].]]The cat.", "The cat."),
        ("[http://a.org/x?y=1 the site] says, see http://b.org too", "the site says, see too"),
        ("Tom &amp; Jerry &#8211; R&amp;D, 5&nbsp;km, &alpha;.", "Tom & Jerry – R&D, 5 km, α."),
        ("Water (<math>H_2O</math>) is H<sub>2</sub>O.<!-- sure? -->", "Water is H2O."),
        ("[[Category:Cats]][[fr:Chat]][[:Category:Dogs]]Cats.", "Cats."),
        ("{| class=x\n|-\n| cell || cell\n{|\n| inner\n|}\n|}\nAfter it.", "After it."),
        ("The ''[[sans-culotte|''sans-culottes'']]'' won.", "The sans-culottes won."),
        ("One line.<br />Next line.", "One line.\nNext line."),
    ],
)
def test_markup_is_stripped_to_its_prose(markup: str, plain: str) -> None:
    lines = (" ".join(line.split()) for line in wikitext.strip(markup).split("\n"))
    assert "\n".join(line for line in lines if line) == plain


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        (PROSE, ["The cat sat on the mat.", "It was a warm and quiet evening!"]),
        ("Dr. Smith met J. R. R. Tolkien in St. Louis. He left.", 2),
        ("It weighs approx. 5 kg, i.e. too much, e.g. for Mr. Jones. Yes.", 2),
        ("In the U.S. Senate it passed. See No. 5 and Fig. 3. Then it failed.", 3),
        ('"Is it?" he asked. "It is." She left.', 3),
        ("He came (in 1990.) Then he went.", 2),
        ("Version 3.14 of e.g. Battle.net came out. It worked.", 2),
        ("He said no. She said yes.", 2),
        ("No end here", ["No end here"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(
    paragraph: str, expected: list[str] | int
) -> None:
    found = corpus.split(paragraph)
    assert " ".join(found) == paragraph
    assert found == expected if isinstance(expected, list) else len(found) == expected, found


@pytest.mark.parametrize(
    "text",
    [
        "Too short.",
        "it begins with a small letter here.",
        "It does not end as a sentence",
        "It breaks off after some words...",
        "The sum | of a table | is shown here.",
        "See https://example.org for the whole story.",
        "It is (unbalanced in its brackets here.",
        'It is "unbalanced in its marks here.',
        "In 1 2 3 4 5 6 7 8 9 10 11 12 it was.",
        "A " + "very " * 70 + "long sentence.",
        "The formula f = g holds for all values.",
    ],
)
def test_what_is_not_a_clean_sentence_is_left_out(text: str) -> None:
    assert not corpus.is_clean(text)


def test_a_dump_gives_the_prose_of_its_articles_only(tmp_path: Path) -> None:
    path = tmp_path / "wiki.xml"
    article = (
        "== Cats ==\n{{box}}\n* A [[list]] holds a whole sentence too.\n|not this cell of a "
        "table here.\n"
    )
    path.write_text(
        dump(
            ("Cat", article + "The '''cat''' is a [[mammal|small mammal]] of the house."),
            ("Talk:Cat", "I think that this page is wrong."),
            ("User:Tom", "I am a user of this place."),
            ("Cats", "#REDIRECT [[Cat]] {{R from plural}}"),
            ("2001: A Space Odyssey", "The film is about a voyage to Jupiter."),
        )
    )
    expected = [
        "A list holds a whole sentence too.",
        "The cat is a small mammal of the house.",
        "The film is about a voyage to Jupiter.",
    ]
    assert list(corpus.sentences(path)) == expected
    with gzip.open(tmp_path / "wiki.gz", "wt") as stream:
        stream.write(path.read_text())
    assert list(corpus.sentences(tmp_path / "wiki.gz")) == expected


def test_every_kind_of_file_gives_the_same_sentences(tmp_path: Path) -> None:
    expected = ["The cat sat on the mat.", "It was a warm and quiet evening!"]
    (tmp_path / "a.txt").write_text(f"\ufeffChapter One\n\n{PROSE}\n", "utf-8")
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"text": PROSE, "id": 1}) + "\n\n" + json.dumps({"text": ""}) + "\n"
    )
    pq.write_table(pa.table({"id": [1, 2], "Text": [PROSE, None]}), tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text(f'id,text\n1,"{PROSE}"\n')
    (tmp_path / "a.json").write_text(json.dumps([{"text": PROSE}]))
    for path in tmp_path.iterdir():
        assert list(corpus.sentences(path)) == expected, path.suffix


def test_hard_wrapped_lines_are_joined_and_headings_are_not(tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_text(
        "A HEADING\nThe cat that we had seen on the day before was\nsitting on the mat again. "
        "Nobody in the house had\n"
        "let it in.\n\nThe dog was glad about it.\n"
    )
    assert list(corpus.sentences(path)) == [
        "The cat that we had seen on the day before was sitting on the mat again.",
        "Nobody in the house had let it in.",
        "The dog was glad about it.",
    ]


def test_markup_is_looked_for_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("".join(f"The [[cat|old cat]] of house {i} sat there.\n\n" for i in range(9)))
    assert next(corpus.sentences(path)) == "The old cat of house 0 sat there."
    assert list(corpus.sentences(path, markup=False)) == []


def test_a_corpus_is_read_lazily_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    with path.open("w") as stream:
        stream.write("word " * 1_000_000 + "\n")
        stream.writelines(f"The cat of house {i} sat there.\n" for i in range(20_000))
    assert path.stat().st_size > 5_500_000
    tracemalloc.start()
    assert sum(1 for _ in corpus.sentences(path)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000
    assert len(list(itertools.islice(corpus.sentences(path), 3))) == 3


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.jsonl",
            b'{"text": "x"}\n{"text": ',
            "a.jsonl, line 2: is no JSON",
        ),
        ("a.jsonl", b'{"body": "x"}', "a.jsonl, line 1: no text"),
        ("a.jsonl", b'["text"]', "line 1: is a list, expected a JSON object"),
        ("a.jsonl", b'{"text": 5}', "a.jsonl, line 1: text is 5, expected a text"),
        ("a.parquet", b"PAR1 and nothing", "a.parquet cannot be read"),
        ("a.txt", "A\nnaïve".encode("latin-1"), "line 2 holds the byte 0xEF, which is no UTF-8"),
        ("a.txt", "A cat.".encode("utf-16"), "a.txt cannot be read: it is UTF-16 text"),
        ("a.txt", "A cat.".encode("utf-16-le"), "line 1 holds a NUL character"),
        ("a.csv", b'id,text\n1,"A cat\n2,A dog.\n', "line 2: a quotation mark opens"),
        ("a.json", b'{"text": "A cat."}', "is no array of rows"),
        ("a.txt.gz", b"not packed", "a.txt.gz cannot be read"),
        ("a.txt.gz", gzip.compress(PROSE.encode(), mtime=0)[:-9], "a.txt.gz cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        list(corpus.sentences(path))
    assert message in str(caught.value)
    assert caught.value.hint


def test_a_file_or_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        list(corpus.sentences(tmp_path / "nothing.txt"))
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="got the columns body"):
        list(corpus.sentences(tmp_path / "a.parquet"))
