"""What the settings of a login do not say clearly gives nobody a right."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton

from explorer.core import access
from explorer.core.access import MEMBERS
from explorer.core.errors import InputError
from explorer.ui import login

AUTH = '[auth]\nredirect_uri = "http://localhost/oauth2callback"\nclient_id = "one"\n'


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the secrets of the server lie."""
    monkeypatch.setattr(login, "_seen", False)
    path = tmp_path / "secrets.toml"
    files, headers = (
        config.get_option(name) for name in ("secrets.files", "server.trustedUserHeaders")
    )
    config.set_option("secrets.files", [str(path)])
    secrets_singleton._reset()
    yield path
    config.set_option("secrets.files", files)
    config.set_option("server.trustedUserHeaders", headers)
    secrets_singleton._reset()


def test_without_secrets_nobody_logs_in_and_everything_is_as_ever(secrets: Path) -> None:
    assert not login.configured()
    assert login.who() == access.Person()


def test_other_secrets_are_none_of_a_login(secrets: Path) -> None:
    secrets.write_text('[database]\nhost = "here"\n')
    assert not login.configured()


@pytest.mark.parametrize("later", [None, "[database]\n"])
def test_secrets_that_are_gone_while_the_server_runs_close_it(
    secrets: Path, later: str | None
) -> None:
    secrets.write_text(AUTH)
    assert login.configured()
    secrets.unlink()
    if later is not None:
        secrets.write_text(later)
    secrets_singleton._reset()
    with pytest.raises(InputError, match="secrets of this server cannot be read"):
        login.configured()


@pytest.mark.parametrize("content", ["[auth", "auth = 3\n", "auth = []\n", "\0"])
def test_secrets_that_cannot_be_read_close_the_server(secrets: Path, content: str) -> None:
    secrets.write_text(content)
    with pytest.raises(InputError, match="secrets of this server cannot be read"):
        login.configured()


def test_bytes_that_are_no_text_close_the_server(secrets: Path) -> None:
    secrets.write_bytes(b"[auth]\nx = '\xff'\n")
    with pytest.raises(InputError, match="secrets of this server cannot be read"):
        login.configured()


def test_members_without_a_provider_close_the_server(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEMBERS, "ada@lab.example")
    with pytest.raises(InputError, match="no provider is named"):
        login.configured()


def test_headers_that_stand_for_a_login_close_the_server(secrets: Path) -> None:
    secrets.write_text(AUTH)
    config.set_option("server.trustedUserHeaders", {"X-User": "email"})
    with pytest.raises(InputError, match="lets a header stand for a login"):
        login.configured()


NOW = time.time()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "Log in to change things"),
        ({"email": "ada@lab.example", "iat": NOW}, "Log in to change things"),
        ({"is_logged_in": "True", "email": "ada@lab.example", "iat": NOW}, "Log in"),
        ({"is_logged_in": True, "email": "ada@lab.example"}, "expired"),
        ({"is_logged_in": True, "email": "ada@lab.example", "iat": "now"}, "expired"),
        ({"is_logged_in": True, "email": "ada@lab.example", "iat": NOW - 43_500}, "expired"),
        ({"is_logged_in": True, "email": "ada@lab.example", "iat": float("nan")}, "expired"),
        ({"is_logged_in": True, "email": "ada@lab.example", "iat": NOW + 90_000}, "expired"),
        ({"is_logged_in": True, "iat": NOW}, "no e-mail address"),
        (
            {"is_logged_in": True, "iat": NOW, "email": "ada@lab.example", "email_verified": False},
            "not verified",
        ),
        (
            {"is_logged_in": True, "email": "eve@lab.example", "iat": NOW},
            "You may look at everything",
        ),
        ({"is_logged_in": True, "email": "ada@lab.example", "iat": NOW}, ""),
    ],
)
def test_only_a_fresh_login_of_a_member_gives_the_right(
    told: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEMBERS, "ada@lab.example")
    person = login._visitor(told)
    assert (said in str(person.refusal)) if said else person == access.Person("ada@lab.example")


@pytest.mark.parametrize("hours", ["soon", "0", "-1", "nan", "1e9"])
def test_a_length_of_a_login_that_is_none_lets_no_login_count(
    hours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(login.LASTS, hours)
    with pytest.raises(InputError, match="no login counts"):
        login._visitor({"is_logged_in": True, "email": "a@b.example", "iat": NOW})
