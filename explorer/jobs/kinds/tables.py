"""Requests as JSON: their fields, without those that are as they are by default."""

from __future__ import annotations

import dataclasses
from typing import Any


def table_of(request: Any) -> dict[str, Any]:
    """The fields of a dataclass that differ from their defaults, nested ones likewise.

    An id made of them survives every field that is added with a default.
    """
    table: dict[str, Any] = {}
    for field in dataclasses.fields(request):
        value = getattr(request, field.name)
        default = (
            field.default_factory()
            if field.default_factory is not dataclasses.MISSING
            else field.default
        )
        if value != default:
            table[field.name] = _plain(value)
    return table


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return table_of(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
