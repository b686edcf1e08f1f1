"""TOML tables whose keys and kinds of values are those of a dataclass."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from explorer.core.disk import is_deep, read_text
from explorer.core.errors import InputError


def read_toml(path: Path) -> dict[str, Any]:
    """The table that a TOML file holds. Raises InputError."""
    return parse_toml(path.name, read_text(path))


def parse_toml(name: str, text: str) -> dict[str, Any]:
    """The table that a text in TOML holds, a byte order mark before it or not. Raises
    InputError naming what is not TOML.
    """
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{name} cannot be read: it is not TOML: {error}.", "Correct the file."
        ) from error
    if is_deep(table):
        raise InputError(f"{name} nests deeper than a table of ours.", "Correct the file.")
    return table


def near(word: str, among: Iterable[str]) -> str:
    """ "Did you mean “…”? ", or nothing when no word is close."""
    found = difflib.get_close_matches(word, list(among), 1)
    return f"Did you mean “{found[0]}”? " if found else ""


def fields_of(
    where: str, table: Mapping[str, Any], kind: Any, *, apart: Collection[str] = ()
) -> dict[str, Any]:
    """The table's values by field of the dataclass `kind`, lists as tuples.

    apart: fields that are not the table's to give. Raises InputError for an unknown
    key, naming the nearest one, and for a value of another kind than the field's
    annotation says.
    """
    known = {
        field.name: str(field.type) for field in dataclasses.fields(kind) if field.name not in apart
    }
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise InputError(
                f"{where} has the unknown key “{key}”.",
                f"{near(key, known)}Known: {', '.join(known)}.",
            )
        expected, good = _KINDS[known[key]]
        if not good(value):
            raise InputError(
                f"{where}, {key}: got {value!r}, expected {expected}.", "Correct the file."
            )
        found[key] = tuple(value) if isinstance(value, list) else value
    return found


def is_whole(value: object) -> bool:
    """Whether a value is a whole number; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _all(good: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(good, value))


def _table_of(kind: Any) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, dict)
        and all(isinstance(name, str) and isinstance(v, kind) for name, v in value.items())
    )


_KINDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "str": ("a text", _is_text),
    "int": ("a whole number", is_whole),
    "int | None": ("a whole number", is_whole),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "float": ("a number", lambda value: is_whole(value) or isinstance(value, float)),
    "float | None": ("a number", lambda value: is_whole(value) or isinstance(value, float)),
    "Pooling": ("a text", _is_text),
    "Dtype": ("a text", _is_text),
    "tuple[str, ...]": ("a list of texts", _all(_is_text)),
    "tuple[int, ...]": ("a list of whole numbers", _all(is_whole)),
    "Mapping[str, str]": ("a table of texts", _table_of(str)),
    "Mapping[str, Cell]": ("a table of texts and numbers", _table_of(str | int | float)),
    "str | tuple[str, ...]": (
        "a text or a list of words",
        lambda value: _is_text(value) or _all(_is_text)(value),
    ),
}


def table_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass that differ from their defaults, nested ones likewise:
    what `fields_of` reads.

    An id made of them survives every field that is added with a default.
    """
    table: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        own = getattr(value, field.name)
        default = (
            field.default_factory()
            if field.default_factory is not dataclasses.MISSING
            else field.default
        )
        if own != default:
            table[field.name] = _plain(own)
    return table


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return table_of(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
