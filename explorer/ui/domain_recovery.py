"""Sections of the page of domains: are they recovered, at this tau, at others, and at
other checkpoints.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.figures import recovery as figures
from explorer.ui import domain_measures, library, shell, studies, trajectories
from explorer.ui.clicks import show_clickable

NO_INTERVAL = (
    "no interval for ARI, NMI and modularity: thin lines are what chance stays below in "
    "95% of cases"
)
_INTERVAL = "95% interval of the ratio by jackknife over domains"
_MEASURES: tuple[tuple[str, str, Callable[[dict[str, float]], str]], ...] = (
    (
        "Overlap within ÷ across domains",
        "1 without domain structure; 95% interval over domains",
        lambda m: f"{text.times(m['ratio'])} {text.interval(m['low'], m['high'])}",
    ),
    (
        "— its permutation p",
        "domains dealt to concepts at random",
        lambda m: text.p_value(m["p"]) or "–",
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
    (
        "Modularity of the domains",
        "of the overlap network",
        lambda m: text.rho(m["domain_modularity"]),
    ),
    (
        "Modularity of the communities",
        "the best that was found",
        lambda m: text.rho(m["modularity"]),
    ),
    ("Communities", "detected by the Louvain method", lambda m: f"{m['n_communities']:.0f}"),
)


def show_recovery(run: RunInfo, tau: float) -> None:
    """The measures of a run beside its control's, then both against tau."""
    control = trajectories.control_of(run, studies.same_design(run, library.runs()))
    st.subheader("Are the domains recovered?", anchor=False)
    shown = [run, *([control] if control else [])]
    found = {r.label: domain_measures.recovery(r.id, tau) for r in shown}
    table = pd.DataFrame(
        [
            {"measure": name} | {label: write(m) for label, m in found.items()} | {"meaning": how}
            for name, how, write in _MEASURES
        ]
    )
    st.table(table.set_index("measure"))
    shell.figure_footer(
        key="recovery",
        caption=text.provenance(
            shown, tau=tau, n=_labelled(run), of="concepts with a domain", more=[_INTERVAL]
        ),
        data=pd.DataFrame(found).rename_axis("measure").reset_index(),
        filename=f"domain-recovery-{run.label}",
    )
    if control is None and run.request.checkpoint.step != 0:
        shell.notice(
            "This run has no untrained control to compare with: extract the same with random "
            "initialisation."
        )
    with st.expander("The same measures at every threshold τ", expanded=True):
        _over_tau(shown, control, tau)


def _over_tau(shown: Sequence[RunInfo], control: RunInfo | None, tau: float) -> None:
    points = domain_measures.over_tau(shown, control)
    shell.show_figure(
        figures.over_tau(points, mark=tau),
        key="recovery_tau",
        caption=text.provenance(
            shown, n=_labelled(shown[0]), of="concepts with a domain", more=[_INTERVAL, NO_INTERVAL]
        ),
        data=points,
        filename=f"domain-recovery-tau-{shown[0].label}",
        alt=f"Recovery of the domains by {shown[0].label} against the threshold τ. "
        f"{_alt(points, 'tau')}",
    )
    _undefined(
        points,
        [f"{label} at τ {t:.2f}" for label, t in zip(points["label"], points["tau"], strict=True)],
    )


def show_steps(run: RunInfo, tau: float) -> None:
    """Ratio and adjusted Rand index at every checkpoint of the design; nothing where
    there is no other.
    """
    runs = studies.same_design(run, library.runs())
    points = domain_measures.over_steps(runs, tau)
    if points["step"].dropna().nunique() < 2:
        return
    st.subheader("When do domains appear?", anchor=False)
    show_clickable(
        figures.over_steps(points, selected=run.id),
        key="recovery_steps",
        caption=text.provenance(
            trajectories.collective(runs),
            tau=tau,
            n=_labelled(run),
            of="concepts with a domain",
            more=[_INTERVAL, NO_INTERVAL],
        ),
        data=points,
        filename="domain-recovery-steps",
        alt=f"Recovery of the domains over training steps at τ = {tau:.2f}. "
        f"{_alt(points, 'label')}",
        on_point=_select,
    )
    _undefined(points, points["label"].tolist())


def _select(custom: Sequence[Any]) -> None:
    """A clicked point becomes the page's run."""
    found = [run for run in library.runs() if run.id == str(custom[-1])]
    if found:
        st.query_params["run"] = found[0].id


def _undefined(points: pd.DataFrame, names: Sequence[str]) -> None:
    missing = [name for name, ratio in zip(names, points["ratio"], strict=True) if pd.isna(ratio)]
    wide = [
        name
        for name, ratio, low in zip(names, points["ratio"], points["low"], strict=True)
        if pd.notna(ratio) and pd.isna(low)
    ]
    if missing:
        st.caption(
            "Ratio not defined, since no two concepts share an expert: "
            f"{text.plain(', '.join(missing))}."
        )
    if wide:
        st.caption(
            "Ratio without an interval, since too few domains have any overlap to tell how it "
            "varies: "
            f"{text.plain(', '.join(wide))}."
        )


def _alt(points: pd.DataFrame, by: str) -> str:
    values = [
        f"{row[by]}: ratio {text.times(row['ratio'])}, ARI {text.rho(row['ari'])}"
        for row in points.to_dict("records")
    ]
    return "; ".join(values) + "."


def _labelled(run: RunInfo) -> int:
    return int(library.concepts(run.id)["domain"].notna().sum())


def _with_chance(value: float, chance: float) -> str:
    return f"{text.rho(value)} (chance ≤ {text.rho(chance)})"
