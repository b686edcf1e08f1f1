"""Reports as nobody should write them: drafts in TOML, and pages."""

from __future__ import annotations

import json

from tests.hostile.case import Hostile
from tests.hostile.files import content
from tests.hostile.studies import toml

_HEAD = 'title = "t"\n'
_SHOWN = f'{_HEAD}[[blocks]]\nexhibit = "headline"\n'


def _record(**entries: object) -> object:
    good = {"kind": "report record", "schema_version": 1, "report": _HEAD, "sections": {}}
    table = json.dumps({**good, "drawings": {}, "numbers": {}, "files": {}, **entries})
    page = f'<body><script type="application/json" id="record">{table}</script>'
    return content(page.encode())


REPORTS = [
    Hostile("no title", toml("authors = []"), "title: got nothing"),
    Hostile("a title of 5,000 letters", toml(f'title = "{"x" * 5000}"'), "5,000 characters"),
    Hostile("a title of two lines", toml('title = "a\\nb"'), "a line of text"),
    Hostile("a title of spaces", toml('title = "  "'), "a line of text"),
    Hostile("another version", toml(f"{_HEAD}schema_version = 7"), "of version 7"),
    Hostile("a version of true", toml(f"{_HEAD}schema_version = []"), "of version"),
    Hostile("another kind", toml(f'{_HEAD}kind = "job"'), "says that it is “job”"),
    Hostile("an unknown key", toml(f'{_HEAD}them = "x"'), "Did you mean “theme”"),
    Hostile("another theme", toml(f'{_HEAD}theme = "pink"'), "theme: got “pink”"),
    Hostile("authors as a text", toml(f'{_HEAD}authors = "a"'), "list of texts"),
    Hostile("a day that is none", toml(f'{_HEAD}date = "2026-02-31"'), "expected a day"),
    Hostile("blocks as a text", toml(f'{_HEAD}blocks = "a"'), r"\[\[blocks\]\] tables"),
    Hostile("a block of nothing", toml(f"{_HEAD}[[blocks]]\n"), "neither text nor exhibit"),
    Hostile("a number for a text", toml(f"{_HEAD}[[blocks]]\ntext = 5"), "expected a text"),
    Hostile("options of numbers", toml(f"{_SHOWN}options = {{ a = 1 }}"), "table of texts"),
    Hostile("a long caption", toml(f'{_SHOWN}caption = "{"x" * 9000}"'), "9,000 characters"),
    Hostile("a digest that is none", toml(f'{_SHOWN}digest = "<b>"'), "16 hex digits"),
    Hostile("very many blocks", toml(_HEAD + "[[blocks]]\ntext = ''\n" * 900), "got 900"),
    Hostile("a claim of nothing", toml(f"{_HEAD}[[claims]]\n"), "claims, exhibit"),
    Hostile("cut off", toml(f'{_HEAD}[[blocks]]\ntext = """a'), "not TOML"),
]
"""For readers of drafts."""

PAGES = [
    Hostile("no record", content(b"<p>hello"), "0 records"),
    Hostile("a record that is no JSON", content(
        b'<script type="application/json" id="record">{</script>'), "not JSON"),
    Hostile("a list for a record", content(
        b'<script type="application/json" id="record">[]</script>'), "no table"),
    Hostile("two records", content(
        2 * b'<script type="application/json" id="record">{}</script>'), "2 records"),
    Hostile("deep JSON", content(b'<script type="application/json" id="record">'
        + b'{"a":' * 60_000 + b"</script>"), "not JSON|deeper"),
    Hostile("another kind of record", _record(kind="job"), "is “job”"),
    Hostile("another version of it", _record(schema_version=[9]), "version"),
    Hostile("no report in it", _record(report=5), "lacks report"),
    Hostile("a draft in it that is none", _record(report="a ="), "not TOML"),
    Hostile("numbers that are none", _record(numbers={"block-1": {"rows": 5}}), "as a report"),
    Hostile("numbers as a list", _record(numbers=[1]), "lacks numbers"),
    Hostile("files of numbers", _record(files={"a": 1}), "lacks files"),
]  # fmt: skip
"""For readers of written reports."""
