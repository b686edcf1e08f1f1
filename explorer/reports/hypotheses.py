"""What studies expected before their first run: planned, deviated, found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.core.errors import ExplorerError, InputError
from explorer.core.plan import Hypothesis, Plan
from explorer.core.records import RunInfo
from explorer.core.text import date
from explorer.exhibits.registry import row_of
from explorer.figures.render.markup import escaped
from explorer.reports.appendix import table
from explorer.reports.claims import number_in, spelled
from explorer.reports.making import make
from explorer.reports.numbers import row_where
from explorer.reports.report import ADDRESS, Report, Source
from explorer.store.library import Library

Status = Literal["as expected", "not as expected", "cannot be told"]
MARKS: dict[Status, str] = {"as expected": "✓", "not as expected": "✗", "cannot be told": "?"}


@dataclass(frozen=True)
class Found:
    """What became of a hypothesis."""

    hypothesis: Hypothesis
    status: Status
    values: Sequence[float] = ()
    """The number, and the ends of its interval where that was asked for."""
    why: str = ""
    """Why it cannot be told."""

    @property
    def number(self) -> str:
        """In words, with its interval; empty where it cannot be told."""
        return spelled(*self.values) if self.values else ""


@dataclass(frozen=True)
class Judged:
    """The hypotheses of a plan against the runs at hand."""

    plan: Plan
    n_stated: int
    """Runs at hand whose file holds this plan."""
    found: tuple[Found, ...]
    deviations: tuple[str, ...]
    """Where the work differs from what was planned, as sentences."""


def check_hypotheses(hypotheses: Iterable[Hypothesis]) -> None:
    """Raise InputError for an exhibit or an option that there is not."""
    for row in hypotheses:
        names = [option.name for option in row_of(row.exhibit).options]
        for name in row.options:
            if name not in names:
                raise InputError(
                    f"hypotheses, {row.name}: “{row.exhibit}” has no option “{name}”.",
                    f"It has: {', '.join(names) or 'none'}.",
                )


def judged(report: Report, runs: Sequence[RunInfo], library: Library) -> list[Judged]:
    """The plans that runs carry, each judged once, in the order they were stated.

    report: whose exhibits may show something else than was planned.
    """
    plans: dict[str, Plan] = {}
    for run in runs:
        if run.plan is not None:
            first = plans.setdefault(run.plan.digest, run.plan)
            plans[run.plan.digest] = min(first, run.plan, key=lambda plan: plan.stated)
    ordered = sorted(plans.values(), key=lambda plan: (plan.stated, plan.digest))
    return [_judged(plan, report, library) for plan in ordered]


def found_by_key(plans: Iterable[Judged]) -> dict[str, Found]:
    """What was found of each hypothesis, by plan and name."""
    return {
        f"{judged.plan.digest[:16]} {row.hypothesis.name}": row
        for judged in plans
        for row in judged.found
    }


def hypotheses_html(plans: Sequence[Judged]) -> str:
    """The inside of a section of a report; empty without plans."""
    if not plans:
        return ""
    parts = ["<h1>Hypotheses</h1>"]
    for judged in plans:
        plan = judged.plan
        rows = (
            (
                f"{MARKS[row.status]} {row.status}",
                row.hypothesis.text,
                f"{_asked(row.hypothesis)} {row.hypothesis.expected}",
                row.number or row.why,
            )
            for row in judged.found
        )
        deviations = "".join(f"<li>{escaped(line)}</li>" for line in judged.deviations)
        parts.append(
            f"<p>Stated by the study “{escaped(plan.study)}” on {escaped(plan.stated)}, as "
            f"{judged.n_stated} of its {len(plan.runs)} run files say, each before its first "
            f"response was measured; sha256 {plan.digest[:16]}….</p>"
            f"{table(('', 'hypothesis', 'planned', 'found'), rows)}<h2>Deviations</h2>"
            + (f"<ul>{deviations}</ul>" if deviations else "<p>None that the files show.</p>")
        )
    return "".join(parts)


def _asked(row: Hypothesis) -> str:
    """The cell of which exhibit, in words."""
    where = ", ".join(f"{name} {value}" for name, value in row.where.items())
    tau = f"τ {row.tau}" if row.tau else ""
    options = (f"{name} {value}" for name, value in row.options.items())
    choice = ", ".join(filter(None, (tau, row.human, row.overlap, *options)))
    named = f"{row.exhibit}: {row.column}" + (f" where {where}" if where else "")
    return f"{named} ({choice})" if choice else named


def _judged(plan: Plan, report: Report, library: Library) -> Judged:
    there = {run.id: run for run in library.runs()}
    carrying = [run for run in there.values() if run.plan and run.plan.digest == plan.digest]
    deviations = [
        *_of_runs(plan, there),
        *_restated(plan, there.values()),
        *_shown_otherwise(plan, report),
    ]
    found = tuple(judge(row, library) for row in plan.hypotheses)
    return Judged(plan, len(carrying), found, tuple(deviations))


def judge(row: Hypothesis, library: Library) -> Found:
    """What the runs at hand say of a hypothesis."""
    view = {name: getattr(row, name) for name in ADDRESS}
    made = make(Source(row.exhibit, options=row.options, **view), library)
    if made.exhibit is None:
        return Found(row, "cannot be told", why=made.problem)
    try:
        cells = row_where(made.exhibit.data, row.where)
        value, *ends = (number_in(cells, name) for name in (row.column, *row.interval))
    except ExplorerError as error:
        return Found(row, "cannot be told", why=f"{row.exhibit}: {error}")
    held = row.holds(ends or [value])
    return Found(row, "as expected" if held else "not as expected", (value, *ends))


def _of_runs(plan: Plan, there: Mapping[str, RunInfo]) -> Iterator[str]:
    missing = [run for run in plan.runs if run not in there]
    if missing:
        yield f"{_of(missing, plan)} not at hand: {_listed(missing)}."
    before = [run for run in plan.runs if run in there and there[run].plan is None]
    if before:
        yield f"{_of(before, plan)} extracted without this plan: {_listed(before)}."
    late = [
        run.id
        for run in there.values()
        if run.plan and run.plan.digest == plan.digest and run.created < run.plan.stated
    ]
    if late:
        yield f"{_of(late, plan)} begun before the plan was stated: {_listed(late)}."


def _restated(plan: Plan, runs: Iterable[RunInfo]) -> Iterator[str]:
    """Other plans of the same runs."""
    others = {
        run.plan.digest: run.plan
        for run in runs
        if run.plan and run.id in plan.runs and run.plan.digest != plan.digest
    }
    for other in others.values():
        both = [row for row in other.hypotheses if row in plan.hypotheses]
        stated = [*plan.hypotheses, *other.hypotheses]
        names = list(dict.fromkeys(row.name for row in stated if row not in both))
        what = f"other hypotheses ({_listed(names)})" if names else "other runs"
        yield (
            f"The study “{other.study}” stated {what} for some of these runs, on "
            f"{date(other.stated)}."
        )


def _shown_otherwise(plan: Plan, report: Report) -> Iterator[str]:
    """Exhibits of the report that show a hypothesis under another choice than its
    own.
    """
    for row in plan.hypotheses:
        for block in report.shown:
            source = block.source
            if source.exhibit != row.exhibit or not row.run.startswith(source.run or row.run):
                continue
            for name, planned, shown in (
                ("τ", row.tau, source.tau),
                ("the ratings", row.human, source.human),
                ("the overlap", row.overlap, source.overlap),
            ):
                if planned and shown and planned != shown:
                    yield f"{row.name}: {name} planned was {planned}, the report shows {shown}."


def _of(runs: Sequence[str], plan: Plan) -> str:
    verb = "is" if len(runs) == 1 else "are"
    return f"{len(runs):,} of {len(plan.runs):,} planned runs {verb}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
