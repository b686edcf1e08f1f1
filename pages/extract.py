"""Extract: describe an extraction, see its cost, start it, watch it."""

from __future__ import annotations

import streamlit as st

from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.core.place import LOCAL, Place
from explorer.core.request import RunRequest
from explorer.jobs import queue
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.jobs.kinds.ratings import DEFAULT_HUMAN
from explorer.probes import probe_set
from explorer.ui import login, navigation, shell
from explorer.ui.forms import cost, extraction, model, place, ratings, study
from explorer.ui.forms import shards as cut
from explorer.ui.jobs import panel
from explorer.ui.library import library

ONE, STUDY = "One checkpoint", "A study"


def form() -> tuple[RunRequest, tuple[str, ...]] | None:
    """What the form describes, with the human ratings to store; None while something is
    missing.
    """
    available = probe_set.available()
    if not available:
        shell.empty_state(
            "No probe set",
            "An extraction needs sentences about each concept. Generate or import some with "
            "`explorer probes --help`, then open this page again.",
        )
        return None
    extraction.preset()
    checkpoint = model.checkpoint()
    info = extraction.probe_set(available)
    words = extraction.concepts(info)
    sizes = extraction.advanced()
    own = ratings.upload(words)
    if checkpoint is None:
        shell.notice("Name a model to see what its extraction costs.")
        return None
    return extraction.request(checkpoint, info, words, sizes), (
        *DEFAULT_HUMAN,
        *([own] if own else []),
    )


def start(request: RunRequest, human: tuple[str, ...]) -> None:
    where: Place | None = LOCAL
    shards = 1
    if any(run.id == request.id for run in library().runs()):
        shell.notice("This very extraction is in the cache already: there is nothing to compute.")
        label = "Open it"
    else:
        found = cost.of(request)
        cost.show(found, request)
        where = place.choose()
        if where is not None and not where.is_local:
            shards = cut.choose(found, len(request.concepts))
        label = "Start extraction"
    pressed = st.button(
        label, type="primary", icon=":material/play_arrow:", key="start", disabled=where is None
    )
    if pressed:
        job = queue.submit(EXTRACTION, Pass((request,), human, shards=shards), place=where)
        st.query_params["job"] = job.id
        st.rerun()


def _kind() -> str:
    return str(
        st.segmented_control(
            "Extract",
            [ONE, STUDY],
            default=ONE,
            required=True,
            key="form_kind",
            persist_state="session",
        )
    )


def _one_extraction() -> None:
    try:
        described = form()
        if described is not None:
            start(*described)
    except ExplorerError as error:
        shell.problem(error)


def page() -> None:
    shell.header(
        "Extract", "Find the experts of each concept in a model, at any checkpoint of its training."
    )
    chosen = st.query_params.get("job")
    if chosen:
        with shell.guard():
            panel.show(chosen)
        if access.refusal() is None:
            navigation.link("extract", "New extraction", icon=":material/add:")
    elif login.closed():
        navigation.link("overview", "See what was extracted")
    elif _kind() == STUDY:
        study.guarded()
    else:
        _one_extraction()
    with shell.guard():
        panel.all_jobs(chosen)


page()
