"""Values of words of the user's own, to be held constant."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import streamlit as st

from explorer.core.errors import ResourceError
from explorer.core.text import plain
from explorer.probes.covariate import keep_values, kept_values
from explorer.results.view import Misfit
from explorer.ui import login, shell
from explorer.ui.controls import address

COVARIATE = "covariate"
"""The option of an exhibit that says which values are held."""
_TAKEN = "_covariate_taken"


def upload() -> None:
    """Values of the user's own, validated, kept in the cache and chosen; a file that
    cannot be used is told, and an address that asks for what is not kept.
    """
    named = address.given(COVARIATE)
    if named and not kept_values():
        address.tell(Misfit(COVARIATE, named, "no values of your own"))
    with st.expander("Hold values of your own constant"):
        st.caption(
            "Concreteness, age of acquisition, or whatever else words may differ in: a CSV with "
            "the columns `word`, `value` (or the name of the file in place of `value`). Sum and "
            "difference of the two values of a pair are held constant."
        )
        if login.closed("covariate"):
            return
        sent = st.file_uploader(
            "CSV of words and values", type=["csv", "tsv"], key="covariate_file"
        )
        if sent is None:
            return
        with shell.guard():
            for note in _kept(sent.name, sent.getvalue(), sent.file_id):
                st.caption(plain(note))


def _kept(name: str, content: bytes, upload_id: str) -> list[str]:
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).stem).strip(".-") or "values"
    notes: list[str] = []
    try:
        with tempfile.TemporaryDirectory() as scratch:
            draft = Path(scratch) / f"{stem}{Path(name).suffix.lower()}"
            draft.write_bytes(content)
            label = keep_values(draft, notes.append)
    except OSError as error:
        raise ResourceError(
            f"The values could not be read: {error.strerror or error}.",
            "Make room in the folder for temporary files, and try again.",
        ) from error
    # Chosen once: afterwards its control says what is held.
    if st.session_state.get(_TAKEN) != upload_id:
        st.session_state[_TAKEN] = upload_id
        st.session_state[COVARIATE] = label
    return [*notes, f"Kept as “{label}”."]
