"""The server: `streamlit run app.py`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import streamlit as st

from explorer.jobs import supervisor
from explorer.ui import server, shell


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Take up the jobs whose worker died with the machine or was killed; prepare the
    opening view.
    """
    server.send_at_once()
    supervisor.start()
    server.warm()
    try:
        yield
    finally:
        supervisor.stop()
        server.cool()


app = st.App(
    "explorer/ui/main.py",
    lifespan=lifespan,
    routes=server.ROUTES,
    on_script_error=shell.unexpected,
)
