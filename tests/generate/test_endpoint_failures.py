"""An endpoint that is slow, busy, broken or unwilling: what is waited for, what is
told, what goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import pytest

from explorer.core.errors import Cancelled, ExplorerError, ModelError, ResourceError, SentencesError
from explorer.generate.endpoint import client, writer, writing
from tests.generate.conftest import CONCEPTS, KEY, Told, generate
from tests.support.endpoint_server import TOKENS, Asked, Reply, Server, completion, failure

pytestmark = pytest.mark.slow


def test_a_rate_limit_is_waited_out_as_long_as_the_endpoint_says(
    server: Server, told: Told
) -> None:
    times: list[float] = []

    def script(asked: Asked, number: int) -> Reply | None:
        times.append(time.monotonic())
        return failure(429, "Slow down", {"Retry-After": "0.7"}) if number == 1 else None

    server.script = script
    generate(server, told, concepts=["cat"])
    assert times[1] - times[0] >= 0.7
    assert times[2] - times[1] < 0.7
    assert told.holds("rate limit (Slow down); next try in 0.7 s (2 of 6)")


def test_all_requests_wait_when_one_meets_the_rate_limit(server: Server, told: Told) -> None:
    times: list[float] = []

    def script(asked: Asked, number: int) -> Reply | None:
        times.append(time.monotonic())
        return failure(429, "Slow down", {"Retry-After": "0.5"}) if number <= 3 else None

    server.script = script
    generate(server, told, parallel=3)
    assert min(times[3:]) - max(times[:3]) > 0.4
    assert sum("rate limit" in line for line in told) == 1


def test_a_wait_may_be_given_as_a_date_and_an_endless_one_stops(server: Server) -> None:
    later = formatdate(time.time() + 7200, usegmt=True)
    server.script = lambda _asked, number: (
        failure(429, "Quota", {"Retry-After": later}) if number == 3 else None
    )
    with pytest.raises(ResourceError, match="wants to be left alone for 7,") as caught:
        generate(server, concepts=["cat"])
    assert "same command" in caught.value.hint
    server.script = lambda _asked, _number: None
    generate(server, concepts=["cat"])
    assert server.about("cat") == 2 + 1 + 4


@pytest.mark.parametrize(
    "bad",
    [
        failure(500, "Oops"),
        failure(503, "Busy"),
        failure(408, "Timeout"),
        Reply('{"choices": [', 200),
        Reply({"no": "choices"}, 200),
        Reply({"choices": []}, 200),
        Reply({"choices": [{"index": 0}]}, 200),
        Reply("[1, 2]", 200),
        Reply("<html>hello</html>", 200, {"Content-Type": "text/html"}),
    ],
    ids=["500", "503", "408", "torn", "no choices", "no choice", "no message", "list", "html"],
)
def test_a_passing_failure_is_tried_again_and_a_lasting_one_ends_in_a_sentence(
    server: Server, told: Told, bad: Reply
) -> None:
    server.script = lambda _asked, number: bad if number <= 2 else None
    assert generate(server, told, concepts=["cat"]).sizes == {"cat": 6}
    assert len(server.asked) == 2 + 6
    assert sum("next try in" in line for line in told) == 2
    server.asked.clear()
    server.script = lambda _asked, _number: bad
    with pytest.raises(ExplorerError, match=r"6 times in a row.*/v1"):
        generate(server, told, concepts=["dog"])
    assert len(server.asked) == client.TRIES


def test_an_endpoint_that_hangs_is_given_up(
    server: Server, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.2)
    server.script = lambda _asked, number: Reply(completion(""), delay=1.0) if number == 1 else None
    generate(server, told, concepts=["cat"])
    assert told.holds("no answer within 0.2 s")


def test_a_port_where_nobody_listens_ends_in_a_sentence(server: Server, told: Told) -> None:
    with pytest.raises(ExplorerError, match=r"127\.0\.0\.1: no connection"):
        writing.generate_set("http://127.0.0.1:9/v1", "tiny", ["cat"], "mine", target=1, tell=told)


@pytest.mark.parametrize(
    ("bad", "kind", "sentence"),
    [
        (
            failure(401, f"Incorrect API key provided: {KEY}."),
            ModelError,
            "refuses the key in OPENAI_API_KEY",
        ),
        (failure(403, "No"), ModelError, "refuses the key"),
        (failure(404, "The model does not exist"), ModelError, "no model “tiny”"),
        (failure(400, "Bad messages"), ModelError, r"refuses the request \(400\): Bad messages"),
        (failure(402, "Pay"), ResourceError, "nothing left"),
        (failure(429, "You exceeded", code="insufficient_quota"), ResourceError, "nothing left"),
    ],
)
def test_what_waiting_cannot_mend_is_not_tried_again(
    server: Server, bad: Reply, kind: type[ExplorerError], sentence: str
) -> None:
    server.script = lambda _asked, _number: bad
    with pytest.raises(kind, match=sentence) as caught:
        generate(server)
    assert len(server.asked) == 1
    assert KEY not in str(caught.value)
    assert caught.value.__suppress_context__


def test_parameters_that_a_model_does_not_take_are_left_out(server: Server, told: Told) -> None:
    def script(asked: Asked, _number: int) -> Reply | None:
        for name in ("max_tokens", "temperature"):
            if name in asked.body:
                return failure(
                    400, f"Unsupported parameter: {name}", param=name, code="unsupported_parameter"
                )
        return None

    server.script = script
    info = generate(server, told, concepts=["cat"])
    assert info.card["parameters_not_taken"] == ["max_tokens", "temperature"]
    assert server.asked[-1].body["max_completion_tokens"] > 0
    assert len(server.asked) == 2 + 6
    assert told.holds("does not take temperature")


REFUSALS: list[Callable[[], Reply]] = [
    lambda: Reply(completion(None, refusal="I will not.")),
    lambda: Reply(completion("I'm sorry, but I can't write about a dog.")),
    lambda: Reply(completion("", finish="content_filter")),
    lambda: failure(400, "Filtered", code="content_filter"),
]


@pytest.mark.parametrize(
    "refusal", REFUSALS, ids=["refusal", "apology", "filter", "filter as error"]
)
def test_a_refused_concept_is_counted_and_named_and_the_others_go_on(
    server: Server, told: Told, tmp_path: Path, refusal: Callable[[], Reply]
) -> None:
    server.script = lambda asked, _number: refusal() if asked.concept == "dog" else None
    with pytest.raises(SentencesError, match=r"1 of 3 concepts.*fewer than 6.*“dog” 0"):
        generate(server, told)
    tries = writer.FRUITLESS_TURNS * 6
    assert {word: server.about(word) for word in CONCEPTS} == {"cat": 6, "dog": tries, "bus": 6}
    assert told.holds(f"“dog”: of {tries} answers {tries} refused.")
    server.asked.clear()
    server.script = lambda _asked, _number: None
    assert set(generate(server, told).sizes) == set(CONCEPTS)
    assert {word: server.about(word) for word in CONCEPTS} == {"cat": 0, "dog": 6, "bus": 0}


def test_empty_and_unusable_answers_are_counted_apart(server: Server, told: Told) -> None:
    bodies = [completion(""), completion(None), completion("A sentence that speaks of nothing.")]
    server.script = lambda _asked, number: Reply(bodies[number - 1]) if number <= 3 else None
    info = generate(server, told, concepts=["cat"])
    assert told.holds("“cat”: of 9 answers 2 empty, 1 without a new usable sentence.")
    assert info.card["answers"] == {"empty": 2, "without a new usable sentence": 1, "used": 6}
    assert info.card["tokens"] == 9 * TOKENS


def test_a_model_that_thinks_too_long_is_given_more_room(server: Server, told: Told) -> None:
    def script(asked: Asked, _number: int) -> Reply | None:
        return (
            Reply(completion("<think>Well, a cat", finish="length"))
            if asked.body["max_tokens"] < 300
            else None
        )

    server.script = script
    generate(server, told, concepts=["cat"])
    assert [one.body["max_tokens"] for one in server.asked[:3]] == [128, 256, 512]
    assert told.holds("4 times as many tokens")


def test_stopping_cuts_a_wait_short(server: Server) -> None:
    server.script = lambda _asked, _number: failure(429, "Slow", {"Retry-After": "60"})
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        generate(server, stopped=lambda: time.monotonic() - begun > 0.3)
    assert time.monotonic() - begun < 10
