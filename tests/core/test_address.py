"""Where an endpoint is, and whether the user's key may go there."""

from __future__ import annotations

import pytest

from explorer.core.address import HOSTS, KEY, address_of, is_named, key_for
from explorer.core.errors import InputError

SECRET = "sk-very-secret"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)
    monkeypatch.delenv(HOSTS, raising=False)


@pytest.mark.parametrize(
    "url", ["", "api.example.org/v1", "ftp://x/v1", "http://", "http://host:port/v1"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="not a URL"):
        address_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@api.openai.com/v1",
        "https://hunter2@api.openai.com/v1",
        "https://api.openai.com:hunter2@evil.example/v1",
        "https://api.openai.com\\@hunter2.example/v1",
        "https://me:1/hunter2@api.openai.com/v1",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(InputError, match="holds an @") as caught:
        address_of(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "https://API.OpenAI.com./v1",
        "https://api.openai.com:443/v1?api-version=1",
    ],
)
def test_the_key_goes_to_its_usual_host_however_that_is_written(url: str) -> None:
    assert key_for(address_of(url)) == SECRET


@pytest.mark.parametrize(
    ("url", "met"),
    [
        ("https://evil.example/v1", "evil.example"),
        ("https://api.openai.com.evil.example/v1", "api.openai.com.evil.example"),
        ("https://xapi.openai.com/v1", "xapi.openai.com"),
        ("https://api.openai.com:8443/v1", "api.openai.com:8443"),
        ("http://api.openai.com/v1", "http://api.openai.com"),
        ("http://api.openai.com:443/v1", "http://api.openai.com:443"),
        ("https://аpi.openai.com/v1", "xn--pi-6kc.openai.com"),
        ("https://bücher.example/v1", "xn--bcher-kva.example"),
        ("https://10.0.0.7/v1", "10.0.0.7"),
        ("https://[2001:DB8:0::1]:8000/v1", "[2001:db8::1]:8000"),
        ("http://localhost.evil.example/v1", "http://localhost.evil.example"),
        ("http://0x7f.1/v1", "http://0x7f.1"),
    ],
)
def test_the_key_goes_to_no_host_that_is_not_named_and_naming_it_is_told(
    url: str, met: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError) as caught:
        key_for(address_of(url))
    wanted = f"{HOSTS}='api.openai.com {met}'"
    assert f"The endpoint is at {met}, and {KEY} may be sent to api.openai.com only." in str(
        caught.value
    )
    assert wanted in caught.value.hint
    assert SECRET not in str(caught.value)
    monkeypatch.setenv(HOSTS, wanted.partition("=")[2].strip("'"))
    assert key_for(address_of(url)) == SECRET


def test_what_is_named_takes_the_place_of_the_usual_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOSTS, "openrouter.example, https://Lab.example:8000/v1")
    assert key_for(address_of("https://openrouter.example/api/v1")) == SECRET
    assert key_for(address_of("https://lab.example:8000/v2")) == SECRET
    with pytest.raises(InputError, match=r"sent to openrouter\.example, lab\.example:8000 only"):
        key_for(address_of("https://api.openai.com/v1"))
    monkeypatch.setenv(HOSTS, "  ")
    assert key_for(address_of("https://api.openai.com/v1")) == SECRET


@pytest.mark.parametrize(
    "host", ["localhost", "localhost.", "127.0.0.1", "127.8.8.8", "[::1]", "[0:0::1]"]
)
def test_this_machine_is_asked_without_a_key_unless_it_is_named(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = address_of(f"http://{host}:8000/v1")
    assert (key_for(address), is_named(address)) == ("", False)
    monkeypatch.setenv(HOSTS, f"{host}:8000")
    assert key_for(address) == SECRET
    assert key_for(address_of(f"http://{host}:8001/v1")) == ""


def test_without_a_key_any_host_may_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "")
    assert key_for(address_of("http://anywhere.example/v1")) == ""


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [(HOSTS, "me:pw@lab", f"{HOSTS} names"), (HOSTS, "a/..:b://", HOSTS), (KEY, "two words", KEY)],
)
def test_a_variable_that_cannot_be_meant_is_told_without_its_content(
    variable: str, text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(InputError, match=said) as caught:
        key_for(address_of("https://api.openai.com/v1"))
    assert text not in str(caught.value)
