"""The headline: a run and its untrained control against human ratings."""

from __future__ import annotations

import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.similarity import EXPERTS
from explorer.core.text import interval, rho, times
from explorer.measure.alignment import ALPHA, TRAINED, UNTRAINED
from explorer.measure.domains import Ratio
from explorer.results.alignment import alignment_of, alignment_points
from explorer.results.differences import (
    comparisons_of_representations,
    comparisons_with_control,
    differences,
)
from explorer.results.headline_training import risen, trajectories
from explorer.results.rated import human_pairs
from explorer.results.reading import has_domains
from explorer.results.recovery import domain_ratio
from explorer.results.view import View


def headline_points(view: View) -> pd.DataFrame:
    """run, commit, label, held_out_loss, tokens, representation, rho, low, high, p,
    p_holm, n, note, weights ("trained" or "untrained"): the run and its control.
    """
    table = alignment_points(view.library, view.pair, view.rated, view.experts)
    untrained = {run.id for run in view.pair if run.request.checkpoint.step == 0}
    weights = [UNTRAINED if run in untrained else TRAINED for run in table["run"]]
    return table.drop(columns=["family", "step"]).assign(weights=weights)


def headline_differences(view: View) -> pd.DataFrame:
    """Experts against each embedding, and trained against untrained; as
    `differences`.
    """
    comparisons = comparisons_of_representations([view.run], view.experts)
    comparisons += comparisons_with_control(view, [view.run])
    return differences(view.library, comparisons, view.rated)


def key_numbers(view: View) -> pd.DataFrame:
    """number, value, low, high, p, control, note: what a run comes down to.

    Three rows: ρ of experts, overlap within ÷ across domains (NaN without domains) with
    that of the control, and the number of rated pairs.
    """
    experts = alignment_of(view.library, view.run.id, view.rated, view.experts)
    pairs = human_pairs(view.library, view.run.id, view.rated)
    ratio, control = _ratio(view, view.run), _ratio(view, view.control)
    nan = float("nan")
    rows = [
        ("alignment of experts", experts.rho, experts.low, experts.high, experts.p, nan),
        (
            "overlap within ÷ across domains",
            *((ratio.ratio, ratio.low, ratio.high) if ratio else (nan, nan, nan)),
            nan,
            control.ratio if ratio and control else nan,
        ),
        ("rated pairs", len(pairs), nan, nan, nan, nan),
    ]
    table = pd.DataFrame(rows, columns=["number", "value", "low", "high", "p", "control"])
    return table.assign(note=[experts.note, "", ""])


def story(view: View) -> list[str]:
    """What the headline comes down to, in a few sentences."""
    points = headline_points(view)
    of = points[points["representation"] == EXPERTS].set_index("weights")
    main = of.loc[TRAINED if TRAINED in of.index else UNTRAINED]
    what = f"the similarities that people give {int(main['n'])} word pairs"
    told = f"ρ {rho(main['rho'])} {interval(main['low'], main['high'])}".rstrip()
    label, trained = main["label"], risen(trajectories(view))
    if not main["low"] > 0:
        return [f"The experts of {label} do not clearly follow {what} ({told}).", *trained]
    sentences = [f"The experts of {label} follow {what} ({told}){_beyond(view, label)}."]
    if TRAINED in of.index and UNTRAINED in of.index:
        control = of.loc[UNTRAINED]
        verb = "follow them too" if control["low"] > 0 else "do not"
        sentences.append(f"Those of its untrained twin {verb} ({rho(control['rho'])}).")
    return [*sentences, *_of_domains(view), *trained]


def _beyond(view: View, label: str) -> str:
    """Which embeddings they exceed, as the end of a sentence."""
    table = headline_differences(view)
    own = table[(table["checkpoint"] == label) & table["comparison"].str.startswith("experts − ")]
    better = own[(own["delta"] > 0) & (own["p_holm"] < ALPHA)]["representation"]
    if better.empty:
        return ""
    return f", more closely than its {' and its '.join(map(str, better))}"


def _of_domains(view: View) -> list[str]:
    ratio, control = _ratio(view, view.run), _ratio(view, view.control)
    if ratio is None or not ratio.low > 1:
        return []
    beside = "" if control is None else f" (untrained {times(control.ratio)})"
    return [f"Concepts of one domain overlap {times(ratio.ratio)} as much as others{beside}."]


def _ratio(view: View, run: RunInfo | None) -> Ratio | None:
    if run is None or not has_domains(view.library, run.id):
        return None
    return domain_ratio(view.library, run.id, view.experts)
