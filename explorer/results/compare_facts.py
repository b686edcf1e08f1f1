"""What two sides are, and in what they differ."""

from __future__ import annotations

import pandas as pd

from explorer.core.text import date
from explorer.results.compare import Side, Sides, common
from explorer.results.experts import experts, modules
from explorer.results.view import View
from explorer.store.library import Library

NOTHING = "–"
_RECORDED = {"held_out_loss": "held-out loss", "train_loss": "training loss"}


def facts(view: View, sides: Sides) -> pd.DataFrame:
    """field, a, b (as texts) and same, one row a fact; what is not known is a dash."""
    a, b = (_facts(view.library, side) for side in (sides.a, sides.b))
    rows = [(name, a[name], b[name], a[name] == b[name]) for name in a]
    n = len(common(view.library, sides).words)
    rows.append(("concepts in common", f"{n:,}", f"{n:,}", True))
    return pd.DataFrame(rows, columns=["field", "a", "b", "same"])


def other_sentences(sides: Sides) -> str:
    """What of the sentences differs, which a difference may come from; empty where
    nothing does.
    """
    a, b = (side.run.request for side in (sides.a, sides.b))
    fields = {
        "probe set": (a.probe_digest, b.probe_digest),
        "N⁺": (a.n_positive, b.n_positive),
        "N⁻": (a.n_negative, b.n_negative),
        "seed of the draws": (a.seed, b.seed),
        "concepts": (set(a.concepts), set(b.concepts)),
    }
    return ", ".join(name for name, (mine, other) in fields.items() if mine != other)


def _facts(library: Library, side: Side) -> dict[str, str]:
    run, asked = side.run, side.run.request
    recorded, table = run.training or {}, modules(library, run.id)
    sizes = experts(library, run.id, side.tau).sizes
    shown = sizes if side.fold is None else sizes[:, [side.fold]]
    start = asked.checkpoint.random_init
    facts: dict[str, object] = {
        "model": asked.checkpoint.name,
        "revision": asked.checkpoint.revision,
        "weights": "trained" if start is None else f"random, seed {start}",
        "training step": _number(asked.checkpoint.step),
        "tokens seen": _number(recorded.get("tokens")),
        **{label: _number(recorded.get(name)) for name, label in _RECORDED.items()},
        "commit": run.commit[:12] if run.commit else NOTHING,
        "layers": _number(table["layer"].nunique()),
        "kinds of module": ", ".join(dict.fromkeys(table["kind"])),
        "units": _number(run.n_units),
        "probe set": f"{asked.probe_set} ({asked.probe_digest[:7]})",
        "sources": ", ".join(run.sources) or NOTHING,
        "concepts": _number(len(asked.concepts)),
        "N⁺": _number(asked.n_positive),
        "N⁻": _number(asked.n_negative),
        "folds": _number(asked.folds),
        "fold shown": "mean of all" if side.fold is None else str(side.fold + 1),
        "pooling": asked.pooled,
        "dtype": asked.dtype,
        "AP floor": f"{asked.ap_floor:g}",
        "seed of the draws": str(asked.seed),
        "τ": str(side.tau),
        "experts of a concept, mean": _number(float(shown.mean())),
        "concepts without experts": _number(int((shown.sum(1) == 0).sum())),
        "run": run.id,
        "extracted": date(run.created),
        "program": run.program or NOTHING,
    }
    return {name: str(value) for name, value in facts.items()}


def _number(value: object) -> str:
    if isinstance(value, float) and value < 100 and not value.is_integer():
        return f"{value:,.2f}"
    return f"{value:,.0f}" if isinstance(value, int | float) else NOTHING
