"""Are the domains recovered: at this τ, at every other, and over training."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from explorer.core.similarity import AT_A_THRESHOLD, JACCARD, OVERLAPS
from explorer.core.text import interval, p_value, rho, times
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import DOMAINS, TRAJECTORY
from explorer.exhibits.provenance import cut_at_chance, provenance
from explorer.exhibits.row import Row
from explorer.figures import recovery as figures
from explorer.results.checkpoints import summed_up
from explorer.results.domains import n_labelled
from explorer.results.recovery import recovery, recovery_over_steps, recovery_over_tau
from explorer.results.view import View

_INTERVAL = "95% interval of the ratio by jackknife over domains"
_NO_INTERVAL = (
    "no interval for ARI, NMI and modularity: thin lines are what chance stays below in 95% of "
    "cases"
)
_OF = "concepts with a domain"
Numbers = dict[str, float]
_MEASURES: tuple[tuple[str, str, Callable[[Numbers], str]], ...] = (
    (
        "Overlap within ÷ across domains",
        "a ratio of mean overlaps, not of numbers of experts; 1 without domain structure; 95% "
        "interval over domains",
        lambda m: f"{times(m['ratio'])} {interval(m['low'], m['high'])}",
    ),
    (
        "— its permutation p",
        "domains dealt to concepts at random",
        lambda m: p_value(m["p"]) or "–",
    ),
    ("Overlap within domains", "mean over pairs of concepts", lambda m: f"{m['within']:.3f}"),
    ("Overlap across domains", "mean over pairs of concepts", lambda m: f"{m['cross']:.3f}"),
    (
        "Adjusted Rand index",
        "detected communities against domains; 1 equal, 0 chance",
        lambda m: _with_chance(m["ari"], m["ari_chance"]),
    ),
    (
        "NMI",
        "the same; not corrected for chance, so compare with it",
        lambda m: _with_chance(m["nmi"], m["nmi_chance"]),
    ),
    ("Modularity of the domains", "of the overlap network", lambda m: rho(m["domain_modularity"])),
    ("Modularity of the communities", "the best that was found", lambda m: rho(m["modularity"])),
    ("Communities", "detected by the Louvain method", lambda m: f"{m['n_communities']:.0f}"),
)


def recovered(view: View) -> Exhibit:
    """All measures of recovery of the run beside its control's."""
    numbers = {run.label: recovery(view.library, run.id, view.experts) for run in view.pair}
    rows = pd.DataFrame(
        [
            {"measure": name}
            | {label: write(measured) for label, measured in numbers.items()}
            | {"meaning": meaning}
            for name, meaning, write in _MEASURES
        ]
    )
    own = numbers[view.run.label]
    missing = (
        "This run has no untrained control to compare with: extract the same with random "
        "initialisation."
    )
    alone = view.control is None and view.run.request.checkpoint.step != 0
    return Exhibit(
        name="recovery",
        title="Are the domains recovered?",
        table=Table(tuple(map(Column, rows.columns)), rows, static=True),
        caption=provenance(
            view.pair,
            tau=view.experts,
            n=n_labelled(view.library, view.run.id),
            of=_OF,
            more=[*cut_at_chance(view.experts), _INTERVAL],
        ),
        alt=f"Recovery of the domains by {view.run.label}: ratio {times(own['ratio'])}, adjusted "
        f"Rand index {rho(own['ari'])}.",
        filename=f"domain-recovery-{view.run.label}",
        source=pd.DataFrame(numbers).rename_axis("measure").reset_index(),
        notes=(missing,) if alone else (),
    )


def over_tau(view: View) -> Exhibit:
    """The measures of the run and its control at every τ."""
    chosen = [f"overlap {view.overlap.name}"] * (view.overlap != JACCARD)
    points = recovery_over_tau(view)
    names = [f"{r.label} at τ {r.tau:.2f}" for r in points.itertuples()]
    return Exhibit(
        name="recovery-tau",
        title="The same measures at every threshold τ",
        figure=figures.over_tau(points, mark=view.tau.value),
        caption=provenance(
            view.pair,
            n=n_labelled(view.library, view.run.id),
            of=_OF,
            more=[*chosen, *cut_at_chance(view.experts), _INTERVAL, _NO_INTERVAL],
        ),
        alt=f"Recovery of the domains by {view.run.label} against the threshold τ. "
        f"{_in_words(points, 'tau')}",
        filename=f"domain-recovery-tau-{view.run.label}",
        source=points,
        notes=_undefined(view, points, names),
    )


def over_steps(view: View) -> Exhibit:
    """Ratio and adjusted Rand index at every checkpoint of the design."""
    points = recovery_over_steps(view)
    return Exhibit(
        name="recovery-steps",
        title="When do domains appear?",
        figure=figures.over_steps(points, selected=view.run.id),
        caption=provenance(
            summed_up(view.runs),
            tau=view.experts,
            n=n_labelled(view.library, view.run.id),
            of=_OF,
            more=[*cut_at_chance(view.experts), _INTERVAL, _NO_INTERVAL],
        ),
        alt=f"Recovery of the domains over training steps ({view.experts}). "
        f"{_in_words(points, 'label')}",
        filename="domain-recovery-steps",
        source=points,
        notes=_undefined(view, points, points["label"].tolist()),
        target=("run",),
    )


def _undefined(view: View, points: pd.DataFrame, names: Sequence[str]) -> tuple[str, ...]:
    missing, wide = [], []
    for name, row in zip(names, points.itertuples(), strict=True):
        if pd.isna(row.ratio):
            missing.append(name)
        elif pd.isna(row.low):
            wide.append(name)
    notes = []
    if missing:
        shared = "overlap more than chance" if view.overlap.corrected else "share an expert"
        notes.append(f"Ratio not defined, since no two concepts {shared}: {', '.join(missing)}.")
    if wide:
        notes.append(
            "Ratio without an interval, since too few domains have any overlap to tell how it "
            f"varies: {', '.join(wide)}."
        )
    return tuple(notes)


def _in_words(points: pd.DataFrame, by: str) -> str:
    values = [
        f"{row[by]}: ratio {times(row['ratio'])}, ARI {rho(row['ari'])}"
        for row in points.to_dict("records")
    ]
    return "; ".join(values) + "."


def _with_chance(value: float, chance: float) -> str:
    return f"{rho(value)} (chance ≤ {rho(chance)})"


ROWS = (
    Row(
        "recovery",
        "domains",
        "How well overlap of experts recovers the domains, trained against untrained.",
        recovered,
        (DOMAINS,),
        overlaps=OVERLAPS,
    ),
    Row(
        "recovery-tau",
        "domains",
        "Recovery of the domains against the threshold τ.",
        over_tau,
        (DOMAINS,),
        overlaps=AT_A_THRESHOLD,
    ),
    Row(
        "recovery-steps",
        "domains",
        "Recovery of the domains over training steps.",
        over_steps,
        (DOMAINS, TRAJECTORY),
        overlaps=OVERLAPS,
    ),
)
