"""Run files: one immutable DuckDB file per extraction."""

VERSION = 1
"""Version of schema.sql; raised whenever a reader of the former version would misread a
file.
"""
