"""Where experts are: layers and modules."""

from __future__ import annotations

import pandas as pd

from explorer.core.tau import GRID, Tau
from explorer.core.text import interval, rho
from explorer.exhibits.exhibit import Column, Exhibit, Table
from explorer.exhibits.needs import RATINGS, TRAINING
from explorer.exhibits.provenance import INTERVALS, provenance
from explorer.exhibits.row import CONCEPT, Option, Row
from explorer.figures import where as figures
from explorer.results import where as results
from explorer.results.view import View


def places(view: View, *, concept: str) -> Exhibit:
    """Where the experts of a concept are, beside those of the untrained control."""
    rows = results.expert_places(view, concept)
    own = rows[rows["label"] == view.run.label]
    by_layer = own.groupby("layer")["experts"].sum()
    most = f"most in layer {by_layer.idxmax()}" if by_layer.sum() else "none"
    return Exhibit(
        name="where-concept",
        title=f"Where the experts of “{concept}” are",
        figure=figures.by_place(rows),
        caption=provenance(
            view.pair, tau=view.tau, more=["mean over folds", f"{by_layer.sum():,.1f} experts"]
        ),
        alt=f"Experts of {concept} by layer and module, {most}.",
        filename=f"places-{concept}-{view.run.label}",
        source=rows,
    )


def density(view: View, *, high: str = "0.80") -> Exhibit:
    """How dense experts are in every module, at two thresholds, against the control."""
    rows = results.density(view, Tau.parse(high))
    return Exhibit(
        name="where-density",
        title="Where experts are",
        figure=figures.by_place(rows),
        caption=provenance(
            view.pair,
            n=len(view.run.request.concepts),
            of="concepts",
            more=["mean over concepts and folds"],
        ),
        alt=f"Share of units that are experts, by layer and module, of {view.run.label}.",
        filename=f"density-{view.run.label}",
        source=rows,
    )


def by_layer(view: View) -> Exhibit:
    """ρ of the overlap of one layer's experts, layer by layer."""
    return _alignment(view, results.LAYER, "where-layers", "Alignment, layer by layer")


def by_kind(view: View) -> Exhibit:
    """ρ of the overlap of the experts of one kind of module."""
    return _alignment(view, results.KIND, "where-modules", "Alignment, module by module")


def over_training(view: View) -> Exhibit:
    """ρ of every layer over training, as small multiples."""
    rows = results.alignment_over_training(view)
    last = rows[rows["step"] == rows["step"].max()]
    best = last.loc[last["rho"].idxmax()] if last["rho"].notna().any() else None
    told = "" if best is None else f"At the last checkpoint layer {best['group']:.0f} aligns best"
    return Exhibit(
        name="where-training",
        title="Alignment of every layer over training",
        lead=f"{told}: ρ = {with_interval_of(best)}." if best is not None else "",
        figure=figures.alignment_over_training(rows),
        caption=provenance(
            view.selection.checkpoints(view.run),
            tau=view.tau,
            data=view.rated.label,
            n=int(rows["n"].max()),
            more=[INTERVALS],
        ),
        alt=f"Alignment of experts over training, layer by layer. {told}.",
        filename=f"alignment-by-layer-over-training-{view.rated.label}",
        source=rows,
    )


def claims(view: View, *, high: str = "0.80") -> Exhibit:
    """Published claims about where experts are, tried on what is loaded."""
    rows = results.claims(view, Tau.parse(high))
    held = ["holds" if holds else "does not show" for holds in rows["holds"]]
    rows = rows.assign(outcome=held)
    columns = (
        Column("claim"),
        Column("of", "on"),
        Column("measured", "difference", "number", 3, signed=True),
        Column("low", "95% from", "number", 3, signed=True),
        Column("high", "to", "number", 3, signed=True),
        Column("n", "concepts", "integer"),
        Column("outcome"),
    )
    return Exhibit(
        name="where-claims",
        title="Published claims, tried here",
        table=Table(columns, rows, static=True),
        caption=provenance(
            view.pair,
            more=[
                f"τ {view.tau} against {high}",
                "depth from 0 (first layer) to 1 (last); bimodality: Sarle’s coefficient",
                "mean over concepts that have experts at both, t intervals, first fold",
            ],
        ),
        alt="; ".join(f"{r.claim}, {r.of}: {r.outcome}" for r in rows.itertuples()),
        filename=f"where-claims-{view.run.label}",
        source=rows,
    )


def with_interval_of(row: pd.Series) -> str:
    """ρ with its interval."""
    return f"{rho(row['rho'])} {interval(row['low'], row['high'])}"


def _alignment(view: View, by: str, name: str, title: str) -> Exhibit:
    rows = results.alignment_by(view, by)
    own = rows[rows["label"] == view.run.label]
    best = own.loc[own["rho"].idxmax()] if own["rho"].notna().any() else None
    told = (
        "Nowhere is an alignment defined."
        if best is None
        else f"{by.capitalize()} {best['group']} aligns best: ρ = {with_interval_of(best)}."
    )
    draw = figures.alignment_by_layer if by == results.LAYER else figures.alignment_by_kind
    return Exhibit(
        name=name,
        title=title,
        lead=told,
        figure=draw(rows),
        caption=provenance(
            view.pair,
            tau=view.tau,
            data=view.rated.label,
            n=int(rows["n"].max()),
            more=[
                f"overlap of the experts of one {by} alone",
                INTERVALS + ", each for itself",
            ],
        ),
        alt=f"Alignment of experts with {view.rated.label} by {by}. {told}",
        filename=f"alignment-by-{by}-{view.rated.label}",
        source=rows,
    )


_HIGH = Option(
    "high",
    "Higher threshold",
    lambda view, _: tuple(str(tau) for tau in GRID if tau > view.tau) or ("0.95",),
    "What the chosen threshold is compared with.",
    scale=True,
    default="0.80",
)
ROWS = (
    Row(
        "where-layers",
        "where",
        "How well the overlap of one layer’s experts follows people, layer by layer.",
        by_layer,
        (RATINGS,),
    ),
    Row(
        "where-modules",
        "where",
        "The same for each kind of module.",
        by_kind,
        (RATINGS,),
    ),
    Row(
        "where-density",
        "where",
        "Which layers and modules hold experts, at two thresholds and without training.",
        density,
        options=(_HIGH,),
    ),
    Row(
        "where-training",
        "where",
        "Alignment of every layer at every checkpoint of training.",
        over_training,
        (RATINGS, TRAINING),
    ),
    Row(
        "where-claims",
        "where",
        "Published claims about where experts are, tried on what is loaded.",
        claims,
        options=(Option("high", _HIGH.label, _HIGH.values, follows=True, default="0.80"),),
    ),
    Row(
        "where-concept",
        "concepts",
        "The layers and modules that hold a concept’s experts, against the untrained.",
        places,
        options=(CONCEPT,),
    ),
)
