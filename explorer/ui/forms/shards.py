"""Into how many shards an extraction is cut, and what that costs."""

from __future__ import annotations

import streamlit as st

from explorer.core.text import plain
from explorer.jobs.cost.estimate import Estimate
from explorer.jobs.cost.shards import told


def choose(cost: Estimate, n_concepts: int) -> int:
    """The number of shards; 1 unless the user says more."""
    with st.expander("Shards: cut the concepts into several jobs"):
        number = st.number_input(
            "Shards",
            1,
            n_concepts,
            1,
            key=f"form_shards_{n_concepts}",
            help="Each shard reads the negative pool and its own concepts, and is kept apart; "
            "the last one done, they become one run, equal to that of an uncut extraction.",
        )
        st.caption(plain(told(cost, n_concepts, int(number))))
    return int(number)
