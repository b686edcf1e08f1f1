"""Whether a run file holds our tables and nothing else, so that nothing in it can
run.
"""

from __future__ import annotations

import functools
from importlib import resources

import duckdb

from explorer.core.errors import RunFileError

SCHEMA = resources.files("explorer.store").joinpath("schema", "run.sql").read_text("utf-8")
_COMPRESSION = " USING COMPRESSION ZSTD"
"""How a column is packed says nothing about what it holds; older files pack it
otherwise."""
_FOREIGN = {
    "a view": "SELECT view_name FROM duckdb_views() WHERE NOT internal AND database_name = ?",
    "a macro": "SELECT function_name FROM duckdb_functions() WHERE NOT internal "
    "AND database_name = ?",
    "a schema": "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal "
    "AND schema_name <> 'main' AND database_name = ?",
    "a sequence": "SELECT sequence_name FROM duckdb_sequences() WHERE database_name = ?",
    "a type": "SELECT type_name FROM duckdb_types() WHERE NOT internal AND database_name = ?",
    "an index": "SELECT index_name FROM duckdb_indexes() WHERE database_name = ?",
    "a trigger": "SELECT trigger_name FROM duckdb_triggers() WHERE database_name = ?",
}
"""What DuckDB can keep in a file beside tables, and a query for those that an attached
file has. None of these queries looks into a view."""
HINT = "This program did not write it so: ask for the file that it wrote, or remove this one."


def check_catalog(
    con: duckdb.DuckDBPyConnection, file: str, name: str, schema: str = SCHEMA, kind: str = "a run"
) -> dict[str, int]:
    """Table → at most how many rows it has, of the attached file `file`.

    name: what to call the file in a sentence; schema: the statements that make its
    tables; kind: what it should be. Raises RunFileError unless its tables are those,
    column by column, and all there is. Reads no row.
    """
    tables = con.execute(
        "SELECT table_name, sql, estimated_size FROM duckdb_tables() WHERE database_name = ?",
        [file],
    ).fetchall()
    found = {table: sql.replace(_COMPRESSION, "") for table, sql, _ in tables}
    if "meta" not in found:
        raise RunFileError(
            f"{name} is a DuckDB file but not {kind}.", "Move it out of this folder."
        )
    for what, query in _FOREIGN.items():
        if row := con.execute(query, [file]).fetchone():
            raise RunFileError(
                f"{name} holds {what}, “{_short(row[0])}”, where {kind} holds tables only.", HINT
            )
    ours = _tables(schema)
    for table in sorted(ours.keys() | found.keys()):
        if table not in ours:
            raise RunFileError(
                f"{name} has the table “{_short(table)}”, which {kind} has not.", HINT
            )
        if table not in found:
            raise RunFileError(f"{name} has no table “{table}”.", HINT)
        if ours[table] != found[table]:
            raise RunFileError(f"{name} has other columns in “{table}” than {kind} has.", HINT)
    return {table: rows for table, _, rows in tables}


@functools.cache
def _tables(schema: str) -> dict[str, str]:
    """Table → how DuckDB writes its definition."""
    with duckdb.connect(":memory:") as con:
        con.execute(schema)
        rows = con.execute("SELECT table_name, sql FROM duckdb_tables()").fetchall()
    return {table: sql.replace(_COMPRESSION, "") for table, sql in rows}


def _short(name: object) -> str:
    return str(name)[:60]
