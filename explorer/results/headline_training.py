"""Alignment of experts over training, and what it comes down to."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import EXPERTS
from explorer.core.text import rho
from explorer.measure.alignment import ALPHA
from explorer.results.alignment import alignment_points
from explorer.results.view import View

_FEWEST_STEPS = 3
"""Of a trajectory."""


def trajectories(view: View) -> pd.DataFrame:
    """The points of the experts of every model with three checkpoints or more, as
    `alignment_points`; empty without one.
    """
    points = alignment_points(view.library, view.runs, view.rated, view.experts)
    experts = points[(points["representation"] == EXPERTS) & points["step"].notna()]
    return experts[experts.groupby("family")["step"].transform("nunique") >= _FEWEST_STEPS]


def risen(points: pd.DataFrame) -> list[str]:
    """A sentence on the model whose experts gain most from its first to its last step;
    none without trajectories, as `trajectories` gives them.
    """
    if points.empty:
        return []
    ordered = points.sort_values("step").groupby("family")
    ends = pd.DataFrame({"first": ordered["rho"].first(), "last": ordered["rho"].last()})
    ends["p"] = ordered["p_holm"].last()
    name = (ends["last"] - ends["first"]).idxmax()
    row = ends.loc[name]
    if not (row["p"] < ALPHA and row["last"] > row["first"]):
        return ["Over training no model of this design comes to follow people."]
    return [f"Over training, {name} goes from {rho(row['first'])} to {rho(row['last'])}."]
