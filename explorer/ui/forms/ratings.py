"""Human ratings of the user's own, beside the published ones."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import streamlit as st

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.core.text import plain
from explorer.probes import human as human_data


def upload() -> str | None:
    """Ratings of the user's own, validated and kept in the cache; None without any.
    Raises InputError.
    """
    with st.expander("Human ratings of your own"):
        st.caption(
            "MEN, SimLex-999 and WordSim-353 are always stored with the run. Add a CSV with the "
            "columns "
            "`word1`, `word2`, `score`; pairs whose two words are concepts of the run are used."
        )
        sent = st.file_uploader("CSV of word pairs", type="csv", key="form_human")
        if sent is None:
            return None
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(sent.name).stem).strip(".-") or "ratings"
        if name in human_data.DATASETS:
            raise InputError(f"“{name}” is the name of a published data set.", "Rename the file.")
        content = sent.getvalue()
        # By content, because a job that waits still needs the file it was submitted
        # with.
        path = (
            settings.cache_dir()
            / "human"
            / hashlib.sha256(content).hexdigest()[:12]
            / f"{name}.csv"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        try:
            pairs = human_data.read_csv(path)
        except InputError:
            path.unlink()
            raise
        st.caption(f"Pairs read from {plain(sent.name)}: {len(pairs):,}.")
        return str(path)
