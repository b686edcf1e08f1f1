"""Reports as TOML: what is written is read back, and what does not fit is refused."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import InputError
from explorer.reports.reading import parse_report
from explorer.reports.report import THEMES, Claim, Report, Shown, Source, Words
from explorer.reports.writing import to_toml

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.text('a"\\\n\r\t\x7f', max_size=12)
LINES = TEXTS.filter(lambda text: text.strip() and len(text.splitlines()) <= 1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SOURCES = st.builds(Source, *5 * [TEXTS], st.dictionaries(TEXTS, TEXTS, max_size=3))
BLOCKS = st.builds(Words, TEXTS) | st.builds(
    Shown, SOURCES, TEXTS, st.sampled_from(["", "0123456789abcdef"])
)
CELLS = TEXTS | st.integers(-5, 5) | NUMBERS | st.booleans()
CLAIMS = st.builds(
    Claim,
    text=TEXTS,
    source=SOURCES,
    where=st.dictionaries(TEXTS, CELLS, max_size=2),
    column=TEXTS,
    value=NUMBERS,
    digits=st.none() | st.integers(0, 12),
)
REPORTS = st.builds(
    Report,
    title=LINES,
    blocks=st.lists(BLOCKS, max_size=3).map(tuple),
    authors=st.lists(TEXTS, max_size=2).map(tuple),
    date=st.sampled_from(["", "2026-11-28"]),
    theme=st.sampled_from(THEMES),
    claims=st.lists(CLAIMS, max_size=2).map(tuple),
)


@given(REPORTS)
def test_what_is_written_is_read_back(report: Report) -> None:
    assert parse_report("a draft", to_toml(report)) == report


def test_the_example_is_a_report_with_words_exhibits_and_a_claim() -> None:
    text = resources.files("explorer.reports").joinpath("example.toml").read_text("utf-8")
    example = parse_report("example", text)
    assert {type(block) for block in example.blocks} == {Words, Shown}
    assert example.claims


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "title: got nothing"),
        ('title = "t"\nauthor = ["a"]', "unknown key “author”.*Did you mean “authors”"),
        ('title = "t"\ntheme = "sepia"', "expected one of auto, light, dark"),
        ('title = "t"\ndate = "soon"', "expected a day such as"),
        (f'title = "{"x" * 5000}"', "got 5,000 characters, expected at most 200"),
        ('title = "a\\nb"', "expected a line of text"),
        ('title = "t"\nschema_version = 2', "of version 2.*Update this program"),
        ('title = "t"\nkind = "study"', "says that it is “study”"),
        ('title = "t"\n[[blocks]]\nexhibt = "pairs"', "neither text nor exhibit.*“exhibit”"),
        ('title = "t"\n[[blocks]]\nexhibit = "pairs"\ncapton = ""', "Did you mean “caption”"),
        ('title = "t"\n[[blocks]]\nexhibit = "pairs"\noptions = { ranks = 1 }', "table of texts"),
        ('title = "t"\n[[blocks]]\nexhibit = "pairs"\ndigest = "yes"', "16 hex digits"),
        ('title = "t"\nblocks = "pairs"', r"expected \[\[blocks\]\] tables"),
        ('title = "t"\n[[claims]]\nexhibit = "pairs"', "claims, where: got nothing"),
        (
            'title = "t"\n[[claims]]\nexhibit = "a"\nwhere = {}\ncolumn = "b"\nvalue = nan',
            "expected a number",
        ),
        (
            'title = "t"\n[[claims]]\nexhibit = "a"\nwhere = {}\ncolumn = "b"\nvalue = 1\nlow = 0',
            "expected the two columns together",
        ),
        ('title = "t"\n' + "[[blocks]]\ntext = ''\n" * 201, "got 201, expected at most 200"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=f"(?s){sentence}"):
        parse_report("a draft", text)


def test_a_draft_that_was_cut_off_is_refused() -> None:
    whole = to_toml(Report("t", (Words("a\nb"), Shown(Source("pairs"), "c"))))
    with pytest.raises(InputError, match="not TOML"):
        parse_report("a draft", whole[: whole.index('"""') + 6])
