"""How numbers, runs and names read on every page."""

from __future__ import annotations

import datetime
import math
import re

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
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


def short_p(p: float) -> str:
    """< 0.001, 0.032, or a dash where it is undefined; it does not break at a line's
    end.
    """
    return p_value(p).removeprefix("p ").removeprefix("= ").replace(" ", NBSP) or "–"


def times(ratio: float) -> str:
    """7.1×."""
    return "–" if math.isnan(ratio) else f"{ratio:.1f}×"


def amount(mean: float) -> str:
    """1,234, 12, 0.8: a mean of counts; small ones with a decimal."""
    return f"{mean:,.0f}" if mean >= 10 or mean == round(mean) else f"{mean:.1f}"


def percent(share: float) -> str:
    """34%, 1.3%, or a dash where it is undefined."""
    return "–" if math.isnan(share) else f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"


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
