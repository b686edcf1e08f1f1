"""The noun: what its author puts together, before anything is measured."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.core.errors import InputError
from explorer.core.plan import Cell

KIND, VERSION = "report", 1
"""Of the file; the version is raised whenever an older program would misread it."""
THEMES = ("auto", "light", "dark")
LONGEST = {"title": 200, "author": 100, "caption": 2_000, "text": 50_000, "value": 2_000}
"""Characters."""
MOST = {"authors": 50, "blocks": 200, "claims": 500, "options": 50}
ADDRESS = ("run", "tau", "human", "overlap")
"""The parameters of a view."""


@dataclass(frozen=True)
class Words:
    """Text of the author, in Markdown."""

    text: str

    def __post_init__(self) -> None:
        check_length("text", self.text, "text")


@dataclass(frozen=True)
class Source:
    """Where numbers come from: an exhibit of a view."""

    exhibit: str
    run: str = ""
    """Id of a run, or the start of one; empty for the run that the dashboard opens on.
    """
    tau: str = ""
    human: str = ""
    overlap: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    """Of the exhibit; those left out have their defaults."""

    def __post_init__(self) -> None:
        for name in ("exhibit", *ADDRESS):
            check_length(name, getattr(self, name), "title")
        _check_most("options", len(self.options))
        for name, value in self.options.items():
            check_length("options", name, "title")
            check_length(f"options, {name}", value, "value")

    @property
    def address(self) -> dict[str, str]:
        """The parameters of its view that are given."""
        return {name: getattr(self, name) for name in ADDRESS if getattr(self, name)}


@dataclass(frozen=True)
class Shown:
    """An exhibit with what its author says of it."""

    source: Source
    caption: str = ""
    """In Markdown, above the caption that the exhibit has by itself."""
    digest: str = ""
    """Of its data when the report was written; empty in a draft."""

    def __post_init__(self) -> None:
        check_length("caption", self.caption, "caption")
        if self.digest and not re.fullmatch(r"[0-9a-f]{16}", self.digest):
            raise InputError(
                f"digest: got “{self.digest[:40]}”, expected 16 hex digits.",
                "Leave it out of a draft.",
            )


@dataclass(frozen=True)
class Claim:
    """A number that the author states: a cell of the data of an exhibit."""

    text: str
    source: Source
    where: Mapping[str, Cell]
    """Column → value; one row has them all."""
    column: str
    value: float
    digits: int | None = None
    """Decimals to which it is meant; None for those that the value is written with."""
    interval: tuple[str, ...] = ()
    """The columns of its low and its high end."""
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        check_length("claims, text", self.text, "caption")
        check_length("claims, column", self.column, "title")
        _check_most("options", len(self.where))
        for name, value in self.where.items():
            check_length("claims, where", name, "title")
            check_length("claims, where", str(value), "value")
        if self.digits is not None and not 0 <= self.digits <= 12:
            raise InputError(f"claims, digits: got {self.digits}, expected 0 to 12.")
        if len(self.interval) not in (0, 2):
            raise InputError(
                f"claims, interval: got {len(self.interval)} columns, expected two.",
                "Name the columns of the low and the high end.",
            )
        ends = [self.low is not None, self.high is not None]
        if ends != 2 * [bool(self.interval)]:
            raise InputError(
                "claims, interval: expected the two columns together with low and high.",
                "Give all of them, or none.",
            )


Block = Words | Shown


@dataclass(frozen=True)
class Report:
    """Title, authors, and blocks in their order."""

    title: str
    blocks: tuple[Block, ...] = ()
    authors: tuple[str, ...] = ()
    date: str = ""
    """ISO 8601; empty for the day on which it is written."""
    theme: str = "auto"
    """Light or dark as the reader prefers, or always one of them; on paper light."""
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        check_length("title", self.title, "title")
        if not self.title.strip() or len(self.title.splitlines()) > 1:
            raise InputError("title: expected a line of text.", "Give the report a title.")
        for author in self.authors:
            check_length("authors", author, "author")
        if self.theme not in THEMES:
            raise InputError(
                f"theme: got “{self.theme[:40]}”, expected one of {', '.join(THEMES)}."
            )
        if self.date:
            try:
                datetime.date.fromisoformat(self.date)
            except ValueError as error:
                raise InputError(
                    f"date: got “{self.date[:40]}”, expected a day such as 2026-11-28."
                ) from error
        for name in ("authors", "blocks", "claims"):
            _check_most(name, len(getattr(self, name)))

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Its exhibits."""
        return tuple(block for block in self.blocks if isinstance(block, Shown))


def check_length(name: str, text: str, kind: str) -> None:
    """Raise InputError for a text longer than its kind may be, or one that no page can
    show.
    """
    if len(text) > LONGEST[kind]:
        raise InputError(
            f"{name}: got {len(text):,} characters, expected at most {LONGEST[kind]:,}.",
            "Shorten it.",
        )
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise InputError(f"{name}: it holds half a character.", "Write it again.")


def _check_most(name: str, number: int) -> None:
    if number > MOST[name]:
        raise InputError(
            f"{name}: got {number:,}, expected at most {MOST[name]:,}.", "Make two reports of it."
        )
