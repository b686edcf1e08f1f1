"""Claims: numbers that an author states, compared with what the runs at hand say."""

from __future__ import annotations

import decimal
from dataclasses import dataclass
from typing import Literal

from explorer.core.errors import ExplorerError, InputError
from explorer.core.tables import near
from explorer.core.text import MINUS
from explorer.reports.making import Made, make
from explorer.reports.numbers import Value, row_where
from explorer.reports.report import Claim, Report
from explorer.store.library import Library

Status = Literal["equal", "differs", "cannot be recomputed"]


@dataclass(frozen=True)
class Outcome:
    """What became of a number that was written down."""

    what: str
    """Which number, in words."""
    status: Status
    then: str = ""
    now: str = ""
    why: str = ""
    """What changed, or why it cannot be recomputed."""


def check_claims(report: Report, library: Library) -> list[Outcome]:
    """The claims of a report, in their order."""
    made: dict[str, Made] = {}
    outcomes = []
    for claim in report.claims:
        key = repr(claim.source)
        if key not in made:
            made[key] = make(claim.source, library)
        outcomes.append(check_claim(claim, made[key]))
    return outcomes


def check_claim(claim: Claim, made: Made) -> Outcome:
    """A claim against the exhibit that was made for it."""
    what, then = told(claim), spelled(claim.value, claim.low, claim.high)
    if made.exhibit is None:
        return Outcome(what, "cannot be recomputed", then, why=made.problem)
    try:
        row = row_where(made.exhibit.data, claim.where)
        now = number_in(row, claim.column)
        ends = [number_in(row, name) for name in claim.interval]
    except ExplorerError as error:
        return Outcome(what, "cannot be recomputed", then, why=f"{claim.source.exhibit}: {error}")
    stated = [claim.value, *(end for end in (claim.low, claim.high) if end is not None)]
    equal = all(_agree(a, b, claim.digits) for a, b in zip(stated, [now, *ends], strict=True))
    found = spelled(now, *ends)
    if equal:
        return Outcome(what, "equal", then, found)
    return Outcome(what, "differs", then, found, f"it was {then} and is {found}")


def told(claim: Claim) -> str:
    """Which number a claim speaks of."""
    where = ", ".join(f"{name} {value}" for name, value in claim.where.items())
    named = f"{claim.source.exhibit}: {claim.column}" + (f" where {where}" if where else "")
    return f"{claim.text} ({named})" if claim.text else named


def digits_of(value: float) -> int:
    """The decimals that a number is written with: 2 of 0.59."""
    exponent = decimal.Decimal(str(value)).as_tuple().exponent
    return max(0, -int(exponent)) if isinstance(exponent, int) else 0


def _agree(stated: float, now: float, digits: int | None) -> bool:
    places = digits_of(stated) if digits is None else digits
    return bool(abs(stated - now) <= 0.5 * 10.0**-places * (1 + 1e-9))


def number_in(row: dict[str, Value], column: str) -> float:
    """The number in a column of a row. Raises InputError."""
    if column not in row:
        raise InputError(
            f"its data have no column “{column}”.",
            f"{near(column, row)}There are: {', '.join(row)}.",
        )
    value = row[column]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{column} is {value!r} there, no number.", "Name another column.")
    return value


def spelled(
    value: float, low: float | None = None, high: float | None = None, *, form: str = ".6g"
) -> str:
    """A number with its interval, by default to six digits."""
    ends = "" if low is None or high is None else f" [{low:{form}}, {high:{form}}]"
    return f"{value:{form}}{ends}".replace("-", MINUS)
