"""Who asks, and whether they may change what the cache holds: the one door before
everything that writes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from explorer.core.disk import read_text
from explorer.core.errors import AccessError, InputError
from explorer.core.paths import user_path

READ_ONLY = "EXPERT_EXPLORER_READ_ONLY"
MEMBERS = "EXPERT_EXPLORER_MEMBERS"
_ON, _OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
_ENTRY = re.compile(r"[^@\s]*@[^@\s]+\.[^@\s]+|[^@\s]*@localhost")
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Person:
    """Whoever asks for something to be done."""

    name: str = ""
    """The e-mail address of a login; "" where nobody logs in."""
    refusal: AccessError | None = None
    """Why they may only look; None when they may change things."""


def _at_this_machine() -> Person:
    return Person()


_asking: Callable[[], Person] = _at_this_machine


def ask_through(asking: Callable[[], Person]) -> None:
    """Have a screen say who asks. Until one does, whoever runs the program does."""
    global _asking
    _asking = asking


def person() -> Person:
    """Who asks, as far as this can be told now: rights are never remembered."""
    try:
        if read_only():
            return Person(_asking().name, _READ_ONLY)
        return _asking()
    except InputError as error:
        # What cannot be understood gives nobody a right.
        return Person("", AccessError(error.what, error.hint))


def refusal() -> AccessError | None:
    """Why whoever asks may change nothing; None when they may."""
    return person().refusal


def check() -> Person:
    """Who asks. Raises AccessError unless they may change things."""
    asking = person()
    if asking.refusal is not None:
        raise AccessError(asking.refusal.what, asking.refusal.hint)
    return asking


def read_only() -> bool:
    """Whether nothing may be changed by anybody, `EXPERT_EXPLORER_READ_ONLY`. Raises
    InputError for a value that says neither.
    """
    said = os.environ.get(READ_ONLY, "").strip().lower()
    if said in _ON or said in _OFF:
        return said in _ON
    raise InputError(
        f"{READ_ONLY} is “{said[:40]}”, which is neither 1 nor 0, so nothing may be changed.",
        "Whoever runs this server writes 1 or 0.",
    )


def frozen() -> bool:
    """As `read_only`, and true where the setting cannot be understood."""
    try:
        return read_only()
    except InputError:
        return True


def members() -> tuple[str, ...]:
    """Who may change things where people log in, `EXPERT_EXPLORER_MEMBERS`: addresses
    (`ada@lab.example`) and domains (`@lab.example`), in lower case.

    An entry with a slash names a file of further entries, one a line, read anew each
    time, so that a right can be taken away while the server runs. Raises InputError.
    """
    listed: list[str] = []
    for entry in re.split(r"[\s,;]+", os.environ.get(MEMBERS, "")):
        if "/" in entry:
            listed += _lines(user_path(entry))
        elif entry:
            listed.append(entry)
    for entry in listed:
        if not _ENTRY.fullmatch(entry):
            raise InputError(
                f"{MEMBERS} names “{entry[:60]}”, which is no e-mail address and no domain, so "
                "nobody may change anything.",
                "Whoever runs this server writes ada@lab.example or @lab.example.",
            )
    return tuple(entry.lower() for entry in listed)


def is_member(address: str) -> bool:
    """Whether an e-mail address may change things. Raises InputError as `members`
    does.
    """
    address = address.strip().lower()
    name, at, domain = address.rpartition("@")
    return bool(name and at) and not {address, f"@{domain}"}.isdisjoint(members())


def _lines(path: Path) -> list[str]:
    lines = read_text(path, _LARGEST).splitlines()
    return [text for line in lines if (text := line.partition("#")[0].strip())]


_READ_ONLY = AccessError(
    "This server is read-only: nothing can be started, changed or stored here.",
    f"Whoever runs it can take {READ_ONLY} out of its settings.",
)
