"""Evidence files as nobody should send them: how each is made of a good one, and what
must be said of it.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.hostile.case import Hostile
from tests.hostile.files import socket_at
from tests.hostile.making import instead, meta, sql, sqlite

EVIDENCE_FILES = [
    Hostile("a pipe", instead(os.mkfifo), "is a pipe"),
    Hostile("a folder", instead(Path.mkdir), "is a folder"),
    Hostile("a socket", instead(socket_at), "is a socket"),
    Hostile("a device", instead(lambda p: p.symlink_to("/dev/zero")), "is a device"),
    Hostile("a link to nothing", instead(lambda p: p.symlink_to("gone")), "leads to no file"),
    Hostile("a link to itself", instead(lambda p: p.symlink_to(p.name)), "leads back to itself"),
    Hostile("a log beside it", lambda p: Path(f"{p}.wal").write_bytes(b"x"), "write-ahead log"),
    Hostile("another database", instead(sqlite), "cannot be read"),
    Hostile("nothing", lambda p: os.truncate(p, 0), "cannot be read|no evidence|not evidence"),
    Hostile("cut off", lambda p: os.truncate(p, 70_000), "cannot be read|truncated"),
    Hostile("a view", sql("CREATE VIEW v AS SELECT 1"), "holds a view, “v”"),
    Hostile("a macro", sql("CREATE MACRO list_min(x) AS 0"), "holds a macro, “list_min”"),
    Hostile("a schema", sql("CREATE SCHEMA other"), "holds a schema"),
    Hostile("an index", sql("CREATE INDEX i ON units(unit)"), "holds an index"),
    Hostile("a table more", sql("CREATE TABLE notes (t VARCHAR)"), "has the table “notes”"),
    Hostile("a table less", sql("DROP TABLE tokens"), "has no table “tokens”"),
    Hostile("a column more", sql("ALTER TABLE units ADD COLUMN n INTEGER"), "other columns"),
    Hostile(
        "a view that reads a file of the server",
        sql(
            "DROP TABLE meta",
            "CREATE VIEW meta AS SELECT 'kind' AS key, content AS value FROM read_text('{secret}')",
        ),
        "not evidence|a view|no evidence",
    ),
    Hostile("a run's description", meta("kind", "run"), "no evidence file"),
    Hostile("another version", meta("schema_version", 99), "no evidence file of version"),
    Hostile("a deep description", meta("made", "[" * 100_000), "no evidence file"),
    Hostile("half a character", meta("run", '"\\ud800"'), "no evidence file"),
    Hostile("no description", sql("DELETE FROM meta"), "no evidence file"),
    Hostile("concepts of text", meta("concepts", '["a"]'), "no evidence file"),
    Hostile("endless concepts", meta("concepts", "[1e999]"), "no evidence file"),
    Hostile("a time of another kind", meta("made", 5), "no evidence file"),
    Hostile("an error of text", meta("greatest_error", '"much"'), "no evidence file"),
    Hostile("very much of itself", sql("INSERT INTO meta SELECT 'k', '1' FROM range(500)"), "much"),
]
"""Files that are refused when they are first seen."""

CONTRADICTORY = [
    Hostile("no units", sql("DELETE FROM units"), "does not hold this concept once"),
    Hostile("no AP of its experts", sql("DELETE FROM concepts"), "this concept once"),
    Hostile("an AP above 1", sql("UPDATE units SET ap = 7"), "not between 0 and 1"),
    Hostile("a p of nothing", sql("UPDATE concepts SET p = 'nan'"), "not between 0 and 1"),
    Hostile("no responses", sql("DELETE FROM pooled"), "does not hold this concept once"),
    Hostile("responses twice", sql("INSERT INTO pooled FROM pooled"), "this concept once"),
    Hostile("no tokens", sql("DELETE FROM tokens"), "tokens of no sentence"),
    Hostile(
        "a unit less",
        sql("DELETE FROM units WHERE unit = (SELECT min(unit) FROM units)"),
        "are not",
    ),
    Hostile("bytes for responses", sql("UPDATE pooled SET responses = 'abc'::BLOB"), "damaged"),
    Hostile("bytes for tokens", sql("UPDATE tokens SET responses = 'abc'::BLOB"), "damaged"),
    Hostile(
        "sentences backwards",
        sql("UPDATE pooled SET sentences = list_reverse(sentences)"),
        "one finite number a unit and sentence",
    ),
    Hostile(
        "very many sentences",
        sql("UPDATE pooled SET sentences = range(3000000)"),
        "are not|much|memory",
    ),
    Hostile("no sentences", sql("UPDATE pooled SET sentences = []"), "are not"),
    Hostile("no number among sentences", sql("UPDATE pooled SET sentences = [NULL]"), "consistent"),
    Hostile("units of nowhere", sql("UPDATE units SET unit = unit + 100000"), "does not hold what"),
    Hostile("units below 0", sql("UPDATE units SET unit = unit - 100000"), "does not hold what"),
    Hostile(
        "other sentences",
        sql("UPDATE pooled SET sentences = list_transform(sentences, lambda x: x + 100000)"),
        "do not lie in its sentences",
    ),
    Hostile("ends without starts", sql("UPDATE tokens SET ends = []"), "consistent"),
    Hostile(
        "starts without ends",
        sql("UPDATE tokens SET starts = list_append(starts, 3)"),
        "consistent",
    ),
    Hostile(
        "no number among ends",
        sql("UPDATE tokens SET ends = list_transform(ends, lambda x: NULL)"),
        "consistent",
    ),
    Hostile(
        "places outside the text",
        sql("UPDATE tokens SET ends = list_transform(ends, lambda x: x + 1000000)"),
        "consistent|does not hold what",
    ),
    Hostile(
        "places below 0",
        sql("UPDATE tokens SET starts = list_transform(starts, lambda x: x - 99)"),
        "consistent|does not hold what",
    ),
    Hostile(
        "a token that ends before it starts",
        sql("UPDATE tokens SET starts = ends, ends = starts"),
        "consistent|does not hold what",
    ),
    Hostile(
        "sentences of tokens that are none",
        sql("UPDATE tokens SET sentence = sentence + 1000000"),
        "consistent|does not hold what",
    ),
]
"""Files whose rows contradict each other or their run: refused when they are read."""
