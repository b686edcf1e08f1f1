"""The form that describes an extraction of a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import DTYPES, POOLINGS, RunRequest
from explorer.probes.probe_set import ProbeSetInfo
from explorer.ui.forms.presets import PRESETS, QUICK, concepts_of

_POOLING_HELP = (
    "How a unit's activations over a sentence's tokens become one response. "
    "`selfcond` reproduces the padding of ml-selfcond, and leaves out sentences over 128 tokens."
)


def apply_preset() -> None:
    """Put the sizes and the concepts of the chosen preset into the form."""
    _fill_sizes()
    st.session_state.pop("form_concepts", None)


def _fill_sizes() -> None:
    preset = PRESETS[st.session_state.get("form_preset") or QUICK.name]
    st.session_state["form_positive"] = preset.n_positive
    st.session_state["form_negative"] = preset.n_negative
    st.session_state["form_folds"] = preset.folds


def preset() -> None:
    """Choose where to start from."""
    chosen = st.segmented_control(
        "Start from",
        list(PRESETS),
        default=QUICK.name,
        required=True,
        key="form_preset",
        on_change=apply_preset,
        persist_state="session",
    )
    st.caption(PRESETS[chosen or QUICK.name].text + ".")


def probe_set(available: Sequence[ProbeSetInfo]) -> ProbeSetInfo:
    """Choose the sentences."""
    by_name = {info.name: info for info in available}
    name = st.selectbox(
        "Probe set",
        list(by_name),
        format_func=lambda n: (
            f"{n} · {len(by_name[n].sizes)} concepts · {sum(by_name[n].sizes.values()):,} sentences"
        ),
        key="form_probes",
        help="Sentences for each concept. `explorer probes --help` tells how to import "
        "or generate others.",
        on_change=lambda: st.session_state.pop("form_concepts", None),
        persist_state="session",
    )
    return by_name[name]


def concepts(info: ProbeSetInfo) -> list[str]:
    """Choose the concepts; the preset's to begin with."""
    known = list(info.concepts)
    preset = PRESETS[st.session_state.get("form_preset") or QUICK.name]
    everything = st.toggle(
        f"All {len(known)} concepts",
        preset.n_concepts is None,
        key=f"form_all_{preset.name}",
        persist_state="session",
    )
    if everything:
        return known
    if "form_concepts" not in st.session_state:
        st.session_state["form_concepts"] = concepts_of(preset, info)[
            : max(8, preset.n_concepts or 0)
        ]
    st.session_state["form_concepts"] = [
        word for word in st.session_state["form_concepts"] if word in info.sizes
    ]
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.multiselect(
        "Concepts",
        known,
        key="form_concepts",
        placeholder="Choose at least two",
        wrap=True,
        persist_state="session",
    )
    _add_domain(right, info)
    return list(chosen)


def _add_domain(place: st.delta_generator.DeltaGenerator, info: ProbeSetInfo) -> None:
    names = list(
        dict.fromkeys(info.domains[word] for word in info.concepts if word in info.domains)
    )

    def add() -> None:
        name = st.session_state.get("form_domain")
        words = [word for word in info.concepts if info.domains.get(word) == name]
        st.session_state["form_concepts"] = list(
            dict.fromkeys([*st.session_state.get("form_concepts", []), *words])
        )
        st.session_state["form_domain"] = None

    if names:
        place.selectbox(
            "Add a domain",
            names,
            index=None,
            key="form_domain",
            on_change=add,
            placeholder="Domain",
        )


def advanced() -> dict[str, int | str]:
    """Sizes, pooling, dtype and seed."""
    if "form_positive" not in st.session_state:
        _fill_sizes()
    with st.expander("Advanced: set sizes, folds, pooling, precision, seed"):
        first, second, third = st.columns(3)
        n_positive = first.number_input(
            "N⁺, sentences of the concept", 1, 100_000, key="form_positive", persist_state="session"
        )
        n_negative = second.number_input(
            "N⁻, sentences of others", 1, 1_000_000, key="form_negative", persist_state="session"
        )
        folds = third.number_input("Folds", 1, 32, key="form_folds", persist_state="session")
        pooling = first.selectbox(
            "Pooling", POOLINGS, key="form_pooling", help=_POOLING_HELP, persist_state="session"
        )
        dtype = second.selectbox("Precision", DTYPES, key="form_dtype", persist_state="session")
        seed = third.number_input(
            "Seed of the draws", 0, 2**31 - 1, 0, key="form_seed", persist_state="session"
        )
    return {
        "n_positive": int(n_positive),
        "n_negative": int(n_negative),
        "folds": int(folds),
        "pooling": str(pooling),
        "dtype": str(dtype),
        "seed": int(seed),
    }


def request(
    model: Checkpoint, info: ProbeSetInfo, words: Sequence[str], sizes: dict[str, int | str]
) -> RunRequest:
    """The request that the form describes. Raises InputError."""
    return RunRequest(
        checkpoint=model,
        probe_set=info.name,
        probe_digest=info.digest,
        concepts=tuple(words),
        domains=info.domains_among(words),
        **sizes,  # type: ignore[arg-type]
    )
