"""Human ratings of the user's own, beside the published ones."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Collection
from pathlib import Path

import streamlit as st

from explorer.core import settings
from explorer.core.disk import replacing
from explorer.core.errors import ResourceError
from explorer.core.text import plain
from explorer.probes import human as human_data
from explorer.probes import rated


def upload(concepts: Collection[str] = ()) -> str | None:
    """Ratings of the user's own, validated and kept in the cache; None without any.

    concepts: those of the run, to say when no pair is made of two of them. Raises
    InputError for an unusable file, ResourceError when it cannot be kept.
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
        content = sent.getvalue()
        notes: list[str] = []
        try:
            with tempfile.TemporaryDirectory() as scratch:
                draft = Path(scratch) / f"{name}.csv"
                draft.write_bytes(content)
                pairs = human_data.read_csv(draft, notes.append)
            path = _keep(name, content)
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


def _keep(name: str, content: bytes) -> Path:
    """Store a file by its content, because a job that waits still needs the one it was
    submitted with.
    """
    digest = hashlib.sha256(content).hexdigest()[:12]
    path = settings.cache_dir() / "human" / digest / f"{name}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as scratch:
            scratch.write_bytes(content)
    return path
