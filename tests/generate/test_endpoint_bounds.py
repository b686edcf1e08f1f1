"""An endpoint that nobody vouches for: what it is not given, and what it cannot do."""

from __future__ import annotations

import gzip
import itertools
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from explorer.core import address
from explorer.core.errors import ExplorerError, InputError, ModelError
from explorer.generate.endpoint import bounds, client, writing
from tests.generate.conftest import KEY, Told, generate
from tests.support.endpoint_server import Asked, Reply, Server, completion, failure, serve


def test_a_server_that_is_not_named_gets_nothing_of_the_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(address.HOSTS, "api.openai.com")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Mine: header-secret\nAuthorization: secret")
    generate(server, concepts=["cat"], target=1)
    assert "secret" not in str(server.asked[0].headers)
    assert server.asked[0].headers["authorization"] == "Bearer none"
    monkeypatch.setenv(address.HOSTS, server.url)
    generate(server, concepts=["dog"], target=1)
    assert server.asked[1].headers["openai-organization"] == "org-secret"


@pytest.mark.parametrize("status", [302, 307])
def test_nothing_is_sent_to_where_an_endpoint_sends_it_on(server: Server, status: int) -> None:
    with serve() as other:
        moved = Reply("", status, {"Location": f"{other.url}/chat/completions"})
        server.script = lambda _asked, _number: moved
        with pytest.raises(ModelError, match=r"sends requests on to 127\.0\.0\.1:\d+, which are"):
            generate(server, concepts=["cat"])
        assert (len(server.asked), other.asked) == (1, [])


def test_a_host_that_is_not_named_is_not_asked_at_all(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "_is_local", lambda _host: False)
    monkeypatch.setenv(address.HOSTS, "api.openai.com")
    with pytest.raises(InputError, match=r"may be sent to api\.openai\.com only"):
        writing.generate_set(server.url, "tiny", ["cat"], "mine")
    assert not server.asked


def _drip() -> Iterator[bytes]:
    while True:
        time.sleep(0.05)
        yield b" "


def test_an_answer_byte_by_byte_ends_at_its_time(
    server: Server, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.4)
    monkeypatch.setattr(client, "TRIES", 2)
    server.script = lambda _asked, _number: Reply("", parts=_drip())
    began = time.monotonic()
    with pytest.raises(ExplorerError, match=r"no answer within 0\.4 s, 2 times in a row"):
        generate(server, told, concepts=["cat"])
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_answer_without_end_is_left_at_its_bound(
    server: Server, told: Told, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(bounds, "LONGEST_ANSWER", 200_000)
    monkeypatch.setattr(client, "TRIES", 1)
    sent = itertools.count()
    endless = (b"x" * 50_000 for _ in sent)
    server.script = lambda _asked, _number: Reply("", status, parts=endless)
    with pytest.raises(ExplorerError, match="an answer of more than 200,000 bytes"):
        generate(server, told, concepts=["cat"])
    assert next(sent) < 1000


def test_an_answer_is_not_inflated(
    server: Server, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TRIES", 1)
    bomb = gzip.compress(json.dumps(completion("The cat " * 1000)).encode())
    packed = Reply("", 200, {"Content-Encoding": "gzip"}, parts=[bomb])
    server.script = lambda _asked, _number: packed
    with pytest.raises(ExplorerError, match="no chat completion"):
        generate(server, told, concepts=["cat"])
    assert server.asked[0].headers["accept-encoding"] == "identity"


COUNTS = [4e30, 4 * 10**30, -5, 0, 50.5, "50", True, [50], {"n": 50}, None]
NAMES = [7, ["x"], {"name": "x"}, "m" * 100_000, None]


def test_a_count_or_a_name_that_cannot_be_is_not_believed(server: Server) -> None:
    def script(_asked: Asked, number: int) -> Reply:
        usage, model = COUNTS[number % len(COUNTS)], NAMES[number % len(NAMES)]
        text = f"The cat slept by door number {number} of the barn."
        return Reply(completion(text) | {"usage": {"total_tokens": usage}, "model": model})

    server.script = script
    card: Any = generate(server, concepts=["cat"], target=len(COUNTS)).card
    assert card["tokens_estimated"] is True
    assert 30 * len(COUNTS) < card["tokens"] < 300 * len(COUNTS)
    assert card["answered_by"] == ["m" * 200]


def _choice(message: object) -> dict[str, Any]:
    body = completion("")
    return body | {"choices": [body["choices"][0] | {"message": message}]}


EMPTY = [
    _choice({"content": {"text": "The cat slept."}}),
    _choice({"content": 5}),
    _choice("The cat slept."),
    _choice(["The cat slept."]),
]
MALFORMED: list[object] = [
    completion("") | {"choices": {"0": "x"}},
    completion("") | {"choices": [None]},
    "[" * 100_000,
    '{"choices": ' + "[" * 100_000,
    '{"choices": [{"message": {"content": "\\ud800 cat"}}]}',
    '{"choices": ' + "9" * 5000 + "}",
    "null",
    Reply({"error": ["x"]}, 500),
    Reply({"error": {"message": {"deep": ["x"]}}}, 503),
    failure(429, "x" * 100_000, {"Retry-After": "nan"}),
    failure(429, "x", {"Retry-After": "Mon, 01 Jan 99999 00:00:00 GMT"}),
]


def test_an_answer_of_any_other_form_is_counted_as_empty_or_tried_again(
    server: Server, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [*MALFORMED, *EMPTY]
    monkeypatch.setattr(client, "TRIES", len(MALFORMED) + 1)
    monkeypatch.setattr(client, "LONGEST_BACKOFF_S", 0.01)

    def script(_asked: Asked, number: int) -> Reply | None:
        if number > len(bodies):
            return None
        body = bodies[number - 1]
        return body if isinstance(body, Reply) else Reply(body)

    server.script = script
    card: Any = generate(server, told, concepts=["cat"], target=1).card
    assert card["answers"] == {"empty": len(EMPTY), "used": 1}
    assert sum("next try in" in line for line in told) == len(MALFORMED)
    assert max(map(len, told)) < 400


@pytest.mark.parametrize(
    "refusal",
    [
        failure(400, "x", code=["content_filter"], param={"a": 1}),
        failure(429, "x", {"Retry-After": "inf"}),
        failure(404, "x" * 100_000 + KEY),
    ],
    ids=["odd", "for ever", "long"],
)
def test_a_refusal_of_any_form_ends_in_a_short_sentence(server: Server, refusal: Reply) -> None:
    server.script = lambda _asked, _number: refusal
    with pytest.raises(ExplorerError) as caught:
        generate(server, concepts=["cat"], target=1)
    assert len(str(caught.value)) < 500
    assert KEY not in str(caught.value)
