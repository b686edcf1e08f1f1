"""The controls of a view: a run with a slider of its checkpoints, human ratings, τ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import streamlit as st

from explorer.core.ratings import Ratings
from explorer.core.records import RunInfo
from explorer.core.similarity import OVERLAPS, parse_overlap
from explorer.core.tau import GRID, LOWEST, Tau
from explorer.core.text import plain
from explorer.results.expert_overlap import too_few
from explorer.results.ratings import RatedChoice, rated_choices
from explorer.results.selection import Selection, Series, selection
from explorer.results.view import Misfit, View
from explorer.ui import seeds, shell
from explorer.ui.controls import address
from explorer.ui.library import library

RUN = "run"
_CHOICE, _STEP, _LAST = "run_choice", "run_step", "_last_run"


def run(label: str = "Run", runs: Sequence[RunInfo] | None = None) -> RunInfo | None:
    """Choose a finished run, of `runs` where given; None when there is none.

    A model that was extracted at several steps of its training is one entry with a
    slider of its checkpoints. The address names the run; without one, it is the run
    looked at last on any page, else the default of the library.
    """
    offered = selection(library()) if runs is None else Selection(runs)
    default = offered.default
    if default is None:
        return None
    chosen = _addressed(offered, default)
    ordered = sorted(offered.series.values(), key=lambda other: default not in other.runs)
    help_text = "One extraction: checkpoint × probe set × concepts × N⁺ × N⁻ × folds."
    series_and_step(
        (label, "Training step"), (_CHOICE, _STEP), offered, ordered, chosen, choose, help_text
    )
    return chosen


def series_and_step(
    labels: tuple[str, str],
    keys: tuple[str, str],
    offered: Selection,
    ordered: Sequence[Series],
    chosen: RunInfo,
    choose: Callable[[str], None],
    help_text: str | None = None,
) -> None:
    """A list of models and, for one with several, a slider of its checkpoints.

    labels, keys: of both controls; choose: called with the id of what was chosen.
    """
    series, step = offered.series_of(chosen), chosen.request.checkpoint.step
    leads = {other.last.id: other for other in ordered}

    def series_chosen() -> None:
        choose(leads[st.session_state[keys[0]]].near(step).id)

    def step_chosen() -> None:
        choose(series.near(st.session_state[keys[1]]).id)

    st.session_state[keys[0]] = series.last.id
    st.selectbox(
        labels[0],
        list(leads),
        format_func=lambda lead: offered.series_label(leads[lead]),
        key=keys[0],
        on_change=series_chosen,
        help=help_text,
    )
    if len(series.runs) > 1:
        st.session_state[keys[1]] = step
        st.select_slider(
            labels[1],
            [other.request.checkpoint.step for other in series.runs],
            format_func=lambda number: f"{number:,}",
            key=keys[1],
            on_change=step_chosen,
        )


def run_and_tau(*, overlaps: bool = False) -> View | None:
    """Choose a run and, beside it, τ; None when there is no run. overlaps: also how
    expert sets are compared.
    """
    left, right = st.columns([5, 3])
    with left:
        chosen = run()
    if chosen is None:
        return None
    with right:
        view = View(library(), chosen, None, tau())
    return _compared(view) if overlaps else view


def whole(label: str = "Run", *, overlaps: bool = False) -> View | None:
    """Choose a run, human ratings and τ, in one row; None when there is no run.
    overlaps: also how expert sets are compared.
    """
    if not library().runs():
        return None
    with st.container(key="controls"):
        first, second, third = st.columns([5, 2, 3])
        with first:
            chosen = run(label)
        if chosen is None:
            return None
        with second:
            rated = ratings(chosen)
        with third:
            view = View(library(), chosen, rated, tau())
    return _compared(view) if overlaps else view


def choose(run_id: str) -> None:
    """Make a run the one that is looked at."""
    st.session_state[_LAST] = run_id
    address.put(RUN, run_id)


def tau(default: Tau = LOWEST) -> Tau:
    """Choose the AP above which a unit is an expert; bound to the address."""
    if (left := seeds.take("tau")) is not None:
        st.session_state["tau"] = Tau.parse(left).value
    address.check("tau", [str(value) for value in GRID], str(default))
    chosen = st.select_slider(
        "Threshold τ",
        [value.value for value in GRID],
        value=default.value,
        format_func=lambda value: f"{value:.2f}",
        key="tau",
        bind="query-params",
        help="A unit is an expert of a concept when its average precision is strictly above τ.",
    )
    seeds.keep("tau", str(Tau.of(chosen)))
    return Tau.of(chosen)


def _compared(view: View) -> View:
    """Choose how expert sets are compared; tell where they are smaller than asked."""
    names = [overlap.name for overlap in OVERLAPS]
    help_text = "; ".join(f"{overlap.name}: {overlap.meaning}" for overlap in OVERLAPS)
    name = address.choice("overlap", "Overlap of expert sets", names, help_text)
    seeds.keep("overlap", name)
    view = replace(view, overlap=parse_overlap(name))
    if told := [s for run in view.pair if (s := too_few(view.library, run.id, view.experts))]:
        shell.notice(plain(" ".join(told)))
    return view


def ratings(of: RunInfo) -> Ratings | None:
    """Choose among the human ratings that cover pairs of a run; None when none does."""
    choices = {choice.ratings.label: choice for choice in rated_choices(library(), of.id)}
    if not choices:
        return None
    label = address.pick("human", "Human ratings", list(choices), _counts(choices.values()))
    seeds.keep("human", label)
    return choices[label].ratings


def warn_of_chance(view: View) -> None:
    """Say so when units that tell nothing are experts.

    Their AP is the share of positives among all sentences.
    """
    asked = view.run.request
    chance = asked.n_positive / (asked.n_positive + asked.n_negative)
    if chance >= view.tau.value - 0.05:
        shell.notice(
            f"A unit that tells nothing has an AP of about {chance:.2f} in this run, the share of "
            f"positives, and τ is {view.tau}: expert sets hold such units. Raise τ, or extract "
            "with more negatives."
        )


def _addressed(offered: Selection, default: RunInfo) -> RunInfo:
    named = address.given(RUN)
    if named is not None and named not in offered.by_id:
        address.tell(Misfit(RUN, named, offered.label(default)))
        return default
    last = st.session_state.get(_LAST)
    chosen = offered.by_id.get(named or last or "", default)
    st.session_state[_LAST] = chosen.id
    # The default goes without saying: each change of the address is a step in its
    # history.
    if named is None and chosen is not default:
        address.put(RUN, chosen.id)
    return chosen


def _counts(choices: Iterable[RatedChoice]) -> str:
    counts = ", ".join(f"{plain(c.ratings.label)} ({c.n:,})" for c in choices)
    return f"Word pairs rated by people: {counts} covered."
