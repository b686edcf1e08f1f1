"""Who visits: people log in by OpenID Connect where `[auth]` of the server's secrets
names a provider, and then only members may change things.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.auth_util import is_authlib_installed
from streamlit.errors import Error as StreamlitError
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.secrets import secrets_singleton

from explorer.core import access
from explorer.core.access import MEMBERS, Person
from explorer.core.errors import AccessError, ExplorerError, InputError
from explorer.core.text import plain
from explorer.ui import shell

LASTS = "EXPERT_EXPLORER_LOGIN_HOURS"
"""For how long a login counts."""
FAILED = "login"
"""The parameter of the address that a login which did not succeed leads to."""
_HOURS, _SKEW_S = 12.0, 300.0
"""Usual length of a login, and by how much the provider's clock may be ahead."""
_DEFAULT = "default"
_MEND = "Whoever runs this server mends it: docs/deployment.md says how."
_seen = False
"""Whether a login was ever configured while this server runs."""
_LOG = logging.getLogger("explorer")


def who() -> Person:
    """The visitor whose script or click this is; outside of these, the server itself.

    Told anew each time from the login, its age and the list of members.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return Person()
    try:
        return _visitor(context.user_info) if configured() else Person()
    except InputError as error:
        return Person("", AccessError(error.what, error.hint))


def configured() -> bool:
    """Whether people log in here. Raises InputError where the settings do not fit
    together: nobody gets a right from what cannot be read.
    """
    section = _section()
    if section is None:
        if os.environ.get(MEMBERS, "").strip():
            raise InputError(
                f"{MEMBERS} names who may change things, but no provider is named to log in "
                "with, so nobody may.",
                _MEND,
            )
        return False
    if st.get_option("server.trustedUserHeaders"):
        raise InputError(
            "server.trustedUserHeaders lets a header stand for a login, so nobody may change "
            "anything.",
            _MEND,
        )
    return True


def offer() -> None:
    """Who is logged in, or the buttons that log in; nothing where nobody logs in."""
    with shell.guard():
        try:
            if not configured():
                return
        except InputError as error:
            # Whoever tries to change something is told; looking goes on.
            _LOG.error("%s", error)
            return
        name = who().name
        if name:
            st.caption(f"Logged in as {named(name)}")
            if st.button("Log out", key="logout", type="tertiary", icon=":material/logout:"):
                st.logout()
        else:
            _buttons("sidebar")


def closed(where: str = "page") -> bool:
    """Whether whoever looks may change nothing; says why, with a way to log in.

    where: another word for each place of a page.
    """
    refused = access.refusal()
    if refused is None:
        return False
    shell.notice(plain(str(refused)))
    if isinstance(refused, _LogIn):
        with st.container(horizontal=True, key=f"login-{where}"), shell.guard():
            _buttons(where)
    return True


def named(name: str) -> str:
    """The name of somebody else as Markdown, for whoever is logged in themselves; ""
    for others. As code, since Streamlit makes links of addresses.
    """
    return f"`{name.replace('`', '')}`" if name and access.person().name else ""


def arrive() -> None:
    """Say so where a login has not succeeded."""
    if st.query_params.get(FAILED) == "failed":
        shell.warn(
            "The login did not succeed: it was cancelled, or the provider could not be reached "
            "or refused this server. Try again, or ask whoever runs the server."
        )


class _LogIn(AccessError):
    """A refusal that a login may lift."""


def _visitor(told: Mapping[str, Any]) -> Person:
    if told.get("is_logged_in") is not True:
        return Person("", _LogIn("You can look at everything here.", "Log in to change things."))
    since, name = told.get("iat"), str(told.get("email") or "")
    age = time.time() - since if isinstance(since, (int, float)) else float("nan")
    if not -_SKEW_S <= age <= 3600 * _hours():
        return Person("", _LogIn("Your login has expired.", "Log in again to change things."))
    if not name or told.get("email_verified") is False:
        what = "carries no e-mail address" if not name else "has an address that is not verified"
        hint = "You can look at everything here."
        return Person(name, AccessError(f"Your login {what}, so it gives no rights.", hint))
    if not access.is_member(name):
        return Person(
            name,
            AccessError(
                "You may look at everything here, but not start, change or store anything.",
                "Ask whoever runs this server to make you a member.",
            ),
        )
    return Person(name)


def _hours() -> float:
    said = os.environ.get(LASTS, "").strip()
    try:
        hours = float(said or _HOURS)
    except ValueError:
        hours = -1.0
    if not 0 < hours < 10_000:
        raise InputError(f"{LASTS} is “{said[:40]}”, expected hours, so no login counts.", _MEND)
    return hours


def _section() -> Mapping[str, Any] | None:
    """`[auth]` of the secrets; None where there is none. Raises InputError for secrets
    that cannot be read, or were there and are gone, which Streamlit takes for none.
    """
    global _seen
    there = _seen or any(map(os.path.lexists, st.get_option("secrets.files")))
    if not there:
        return None
    try:
        loaded = secrets_singleton.load_if_toml_exists()
        section = secrets_singleton.get("auth") if loaded else None
    except (OSError, UnicodeDecodeError, StreamlitError):
        loaded, section = False, None
    if not loaded or (_seen and section is None) or not isinstance(section, (Mapping, type(None))):
        raise InputError(
            "The secrets of this server cannot be read, so nobody may change anything.", _MEND
        )
    _seen = _seen or section is not None
    return section


def _buttons(where: str) -> None:
    section = _section() or {}
    named = [name for name, value in section.items() if isinstance(value, Mapping)]
    providers = [name for name in named if "client_id" in section[name]] or [_DEFAULT]
    for provider in providers:
        label = "Log in" if provider == _DEFAULT else f"Log in with {plain(provider)}"
        if st.button(label, key=f"login-{where}-{provider}", icon=":material/login:"):
            _go(provider)


def _go(provider: str) -> None:
    if not is_authlib_installed():
        raise ExplorerError(
            "This server cannot log anybody in: Authlib is not installed.",
            "Whoever runs it installs the extra `login`.",
        )
    try:
        st.login(None if provider == _DEFAULT else provider)
    except StreamlitError as error:
        _LOG.error("Logging in is not set up: %s", error)
        raise ExplorerError(
            "This server cannot log anybody in: [auth] of its secrets is not complete.", _MEND
        ) from error


access.ask_through(who)
