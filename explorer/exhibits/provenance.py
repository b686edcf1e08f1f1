"""The caption that every exhibit owes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from explorer.core.records import RunInfo
from explorer.core.similarity import JACCARD, Experts
from explorer.core.tau import Tau

INTERVALS = "95% intervals that count pairs with a word in common together"
"""Of correlations over word pairs (`measure.statistics.shared_words`)."""


def cut_at_chance(experts: Experts) -> list[str]:
    """What a caption owes where overlaps below 0 count as 0
    (`results.domains.concepts_with_domains`).
    """
    return ["overlap below chance counts as none"] * experts.overlap.corrected


def nothing_shared(experts: Experts) -> str:
    """What is said where no two sets overlap."""
    if experts.overlap == JACCARD:
        return "No two concepts share an expert at this τ; lower it to see links."
    more = " more than chance gives" * experts.overlap.corrected
    return f"No two concepts overlap{more} ({experts})."


def provenance(
    run: RunInfo | Sequence[RunInfo],
    *,
    tau: Tau | Experts | None = None,
    n: int | None = None,
    of: str = "word pairs",
    data: str | None = None,
    more: Sequence[str] = (),
) -> str:
    """Checkpoint, commit, probe set, N⁺, N⁻, folds, τ, data and n, as one line.

    Several runs share one caption; what differs between them is listed once each.
    tau: of the expert sets, or how these are compared. n counts `of`; more: what else a
    reader needs to know, such as how it was measured.
    """
    runs = [run] if isinstance(run, RunInfo) else list(run)
    parts = [
        _each(r.label + (f" (commit {r.commit[:7]})" if r.commit else "") for r in runs),
        "probe set " + _each(f"{r.request.probe_set} ({r.request.probe_digest[:7]})" for r in runs),
        "N⁺ " + _each(f"{r.request.n_positive:,}" for r in runs),
        "N⁻ " + _each(f"{r.request.n_negative:,}" for r in runs),
        _each(f"{r.request.folds}" for r in runs)
        + (" fold" if {r.request.folds for r in runs} == {1} else " folds"),
        _each(r.request.pooled for r in runs) + " pooling",
        _each(r.request.dtype for r in runs),
    ]
    if tau is not None:
        parts.append(f"τ {tau}" if isinstance(tau, Tau) else str(tau))
    if data:
        parts.append(data)
    if n is not None:
        parts.append(f"n = {n:,} {of.removesuffix('s') if n == 1 else of}")
    return " · ".join([*parts, *more])


def _each(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))
