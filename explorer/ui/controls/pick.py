"""Controls that put their value into the URL, so that every view can be shared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.core.records import RunInfo
from explorer.core.tau import TAUS
from explorer.core.text import plain, run_label
from explorer.ui import library, shell, studies
from explorer.ui.series import Series, all_series

_ALL = "all"
_FEW = 20
"""With fewer pairs than this a test split is not what a view opens on."""


@dataclass(frozen=True)
class HumanChoice:
    """A set of human ratings: the data set, its split (None: all of it), and the
    covered pairs.
    """

    dataset: str
    split: str | None
    n: int

    @property
    def label(self) -> str:
        """ "MEN test", "SimLex-999"."""
        return self.dataset if self.split in (None, _ALL) else f"{self.dataset} {self.split}"


def pick_run(
    label: str = "Run", key: str = "run", *, runs: Sequence[RunInfo] | None = None
) -> RunInfo | None:
    """Choose a finished run; None when there is none. `key` is the query parameter, its
    value a run id.

    A model that was extracted at several steps of its training is one entry with a
    slider of its checkpoints. The choice is remembered across pages; without any, it is
    the default run of the library.
    """
    runs = library.runs() if runs is None else list(runs)
    by_id = {run.id: run for run in runs}
    default = studies.default_run(runs)
    if default is None:
        return None
    # Not bound: a bound selectbox would put the label into the URL, and labels may
    # coincide.
    before = by_id[_kept(key, by_id, default.id)]
    found = all_series(runs)
    lead = st.session_state.get(f"{key}_choice")
    lead = (
        lead
        if lead in found
        else next(one for one, series in found.items() if before in series.runs)
    )
    chosen = _checkpoint(key, lead, found[lead], before)
    _say_bad(
        key,
        run_label(chosen, runs),
        moved=chosen.id != st.session_state.get(f"_url_{key}", chosen.id),
    )
    ordered = sorted(found, key=lambda one: default not in found[one].runs)
    st.selectbox(
        label,
        ordered,
        index=ordered.index(lead),
        format_func=lambda one: found[one].label(runs),
        key=f"{key}_choice",
        help="One extraction: checkpoint × probe set × concepts × N⁺ × N⁻ × folds.",
    )
    if len(found[lead].runs) > 1:
        steps = [run.request.checkpoint.step or 0 for run in found[lead].runs]
        st.session_state[f"{key}_step"] = chosen.request.checkpoint.step or 0
        st.select_slider(
            "Training step", steps, format_func=lambda step: f"{step:,}", key=f"{key}_step"
        )
    st.session_state[f"_lead_{key}"] = lead
    _remember(key, chosen.id, default.id)
    return chosen


def _checkpoint(key: str, lead: str, series: Series, before: RunInfo) -> RunInfo:
    """The run that the slider points to; of a series just chosen, the step that was
    looked at before.
    """
    step = st.session_state.get(f"{key}_step")
    moved = [run for run in series.runs if (run.request.checkpoint.step or 0) == step]
    if moved and st.session_state.get(f"_lead_{key}") == lead and len(series.runs) > 1:
        return moved[0]
    return before if before in series.runs else series.near(before.request.checkpoint.step)


def pick_tau(key: str = "tau", *, label: str = "Threshold τ", default: float = TAUS[0]) -> float:
    """Choose the AP above which a unit is an expert, from the τ grid; bound to the
    URL.
    """
    warn_of_bad(key, [f"{tau:.2f}" for tau in TAUS], f"{default:.2f}")
    return float(
        st.select_slider(
            label,
            TAUS,
            value=default,
            format_func=lambda tau: f"{tau:.2f}",
            key=key,
            bind="query-params",
            help="A unit is an expert of a concept when its average precision is strictly above τ.",
        )
    )


def warn_of_chance(run: RunInfo, tau: float) -> None:
    """Say so when units that tell nothing are experts: their AP is the share of
    positives among all sentences.
    """
    chance = run.request.n_positive / (run.request.n_positive + run.request.n_negative)
    if chance >= tau - 0.05:
        shell.notice(
            f"A unit that tells nothing has an AP of about {chance:.2f} in this run, the share of "
            "positives, and τ is "
            f"{tau:.2f}: expert sets hold such units. Raise τ, or extract with more negatives."
        )


def pick_human(
    run: RunInfo, key: str = "human", *, label: str = "Human ratings"
) -> HumanChoice | None:
    """Choose among the human ratings that cover pairs of the run's concepts; None when
    none does.
    """
    choices = human_choices(run)
    if not choices:
        return None
    names = [choice.label for choice in choices]
    counts = {choice.label: choice.n for choice in choices}
    warn_of_bad(key, names, names[0])
    value = st.selectbox(
        label,
        names,
        key=key,
        bind="query-params",
        help="Word pairs rated by people: "
        + ", ".join(f"{plain(n)} ({counts[n]:,})" for n in names)
        + " covered.",
    )
    return next(choice for choice in choices if choice.label == value)


def human_choices(run: RunInfo) -> list[HumanChoice]:
    """The ratings a run can be compared with, the default first: a test split of some
    size, MEN's above others.
    """
    pairs = library.human_pairs(run.id)
    found = []
    for dataset, rows in pairs.groupby("dataset", sort=False):
        splits = rows["split"].value_counts()
        if len(splits) > 1:
            found += [HumanChoice(str(dataset), str(split), int(n)) for split, n in splits.items()]
            found.append(HumanChoice(str(dataset), None, len(rows)))
        else:
            found.append(HumanChoice(str(dataset), str(splits.index[0]), len(rows)))
    return sorted(
        found,
        key=lambda choice: (
            choice.split != "test" or choice.n < _FEW,
            choice.dataset != "MEN",
            -choice.n,
        ),
    )


def warn_of_bad(key: str, allowed: Collection[str], used: str) -> None:
    """Say so when the URL's value of a bound control is not among `allowed`; call it
    before the control.

    `used` is what the control falls back to. The notice stays until the control is
    moved.
    """
    given = st.query_params.get(key)
    if given is not None:
        _note_bad(key, None if given in allowed else given)
    shown = st.session_state.get(key)
    _say_bad(key, used, moved=shown is not None and not _same(str(shown), used))


def _kept(key: str, options: Collection[str], default: str) -> str:
    """The run shown last, or asked for by an address that has changed since."""
    given = st.query_params.get(key)
    if given is not None and given != st.session_state.get(f"_url_{key}"):
        for widget in (f"{key}_choice", f"{key}_step"):
            st.session_state.pop(widget, None)
        _note_bad(key, None if given in options else given)
        if given in options:
            st.session_state[f"_kept_{key}"] = given
    kept = st.session_state.get(f"_kept_{key}")
    return str(kept) if kept in options else default


def _remember(key: str, value: str, default: str) -> None:
    st.session_state[f"_kept_{key}"] = st.session_state[f"_url_{key}"] = value
    given = st.query_params.get(key)
    # The default goes without saying, as with bound controls: each change of the
    # address is a step in its history.
    if given != value and (given is not None or value != default):
        st.query_params[key] = value


def _note_bad(key: str, given: str | None) -> None:
    if given is None:
        st.session_state.pop(f"_bad_{key}", None)
    else:
        st.session_state[f"_bad_{key}"] = given


def _say_bad(key: str, used: str, *, moved: bool) -> None:
    if moved:
        _note_bad(key, None)
    given = st.session_state.get(f"_bad_{key}")
    if given is not None:
        shell.notice(
            f"The address asks for {plain(key)} “{plain(given)}”, which is not there. Shown "
            f"instead: {plain(used)}."
        )


def _same(a: str, b: str) -> bool:
    try:
        return float(a) == float(b)
    except ValueError:
        return a == b
