"""One run over its training, to be played, and some of its moments side by side."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from explorer.core.similarity import OVERLAPS
from explorer.core.text import rho
from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.needs import Need
from explorer.exhibits.pairs import scale_of
from explorer.exhibits.provenance import cut_at_chance, provenance
from explorer.exhibits.row import Chosen, Option, Row
from explorer.figures import over_training as figures
from explorer.figures.axes import compact
from explorer.figures.domains import strongest
from explorer.figures.film import Film, playing, side_by_side
from explorer.results.checkpoints import summed_up
from explorer.results.over_training import (
    Moment,
    against_people,
    experts_by_layer,
    moments,
    networks,
    spread_out,
)
from explorer.results.view import View

LAYERS, PEOPLE, NETWORK = "experts by layer", "overlap against people", "network"
STEP, TOKENS = "step", "tokens seen"
_LINKS, _PANELS = 60, 6


def film(view: View, *, quantity: str = LAYERS, by: str = STEP) -> Exhibit:
    """The quantity at every checkpoint, played in the browser."""
    every = moments(view)
    start = next((k for k, m in enumerate(every) if m.run.id == view.run.id), len(every) - 1)
    source, drawn, told = _drawn(view, quantity, by)
    return Exhibit(
        name="over-training",
        title=f"Over training: {quantity}",
        lead=told,
        figure=playing(drawn, start),
        caption=_caption(view, quantity, source, f"{len(every)} checkpoints"),
        alt=f"{quantity.capitalize()} at {len(every)} checkpoints of a training. {told}",
        filename=f"over-training-{quantity.replace(' ', '-')}",
        source=source,
    )


def small_multiples(view: View, *, quantity: str = LAYERS, by: str = STEP) -> Exhibit:
    """The first, the last, and checkpoints between on a log scale, side by side."""
    steps = [moment.step for moment in moments(view)]
    chosen = [steps.index(step) for step in spread_out(steps, _PANELS)]
    source, drawn, told = _drawn(view, quantity, by)
    named = ", ".join(drawn.labels[k] for k in chosen)
    return Exhibit(
        name="over-training-panels",
        title="The same, side by side",
        figure=side_by_side(drawn, chosen),
        caption=_caption(view, quantity, source, f"{len(chosen)} of {len(steps)} checkpoints"),
        alt=f"{quantity.capitalize()} at {named}. {told}",
        filename=f"over-training-panels-{quantity.replace(' ', '-')}",
        source=source,
    )


def _drawn(view: View, quantity: str, by: str) -> tuple[pd.DataFrame, Film, str]:
    """Data, film, and a sentence of what it shows."""
    every = moments(view)
    labels = [_label(moment, by) for moment in every]
    if quantity == PEOPLE:
        return _people(view, labels)
    if quantity == NETWORK:
        return _network(view, labels)
    rows = experts_by_layer(view)
    totals = rows.groupby("step")["experts"].sum()
    told = f"Experts of a concept: {totals.iloc[0]:,.0f} at the first, {totals.iloc[-1]:,.0f}"
    return rows, figures.by_layer(rows, labels), f"{told} at the last checkpoint."


def _people(view: View, labels: list[str]) -> tuple[pd.DataFrame, Film, str]:
    rows = against_people(view)
    rhos = rows.groupby("step")["rho"].first().tolist()
    told = [f"{label} · ρ {rho(value)}" for label, value in zip(labels, rhos, strict=True)]
    drawn = figures.against_people(rows, told, scale_of(view.rated.dataset))
    return rows, drawn, f"ρ goes from {rho(rhos[0])} to {rho(rhos[-1])}."


def _network(view: View, labels: list[str]) -> tuple[pd.DataFrame, Film, str]:
    shown, places = networks(view)
    words, domains = shown[-1].words, shown[-1].domains
    drawn = figures.network([c.matrix for c in shown], words, domains, places, labels, _LINKS)
    rows = [
        (moment.step, words[i], words[j], concepts.matrix[i, j])
        for moment, concepts in zip(moments(view), shown, strict=True)
        for i, j in strongest(concepts.matrix, _LINKS)
    ]
    table = pd.DataFrame(rows, columns=["step", "word1", "word2", "overlap"])
    domain_of = dict(zip(words, domains, strict=True))
    own, other = (table[name].map(domain_of) for name in ("word1", "word2"))
    within = ((own == other) & own.notna()).groupby(table["step"]).mean()
    told = f"{within.iloc[0]:.0%} of the links at the first and {within.iloc[-1]:.0%} at the last"
    known = len(within) and any(domains)
    return table, drawn, f"{told} checkpoint lie within a domain." if known else ""


def _label(moment: Moment, by: str) -> str:
    if by == TOKENS and moment.tokens is not None:
        return f"{compact(moment.tokens)} tokens"
    return f"step {moment.step:,}"


def _caption(view: View, quantity: str, source: pd.DataFrame, count: str) -> str:
    more = [count, "axes and places are the same at every checkpoint"]
    pairs = quantity == PEOPLE
    if quantity == NETWORK:
        more += cut_at_chance(view.experts)
        more.append(f"the {_LINKS} strongest overlaps of each, placed as in the last")
    return provenance(
        summed_up([moment.run for moment in moments(view)]),
        tau=view.tau if quantity == LAYERS else view.experts,
        data=view.rated.label if pairs else None,
        n=len(source) // len(moments(view)) if pairs else len(view.run.request.concepts),
        of="word pairs" if pairs else "concepts",
        more=more,
    )


def _quantities(view: View, _: Chosen) -> tuple[str, ...]:
    return (LAYERS, PEOPLE, NETWORK) if view.ratings is not None else (LAYERS, NETWORK)


def _orders(view: View, _: Chosen) -> tuple[str, ...]:
    known = all(moment.tokens is not None for moment in moments(view))
    return (STEP, TOKENS) if known else (STEP,)


_STEPS = Need(
    "three steps of its training",
    lambda view: len(moments(view)) > 2,
    "Fewer than three steps of this model’s training are in the cache. Extract others of the same "
    "design, or choose a run that has them for A.",
)
_QUANTITY, _BY = Option("quantity", "Shown", _quantities), Option("by", "Counted by", _orders)
ROWS = (
    Row(
        "over-training",
        "compare",
        "One run at every step of its training, played in the browser.",
        film,
        (_STEPS,),
        (_QUANTITY, _BY),
        overlaps=OVERLAPS,
    ),
    Row(
        "over-training-panels",
        "compare",
        "The first, the last and some steps between, side by side.",
        small_multiples,
        (_STEPS,),
        (replace(_QUANTITY, follows=True), replace(_BY, follows=True)),
        overlaps=OVERLAPS,
    ),
)
