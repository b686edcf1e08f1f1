"""Prompt templates of the sentence generators: read, checked, and rendered as chat
messages.
"""

from __future__ import annotations

import string
from importlib import resources
from pathlib import Path
from typing import Any

from explorer.core.errors import InputError
from explorer.core.tables import near, parse_toml, read_toml

_HINT = "Start from explorer/probes/prompts.toml."
_NEEDED, _OPTIONAL = ("system", "chat", "base"), ("several", "openings")
Messages = list[dict[str, str]]


def load_prompts(path: Path | None = None) -> dict[str, Any]:
    """The prompt templates: those shipped, or a TOML file of the same form.

    Raises InputError for a file that is missing, not TOML, lacks a table, or holds an
    unknown key or placeholder.
    """
    prompts = read_toml(path) if path else parse_toml("prompts.toml", _shipped())
    missing = [key for key in _NEEDED if not prompts.get(key)]
    if missing:
        raise InputError(f"{path} lacks {', '.join(missing)}.", _HINT)
    for key in prompts:
        if key not in _NEEDED + _OPTIONAL:
            raise InputError(
                f"{path} has the unknown key “{key}”.", f"{near(key, _NEEDED + _OPTIONAL)}{_HINT}"
            )
    _check_templates(str(path), prompts)
    return prompts


def _shipped() -> str:
    return resources.files("explorer.generate").joinpath("prompts.toml").read_text("utf-8")


def _check_templates(where: str, prompts: dict[str, Any]) -> None:
    for table in ("chat", "base"):
        if not isinstance(prompts[table], dict):
            raise InputError(
                f"{where}, {table}: got {prompts[table]!r}, expected a table of templates.", _HINT
            )
    openings = prompts.get("openings", [])
    if not isinstance(openings, list):
        raise InputError(f"{where}, openings: got {openings!r}, expected a list of texts.", _HINT)
    if not isinstance(prompts["system"], str):
        raise InputError(f"{where}, system: got {prompts['system']!r}, expected a text.", _HINT)
    _check_placeholder(where, "several", prompts.get("several", "{count}"), "count")
    for table in ("chat", "base"):
        for name, text in prompts[table].items():
            _check_placeholder(where, f"{table}.{name}", text, "word")
    for number, text in enumerate(openings, 1):
        _check_placeholder(where, f"opening {number}", text, "word")


def _check_placeholder(where: str, name: str, text: object, placeholder: str) -> None:
    try:
        parts = list(string.Formatter().parse(text)) if isinstance(text, str) else []
    except ValueError:
        parts = []
    # No attribute of it and no width: either could make anything of a word.
    held = [part[1:] for part in parts if part[1] is not None]
    if not held or any(part != (placeholder, "", None) for part in held):
        raise InputError(
            f"{where}, {name}: got {text!r}, expected a text with {{{placeholder}}} as its only "
            "placeholder.",
            _HINT,
        )


def messages(prompts: dict[str, Any], template: str, concept: str, count: int = 1) -> Messages:
    """The messages that ask a chat model for `count` sentences; for one when the file
    has no `several`.
    """
    asks_several = count > 1 and "several" in prompts
    system = prompts["several"].format(count=count) if asks_several else prompts["system"]
    user = prompts["chat"][template].format(word=concept)
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]
