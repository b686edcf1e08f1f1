"""Who may change things: what the settings say, and that what they do not say gives no
right.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core import access
from explorer.core.access import MEMBERS, READ_ONLY, Person
from explorer.core.errors import AccessError, InputError


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_read_only_refuses_in_a_sentence_that_names_the_setting(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(READ_ONLY, value)
    with pytest.raises(AccessError, match=f"read-only.*{READ_ONLY}"):
        access.check()


@pytest.mark.parametrize("value", ["", "0", "false", "No", "off"])
def test_without_it_whoever_runs_the_program_may_change_things(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(READ_ONLY, value)
    assert access.check() == Person()


def test_a_value_that_says_neither_gives_nobody_a_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(READ_ONLY, "ja")
    with pytest.raises(AccessError, match="“ja”, which is neither 1 nor 0"):
        access.check()
    assert access.frozen()


@pytest.mark.parametrize(
    ("address", "member"),
    [
        ("ada@lab.example", True),
        ("ADA@Lab.Example", True),
        ("eve@lab.example", False),
        ("anybody@group.example", True),
        ("anybody@sub.group.example", False),
        ("anybody@notgroup.example", False),
        ("@group.example", False),
        ("group.example", False),
        ("", False),
    ],
)
def test_members_are_addresses_and_whole_domains(
    address: str, member: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEMBERS, "ada@lab.example, @Group.example")
    assert access.is_member(address) is member


def test_a_file_of_members_is_read_anew_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "members.txt"
    listed.write_text("# may start jobs\nada@lab.example  # since spring\n\n@group.example\n")
    monkeypatch.setenv(MEMBERS, str(listed))
    assert access.is_member("ada@lab.example")
    assert access.is_member("x@group.example")
    listed.write_text("@group.example\n")
    assert not access.is_member("ada@lab.example")
    listed.unlink()
    with pytest.raises(InputError, match="no file"):
        access.is_member("x@group.example")


@pytest.mark.parametrize("entry", ["*", "lab.example", "ada@lab", "@", "a@b@c.d"])
def test_an_entry_that_is_no_address_lets_nobody_in(
    entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEMBERS, f"ada@lab.example {entry}")
    with pytest.raises(InputError, match="no e-mail address and no domain"):
        access.is_member("ada@lab.example")


def test_without_a_list_nobody_who_logs_in_is_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MEMBERS, raising=False)
    assert not access.is_member("ada@lab.example")
