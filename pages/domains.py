"""Domains: does overlap of expert sets bring the concepts of a domain together?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pandas as pd
import streamlit as st

from explorer.figures import domains as figures
from explorer.records import RunInfo
from explorer.ui import analysis, controls, library, shell, studies, text
from explorer.ui.network import show_network

LEAD = "Concepts that share experts are linked. If a model keeps domains apart, links stay within colours."
EDGES = (10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000)
_MEASURES: tuple[tuple[str, str, Callable[[dict[str, float]], str]], ...] = (
    ("Overlap within ÷ across domains", "1 without domain structure", lambda m: f"{text.times(m['ratio'])} {_span(m)}"),
    ("— its permutation p", "domains dealt to concepts at random", lambda m: text.p_value(m["p"]) or "–"),
    ("Overlap within domains", "mean over pairs of concepts", lambda m: f"{m['within']:.3f}"),
    ("Overlap across domains", "mean over pairs of concepts", lambda m: f"{m['across']:.3f}"),
    ("Adjusted Rand index", "detected communities against domains; 1 equal, 0 chance", lambda m: text.rho(m["ari"])),
    ("NMI", "detected communities against domains; not corrected for chance", lambda m: text.rho(m["nmi"])),
    ("Modularity of the domains", "of the overlap network", lambda m: text.rho(m["domain_modularity"])),
    ("Modularity of the communities", "the best that was found", lambda m: text.rho(m["modularity"])),
    ("Communities", "detected by the Louvain method", lambda m: f"{m['communities']:.0f}"),
)


def page() -> None:
    """Controls, network, measures beside the control's, heatmap, bridges."""
    shell.header("Domains", LEAD)
    if not library.runs():
        shell.empty_state(
            "No run yet", "Domains are read from a finished extraction.", "extract", action="Extract a model"
        )
        return
    first, second, third = st.columns([5, 3, 3])
    with first:
        run = controls.pick_run()
    with second:
        tau = controls.pick_tau()
    with third:
        n_edges = _pick_edges()
    assert run is not None
    labelled = library.has_domains(run.id)
    if not labelled:
        shell.notice("The concepts of this run have no domains to recover; the network shows all of them.")
    left, right = st.columns([5, 6], vertical_alignment="bottom")
    with right:
        controls.warn_of_bad("all", ("true", "false"), "off")
        everything = st.toggle("Also concepts without a domain", key="all", bind="query-params", disabled=not labelled)
    only = labelled and not everything
    view = analysis.domain_view(run.id, tau, with_domain_only=only)
    with left:
        concept = _pick_concept(view)
    with shell.guard():
        _network(run, tau, view, n_edges, only, concept)
    if labelled:
        with shell.guard():
            _recovery(run, tau)
    left, right = st.columns([11, 9], gap="medium")
    with left, shell.guard():
        _heatmap(run, tau, view)
    with right, shell.guard():
        if labelled:
            _bridges(run, tau)


def _pick_edges() -> int:
    controls.warn_of_bad("edges", [str(n) for n in EDGES], "80")
    return int(
        st.select_slider(
            "Links shown",
            EDGES,
            value=80,
            key="edges",
            bind="query-params",
            help="The strongest overlaps, at most so many.",
        )
    )


def _network(
    run: RunInfo, tau: float, view: analysis.DomainView, n_edges: int, only: bool, concept: str | None
) -> None:
    data = figures.network_data(
        view.matrix,
        view.words,
        view.domains,
        analysis.positions(run.id, tau, only),
        n_edges=n_edges,
        selected=concept,
    )
    pairs = figures.strongest(view.matrix, n_edges)
    edges = pd.DataFrame(
        [(view.words[a], view.domains[a], view.words[b], view.domains[b], view.matrix[a, b]) for a, b in pairs],
        columns=["word1", "domain1", "word2", "domain2", "overlap"],
    )
    within = int(((edges["domain1"] == edges["domain2"]) & edges["domain1"].notna()).sum())
    if edges.empty:
        shell.notice("No two concepts share an expert at this τ; lower it to see links.")
    counts = f"{len(edges)} links, {within} within a domain, {len(edges) - within} across (dashed)"
    weakest = f"overlap ≥ {edges['overlap'].min():.3f}" if len(edges) else "no overlap"
    show_network(
        data,
        key="network",
        alt=f"Network of {len(view.words)} concepts of {run.label} at τ = {tau:.2f}: {counts}.",
        filename=f"domains-{run.label}",
        on_concept=_select,
    )
    shell.figure_footer(
        key="network_footer",
        caption=text.provenance(run, tau=tau, n=len(view.words), of="concepts", more=[counts, weakest]),
        data=edges,
        filename=f"network-{run.label}",
    )
    if concept:
        st.markdown(f"**Nearest to {text.plain(concept)}**")
        _overlap_table(analysis.neighbours(view, concept).head(10), key="neighbours")


def _pick_concept(view: analysis.DomainView) -> str | None:
    controls.warn_of_bad("concept", view.words, "none")
    if st.session_state.get("concept") not in (None, *view.words):
        st.session_state["concept"] = None
    return st.selectbox(
        "Concept",
        sorted(view.words),
        index=None,
        key="concept",
        bind="query-params",
        placeholder="Choose, or click in the network",
    )


def _select(word: str) -> None:
    st.session_state["concept"] = word


def _recovery(run: RunInfo, tau: float) -> None:
    twin = studies.twin_of(run, library.runs())
    st.subheader("Are the domains recovered?", anchor=False)
    shown = [run, *([twin] if twin else [])]
    found = {r.label: analysis.recovery(r.id, tau) for r in shown}
    table = pd.DataFrame(
        [
            {"measure": name} | {label: write(m) for label, m in found.items()} | {"meaning": how}
            for name, how, write in _MEASURES
        ]
    )
    st.table(table.set_index("measure"))
    numbers = pd.DataFrame(found).rename_axis("measure").reset_index()
    count = sum(domain is not None for domain in library.concepts(run.id)["domain"])
    shell.figure_footer(
        key="recovery",
        caption=text.provenance(
            shown, tau=tau, n=count, of="concepts with a domain", more=["95% bootstrap interval over concepts"]
        ),
        data=numbers,
        filename=f"domain-recovery-{run.label}",
    )
    if twin is None and run.request.checkpoint.random_init is None:
        shell.notice("This run has no untrained twin to compare with: extract the same with random initialisation.")


def _span(measures: dict[str, float]) -> str:
    return text.interval(measures["low"], measures["high"])


def _heatmap(run: RunInfo, tau: float, view: analysis.DomainView) -> None:
    st.subheader("Overlap of every two concepts", anchor=False)
    order = figures.domain_order(view.domains)
    words = [view.words[i] for i in order]
    shell.show_figure(
        figures.heatmap(view.matrix, view.words, view.domains),
        key="heatmap_figure",
        caption=text.provenance(run, tau=tau, n=len(words), of="concepts", more=["mean over folds, ordered by domain"]),
        data=lambda: pd.DataFrame(view.matrix[order][:, order], words, words).rename_axis("concept").reset_index(),
        filename=f"overlap-{run.label}",
        alt=f"Overlap matrix of {len(words)} concepts of {run.label}, ordered by domain.",
    )


def _bridges(run: RunInfo, tau: float) -> None:
    st.subheader("Bridges between domains", anchor=False)
    table = analysis.bridges(run.id, tau)
    named = pd.DataFrame(
        {
            "bridge": [f"{r.word1} – {r.word2}" for r in table.itertuples()],
            "domains": [f"{r.domain1} – {r.domain2}" for r in table.itertuples()],
            "overlap": table["overlap"],
            "p": table["p"],
        }
    )
    _overlap_table(named, key="bridges", height=560)
    shell.figure_footer(
        key="bridges_footer",
        caption=text.provenance(
            run,
            tau=tau,
            n=len(table),
            of="pairs",
            more=["p: rank among the two concepts' cross-domain pairs, uncorrected"],
        ),
        data=table,
        filename=f"bridges-{run.label}",
    )


def _overlap_table(table: pd.DataFrame, *, key: str, height: int | Literal["auto"] = "auto") -> None:
    columns = dict.fromkeys(("overlap", "p"), st.column_config.NumberColumn(format="%.3f"))
    st.dataframe(table, hide_index=True, height=height, key=f"{key}_table", column_config=columns)


with shell.guard():
    page()
