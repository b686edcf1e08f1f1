"""How numbers, runs and names read on every page."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence

from explorer.core.records import RunInfo

MINUS = "\N{MINUS SIGN}"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^&])")


def plain(text: object) -> str:
    """Text from users' data or errors, for Markdown that shows it literally."""
    return _MARKDOWN.sub(r"\\\1", str(text))


def rho(value: float) -> str:
    """0.64, −0.02, or a dash where it is undefined."""
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", MINUS)


def interval(low: float, high: float) -> str:
    """[0.55, 0.71]."""
    return "" if math.isnan(low) or math.isnan(high) else f"[{rho(low)}, {rho(high)}]"


def with_interval(low: float, high: float, p: float) -> str:
    """95% CI [0.55, 0.71], p < 0.001; empty where undefined."""
    parts = [f"95% CI {interval(low, high)}" if interval(low, high) else "", p_value(p)]
    return ", ".join(part for part in parts if part)


def p_value(p: float) -> str:
    """p < 0.001 or p = 0.032."""
    return "" if math.isnan(p) else "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def times(ratio: float) -> str:
    """7.1×."""
    return "–" if math.isnan(ratio) else f"{ratio:.1f}×"


def size(n_bytes: float) -> str:
    """12 MB, 1.4 GB."""
    for limit, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n_bytes >= limit:
            amount = n_bytes / limit
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{n_bytes:.0f} B"


def duration(seconds: float) -> str:
    """45 s, 12 min, 2 h 10 min."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h" if not rest or hours >= 10 else f"{hours} h {rest} min"


def date(iso: str) -> str:
    """23 Nov 2026 of an ISO time; the text itself when it is none."""
    try:
        moment = datetime.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{moment.day} {moment:%b %Y}"


def run_label(run: RunInfo, others: Iterable[RunInfo] = ()) -> str:
    """The checkpoint, its sizes, and where those leave a doubt, what tells it from
    `others`.
    """
    asked = run.request
    parts = [
        run.label,
        f"{len(asked.concepts)} concepts",
        f"N⁺ {asked.n_positive:,}",
        f"N⁻ {asked.n_negative:,}",
    ]
    alike = [other for other in others if other.id != run.id and _shape(other) == _shape(run)]
    if alike:
        parts += [date(run.created), run.id[:6]]
    return " · ".join(parts)


def _shape(run: RunInfo) -> tuple[object, ...]:
    asked = run.request
    return run.label, len(asked.concepts), asked.n_positive, asked.n_negative


def provenance(
    run: RunInfo | Sequence[RunInfo],
    *,
    tau: float | None = None,
    n: int | None = None,
    of: str = "word pairs",
    data: str | None = None,
    more: Sequence[str] = (),
) -> str:
    """The caption every figure owes: checkpoint, commit, probe set, N⁺, N⁻, folds, τ,
    data, n.

    Several runs share one caption; what differs between them is listed once each. `n`
    counts `of`.
    """
    runs = [run] if isinstance(run, RunInfo) else list(run)
    parts = [
        _each(r.label + (f" (commit {r.commit[:7]})" if r.commit else "") for r in runs),
        "probe set " + _each(f"{r.request.probe_set} ({r.request.probe_digest[:7]})" for r in runs),
        "N⁺ " + _each(f"{r.request.n_positive:,}" for r in runs),
        "N⁻ " + _each(f"{r.request.n_negative:,}" for r in runs),
        _each(f"{r.request.folds}" for r in runs)
        + (" fold" if {r.request.folds for r in runs} == {1} else " folds"),
        _each(f"{r.request.pooling}" for r in runs) + " pooling",
        _each(r.request.dtype for r in runs),
    ]
    if tau is not None:
        parts.append(f"τ {tau:.2f}")
    if data:
        parts.append(data)
    if n is not None:
        parts.append(f"n = {n:,} {of.removesuffix('s') if n == 1 else of}")
    return " · ".join([*parts, *more])


def _each(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))
