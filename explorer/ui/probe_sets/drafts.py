"""Changes to a probe set that one visitor collects, until they are saved as a new probe
set.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.core.records import Sentence
from explorer.core.text import plain
from explorer.probes import editing
from explorer.probes.probe_set import ProbeSet
from explorer.ui import navigation, shell
from explorer.ui.probe_sets import card

_FAULTS, _PROBLEM, _SAVED = "_probe_faults", "_probe_problem", "_probe_saved"
_SHOWN = 10


def of(probes: ProbeSet) -> editing.Draft:
    """This visitor's draft of a probe set; an empty one at first."""
    empty = editing.Draft(probes.info.digest)
    found: editing.Draft = st.session_state.get(_key(probes), empty)
    return found


def _key(probes: ProbeSet) -> str:
    return f"_probe_draft_{probes.info.name}_{probes.info.digest}"


def toggle(probes: ProbeSet, concept: str, at: int) -> None:
    """Exclude a sentence, or take that back."""
    draft = of(probes)
    st.session_state[_key(probes)] = replace(draft, excluded=draft.excluded ^ {(concept, at)})


def _unadd(probes: ProbeSet, sentence: Sentence) -> None:
    draft = of(probes)
    st.session_state[_key(probes)] = replace(
        draft, added=tuple(row for row in draft.added if row != sentence)
    )


def _discard(probes: ProbeSet) -> None:
    st.session_state.pop(_key(probes), None)
    for key in [key for key in st.session_state if str(key).startswith(("out-", "in-"))]:
        del st.session_state[key]


def add(probes: ProbeSet, concept: str) -> None:
    """The form that adds sentences to a concept."""
    if access.refusal():
        return
    field = f"add-{probes.info.digest[:12]}-{concept}"
    with st.expander(f"Add sentences about {plain(concept)}", icon=":material/add:"):
        st.text_area(
            "One sentence a line",
            key=field,
            help="Each must hold the word or a form of it, have 5 to 32 words, and not be there "
            "already.",
        )
        st.text_input("Where they come from", editing.BY_HAND, key=f"{field}-source", max_chars=80)
        st.button(
            "Add to the draft", key=f"{field}-button", on_click=_add, args=(probes, concept, field)
        )
        if faults := st.session_state.pop(_FAULTS, ()):
            shown = "\n".join(f"- {plain(fault)}" for fault in faults[:_SHOWN])
            more = f"\n- and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
            st.error(
                f"**Nothing was added: correct these lines first.**\n\n{shown}{more}",
                icon=":material/error:",
            )


def _add(probes: ProbeSet, concept: str, field: str) -> None:
    draft = of(probes)
    existing = [*probes.sentences[concept], *(row for row in draft.added if row.concept == concept)]
    checked = editing.check_lines(
        st.session_state[field], concept, existing, str(st.session_state[f"{field}-source"])
    )
    if checked.faults or not checked.sentences:
        st.session_state[_FAULTS] = checked.faults or ("there is no sentence in the field",)
        return
    st.session_state[_key(probes)] = replace(draft, added=draft.added + checked.sentences)
    st.session_state[field] = ""


def panel(probes: ProbeSet) -> None:
    """What the draft holds, and the form that saves it; nothing while there is no
    draft.
    """
    if saved := st.session_state.pop(_SAVED, None):
        st.success(
            f"Saved as the probe set **{plain(saved)}**, shown here. The original is as it was."
        )
        navigation.link("extract", "Extract with it")
    draft = of(probes)
    if draft.empty:
        return
    with st.container(border=True, key="draft"):
        st.subheader("Draft of a new probe set", anchor=False)
        st.markdown(
            f"{len(draft.excluded):,} excluded, {len(draft.added):,} added. Saving makes a new "
            "probe set: "
            f"**{plain(probes.info.name)}** stays as it is, since finished runs refer to it."
        )
        for i, row in enumerate(draft.added):
            st.checkbox(
                f"{card.marked(row.text, row.concept)} :small[:gray[{plain(row.concept)} · "
                f"{plain(row.source)}]]",
                value=True,
                key=f"in-{i}-{row.concept}-{row.text}",
                on_change=_unadd,
                args=(probes, row),
                help="Untick to take it out of the draft.",
            )
        st.text_input(
            "Name of the new probe set",
            key="new_name",
            max_chars=64,
            placeholder=f"{probes.info.name}-2",
        )
        if problem := st.session_state.pop(_PROBLEM, None):
            shell.problem(problem)
        with st.container(horizontal=True, key="draft_buttons"):
            st.button(
                "Save",
                type="primary",
                icon=":material/save:",
                key="save",
                on_click=_save,
                args=(probes,),
            )
            st.button("Discard the draft", key="discard", on_click=_discard, args=(probes,))


def _save(probes: ProbeSet) -> None:
    try:
        info = editing.save(probes, of(probes), str(st.session_state["new_name"]).strip())
    except ExplorerError as error:
        st.session_state[_PROBLEM] = error
        return
    _discard(probes)
    st.session_state[_SAVED] = st.session_state["probes"] = info.name
    st.session_state["new_name"] = ""
