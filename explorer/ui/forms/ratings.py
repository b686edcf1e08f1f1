"""Human ratings of the user's own, beside the published ones."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection
from pathlib import Path

import streamlit as st

from explorer.core.errors import ResourceError
from explorer.core.text import plain
from explorer.probes import human as human_data
from explorer.probes import rated
from explorer.probes.datasets import DEFAULT
from explorer.probes.kept import keep


def upload(concepts: Collection[str] = ()) -> str | None:
    """Ratings of the user's own, validated and kept in the cache; None without any.

    concepts: those of the run, to say when no pair is made of two of them. Raises
    InputError for an unusable file, ResourceError when it cannot be kept.
    """
    with st.expander("Human ratings of your own"):
        st.caption(
            f"{', '.join(DEFAULT[:-1])} and {DEFAULT[-1]} are always stored with the run. Add a "
            "CSV with the columns `word1`, `word2`, `score`, or odd-one-out judgements with the "
            "columns `a`, `b`, `c`, `odd`; what is made of concepts of the run is used. With `sd` "
            "and `n`, spread and number of the ratings of a pair, what their noise allows is "
            "drawn as a ceiling."
        )
        sent = st.file_uploader("CSV of word pairs", type="csv", key="form_human")
        if sent is None:
            return None
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(sent.name).stem).strip(".-") or "ratings"
        content = sent.getvalue()
        notes: list[str] = []
        try:
            with tempfile.TemporaryDirectory() as scratch:
                draft = Path(scratch) / f"{name}.csv"
                draft.write_bytes(content)
                if key := human_data.published_by(draft):
                    human_data.add(draft)
                    st.caption(f"{key} is here, for every run.")
                    return key
                pairs = human_data.read_csv(draft, notes.append)
            path = keep(name, content)
        except OSError as error:
            raise ResourceError(
                f"The ratings could not be kept: {error.strerror or error}.",
                "Make the cache folder writable, or point EXPERT_EXPLORER_CACHE to one that is.",
            ) from error
        st.caption(f"Pairs read from {plain(sent.name)}: {len(pairs):,}.")
        if concepts and (sentence := rated.unmet(pairs, name, concepts)):
            notes.append(sentence)
        for note in notes:
            st.caption(plain(note))
        return str(path)
