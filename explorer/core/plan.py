"""What a study expects, stated before its first run and written into its run files."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.core.errors import InputError
from explorer.core.tables import fields_of, table_of

Cell = str | int | float | bool
"""A value of a table."""
MOST, LONGEST = 100, 2_000
"""Hypotheses of a study, and characters of a text of theirs."""
_MOST_RUNS = 10_000


@dataclass(frozen=True)
class Hypothesis:
    """A number that is expected to lie somewhere: a cell of the data of an exhibit."""

    name: str = ""
    text: str = ""
    """The statement, in a sentence."""
    exhibit: str = ""
    column: str = ""
    where: Mapping[str, Cell] = field(default_factory=dict)
    """Column → value; one row has them all."""
    above: float | None = None
    below: float | None = None
    interval: tuple[str, ...] = ()
    """The columns of its low and its high end: given, the whole interval is to lie
    there.
    """
    tau: str = ""
    human: str = ""
    overlap: str = ""
    """How expert sets are compared; empty for the paper's Jaccard similarity."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Of the exhibit; those left out have their defaults."""
    model: str = ""
    """Of the study, with its revision; empty for the first, and for its last."""
    revision: str = ""
    random_init: int | None = None
    run: str = ""
    """Id of the run that it is asked of; empty until it is known."""

    def __post_init__(self) -> None:
        where = f"hypotheses, {self.name[:40]}"
        for key in ("name", "text", "exhibit", "column"):
            if not getattr(self, key).strip():
                raise InputError(f"{where}, {key}: got nothing, expected a text.")
        for key, value in _texts(self):
            if len(value) > LONGEST:
                raise InputError(
                    f"{where}, {key}: got {len(value):,} characters, at most {LONGEST:,}."
                )
            if any("\ud800" <= sign <= "\udfff" for sign in value):
                raise InputError(f"{where}, {key}: it holds half a character.")
        bounds = [bound for bound in (self.above, self.below) if bound is not None]
        if not bounds or not all(map(math.isfinite, bounds)):
            raise InputError(
                f"{where}: it says not where the number is expected.",
                "Give above = number, below = number, or both.",
            )
        if len(self.interval) not in (0, 2):
            raise InputError(
                f"{where}, interval: got {len(self.interval)} columns, expected two.",
                "Name the columns of the low and the high end.",
            )
        if self.run and not re.fullmatch("[0-9a-f]{16}", self.run):
            raise InputError(f"{where}, run: got “{self.run[:40]}”, expected the id of a run.")

    @property
    def expected(self) -> str:
        """Where the number, or its interval, is expected to lie."""
        parts = [
            f"{sign} {bound:g}"
            for sign, bound in ((">", self.above), ("<", self.below))
            if bound is not None
        ]
        return " and ".join(parts) + (", with its whole interval" if self.interval else "")

    def holds(self, values: Iterable[float]) -> bool:
        """Whether numbers lie where they are expected to; a NaN does not."""
        low = -math.inf if self.above is None else self.above
        high = math.inf if self.below is None else self.below
        return all(low < value < high for value in values)


@dataclass(frozen=True)
class Plan:
    """The hypotheses of a study and the runs that it planned, as stated at a moment."""

    study: str
    stated: str
    """ISO 8601, UTC."""
    hypotheses: tuple[Hypothesis, ...]
    runs: tuple[str, ...]
    """Their ids, in the order of the study."""

    @property
    def digest(self) -> str:
        """sha256 of hypotheses and runs; equal for what was planned alike."""
        what = json.dumps(
            [table_of(row) for row in self.hypotheses] + [list(self.runs)], sort_keys=True
        )
        return hashlib.sha256(what.encode()).hexdigest()

    def to_table(self) -> dict[str, Any]:
        """As a run file has it."""
        rows = [table_of(row) for row in self.hypotheses]
        return {
            "study": self.study,
            "stated": self.stated,
            "hypotheses": rows,
            "runs": list(self.runs),
            "digest": self.digest,
        }


def hypotheses_of(
    rows: Iterable[Mapping[str, Any]], *, with_runs: bool = False
) -> tuple[Hypothesis, ...]:
    """Hypotheses from tables, strictly. Raises InputError.

    with_runs: whether they name the runs that they are asked of, as those of a plan do.
    """
    apart = () if with_runs else ("run",)
    found = [Hypothesis(**fields_of("hypotheses", row, Hypothesis, apart=apart)) for row in rows]
    names = [row.name for row in found]
    if len(set(names)) < len(names):
        raise InputError("hypotheses: two have one name.", "Give each a name of its own.")
    if len(found) > MOST:
        raise InputError(f"hypotheses: got {len(found):,}, expected at most {MOST}.")
    return tuple(found)


def plan_from(table: object) -> Plan:
    """What `to_table` wrote, from anyone. Raises InputError."""
    if not isinstance(table, Mapping) or set(table) != {
        "study",
        "stated",
        "hypotheses",
        "runs",
        "digest",
    }:
        raise InputError("its plan is not as a study writes it")
    rows, runs = table["hypotheses"], table["runs"]
    good = (
        isinstance(table["study"], str)
        and isinstance(table["stated"], str)
        and len(table["study"]) + len(table["stated"]) < LONGEST
        and isinstance(rows, list)
        and all(isinstance(row, dict) for row in rows)
        and isinstance(runs, list)
        and len(runs) <= _MOST_RUNS
        and all(isinstance(run, str) and re.fullmatch("[0-9a-f]{16}", run) for run in runs)
    )
    if not good:
        raise InputError("its plan holds values of another kind than expected")
    try:
        aware = datetime.datetime.fromisoformat(table["stated"]).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise InputError(f"its plan was stated at “{table['stated'][:40]}”, which is no time")
    plan = Plan(table["study"], table["stated"], hypotheses_of(rows, with_runs=True), tuple(runs))
    if plan.digest != table["digest"]:
        raise InputError("its plan is not the one that its digest tells")
    return plan


def _texts(row: Hypothesis) -> Iterable[tuple[str, str]]:
    for key, value in dataclasses.asdict(row).items():
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping):
            for name, cell in value.items():
                yield key, f"{name} {cell}"
        elif isinstance(value, tuple):
            yield key, " ".join(value)
