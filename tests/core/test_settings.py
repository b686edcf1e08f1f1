"""Folders named by the environment, as people write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.core import settings
from explorer.core.errors import InputError
from explorer.core.paths import user_path

FOLDERS = {
    "EXPERT_EXPLORER_CACHE": settings.cache_dir,
    "EXPERT_EXPLORER_DOWNLOADS": settings.downloads_dir,
}
EACH = pytest.mark.parametrize(("variable", "folder"), FOLDERS.items())


@EACH
def test_a_tilde_is_the_home_folder(
    variable: str, folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv(variable, "~/x")
    assert folder() == Path("/home/someone/x")


@EACH
def test_an_empty_variable_is_none(
    variable: str, folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)
    usual = folder()
    for text in ("", "  "):
        monkeypatch.setenv(variable, text)
        assert folder() == usual


@EACH
def test_a_home_that_is_not_there_is_told(
    variable: str, folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "~nobody-of-this-name/x")
    with pytest.raises(InputError, match=variable):
        folder()


def test_an_installed_program_keeps_its_cache_with_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("EXPERT_EXPLORER_CACHE", raising=False)
    assert settings.cache_dir() == settings.PROJECT / "cache"
    monkeypatch.setattr(settings, "IS_CHECKOUT", False)
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert settings.cache_dir() == Path("/data/expert-explorer/cache")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("~nobody-of-that-name/x", "cannot be found"),
        ("a\0b", "NUL"),
        ("x" * 300, "longer than a path can be"),
        ("x/" * 3000, "longer than a path can be"),
        ("é" * 200, "longer than a path can be"),
    ],
)
def test_what_can_be_the_path_of_nothing_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        user_path(text)


def test_a_path_begins_at_home_where_it_says_so() -> None:
    assert user_path("~/x") == Path.home() / "x"
    assert user_path("a/b") == Path("a/b")
