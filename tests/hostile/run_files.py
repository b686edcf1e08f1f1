"""Run files as nobody should send them: how each is made of a good file, and what must
be said of it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.hostile.case import Hostile
from tests.hostile.files import socket_at
from tests.hostile.making import instead, meta, sql, sqlite
from tests.hostile.run_content import AGREEMENT, CONTENT


def _renamed(path: Path) -> None:
    path.rename(f"{path.with_suffix('')}\udce9.duckdb")


CATALOG = [
    Hostile(
        "a view that reads a file of the server",
        sql(
            "CREATE TABLE held AS SELECT * FROM concepts",
            "DROP TABLE concepts",
            "CREATE VIEW concepts AS SELECT concept, word, "
            "(SELECT content FROM read_text('{secret}')) AS domain FROM held",
        ),
        "holds a view, “concepts”, where a run holds tables only",
    ),
    Hostile(
        "a view that never ends",
        sql(
            "DROP TABLE experts",
            "CREATE VIEW experts AS SELECT 0::SMALLINT AS concept, 0::TINYINT AS fold, "
            "range::INTEGER AS unit, 1::FLOAT AS ap FROM range(1000000000000)",
        ),
        "holds a view, “experts”",
    ),
    Hostile("a macro", sql("CREATE MACRO list_min(x) AS 0"), "holds a macro, “list_min”"),
    Hostile(
        "a macro of a table",
        sql("CREATE MACRO leak() AS TABLE SELECT * FROM read_text('{secret}')"),
        "holds a macro, “leak”",
    ),
    Hostile("a schema", sql("CREATE SCHEMA other"), "holds a schema, “other”"),
    Hostile("a sequence", sql("CREATE SEQUENCE s"), "holds a sequence, “s”"),
    Hostile("a type", sql("CREATE TYPE t AS ENUM ('a')"), "holds a type, “t”"),
    Hostile("an index", sql("CREATE INDEX i ON modules(module)"), "holds an index, “i”"),
    Hostile(
        "a table of another name",
        sql("CREATE TABLE notes (text VARCHAR)"),
        "has the table “notes”, which a run has not",
    ),
    Hostile("a table less", sql("DROP TABLE set_sizes"), "has no table “set_sizes”"),
    Hostile(
        "a column more",
        sql("ALTER TABLE concepts ADD COLUMN note VARCHAR"),
        "other columns in “concepts”",
    ),
    Hostile(
        "a column of another type",
        sql("ALTER TABLE set_sizes ALTER COLUMN size TYPE BIGINT"),
        "other columns in “set_sizes”",
    ),
    Hostile(
        "a default",
        sql("ALTER TABLE concepts ALTER COLUMN domain SET DEFAULT random()::VARCHAR"),
        "other columns in “concepts”",
    ),
    Hostile(
        "a generated column",
        sql(
            "CREATE TABLE held AS SELECT * FROM taus",
            "DROP TABLE taus",
            "CREATE TABLE taus (tau_index TINYINT NOT NULL, "
            "tau DOUBLE GENERATED ALWAYS AS (tau_index / 20 + 0.5))",
            "INSERT INTO taus SELECT tau_index FROM held",
            "DROP TABLE held",
        ),
        "other columns in “taus”",
    ),
    Hostile(
        "a constraint",
        sql(
            "CREATE OR REPLACE TABLE progress "
            "(concept SMALLINT NOT NULL CHECK (concept < 99), seconds DOUBLE NOT NULL)"
        ),
        "other columns in “progress”",
    ),
    Hostile(
        "columns in another order",
        sql(
            "CREATE OR REPLACE TABLE taus AS SELECT tau, tau_index FROM taus",
        ),
        "other columns in “taus”",
    ),
]
"""Files that hold more than tables, or other tables."""

SIZES = [
    Hostile(
        "a small file of very many experts",
        sql("INSERT INTO experts SELECT 0, 0, 0, 1 FROM range(2000000)"),
        "experts has 2,0.* rows, expected at most",
    ),
    Hostile(
        "very many modules",
        sql("INSERT INTO modules SELECT 0, 'm', 0, 'k', 1, 0 FROM range(100000)"),
        "modules has 100,006 rows, at most 32,768",
    ),
    Hostile(
        "a description of very many entries",
        sql("INSERT INTO meta SELECT 'k' || range, '1' FROM range(2000)"),
        "meta has 2,0.* rows, at most 1,000",
    ),
    Hostile(
        "a description of very many bytes",
        sql("UPDATE meta SET value = '\"' || repeat('x', 20000000) || '\"' WHERE key = 'program'"),
        "describes itself in 20,0.* bytes",
    ),
    Hostile("a deep description", meta("human", "[" * 100_000), "not a run"),
    Hostile("a rather deep description", meta("human", "[" * 200 + "]" * 200), "not a run"),
    Hostile(
        "a sentence of very many bytes",
        sql("UPDATE sentences SET text = repeat('x', 3000000) WHERE sentence = 0"),
        "1 rows of sentences lie outside",
    ),
    Hostile(
        "a vector of very many entries",
        sql("UPDATE embeddings SET vector = list_resize([1.0], 100000, 1.0)"),
        "rows of embeddings lie outside",
    ),
]
"""Small files that fill time or memory."""

FILES = [
    Hostile("a pipe", instead(os.mkfifo), "is a pipe, expected a run file"),
    Hostile("a folder", instead(Path.mkdir), "is a folder, expected a run file"),
    Hostile("a socket", instead(socket_at), "is a socket, expected a run file"),
    Hostile("a device", instead(lambda p: p.symlink_to("/dev/zero")), "is a device"),
    Hostile("a link to nothing", instead(lambda p: p.symlink_to("gone")), "leads to no file"),
    Hostile("a link to itself", instead(lambda p: p.symlink_to(p.name)), "leads back to itself"),
    Hostile("a name in another encoding", _renamed, "�.duckdb has a name that is not UTF-8"),
    Hostile(
        "a log beside it",
        lambda p: Path(f"{p}.wal").write_bytes(b"x"),
        "has a write-ahead log beside it",
    ),
    Hostile("another kind of database", instead(lambda p: sqlite(p)), "is not a run file"),
    Hostile("a zip", lambda p: shutil.copy(__file__, p), "is not a run file"),
]
"""What is no regular file of ours."""

RUN_FILES = [*CATALOG, *SIZES, *CONTENT, *AGREEMENT, *FILES]
