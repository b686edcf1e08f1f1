"""Sentences from an OpenAI-compatible endpoint: what is asked, what is kept, what is
never shown.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from explorer.core.address import KEY as KEY_VARIABLE
from explorer.core.errors import Cancelled, InputError, ModelError, ResourceError, SentencesError
from explorer.generate.endpoint import writing
from explorer.generate.prompts import load_prompts
from explorer.probes import probe_set
from tests.generate.conftest import CONCEPTS, KEY, Told, generate
from tests.support.endpoint_server import TOKENS, Asked, Reply, Server, completion, failure


def partial(folder: Path) -> Path:
    return folder / "probes" / "mine.partial.jsonl"


def test_every_concept_gets_its_sentences_and_every_template_its_turn(
    server: Server, tmp_path: Path
) -> None:
    info = generate(server, domains={"cat": "animal"})
    assert dict(info.sizes) == dict.fromkeys(CONCEPTS, 6)
    templates = list(load_prompts()["chat"])
    for concept in CONCEPTS:
        assert [row.prompt for row in probe_set.load("mine").sentences[concept]] == templates
    assert info.sources == ("tiny",)
    assert info.domains == {"cat": "animal"}
    assert not partial(tmp_path).exists()


def test_several_sentences_are_asked_for_at_once_where_many_are_needed(server: Server) -> None:
    generate(server, concepts=["cat"], target=120)
    assert [one.count for one in server.asked] == [10] * 12
    assert Counter(one.user for one in server.asked).most_common()[0][1] == 2
    assert len({one.body["seed"] for one in server.asked}) == 12


def test_the_card_records_what_made_the_set_and_names_the_host_only(server: Server) -> None:
    url = server.url + "?token=abc"
    info = writing.generate_set(url, "tiny", ["cat"], "mine", target=6, seed=7)
    card: dict[str, Any] = dict(info.card)
    assert (card["endpoint"], card["model"], card["seed"], card["per_concept"]) == (
        "127.0.0.1",
        "tiny",
        7,
        6,
    )
    assert (card["tokens"], card["tokens_estimated"], card["answers"]) == (
        6 * TOKENS,
        False,
        {"used": 6},
    )
    assert (card["sampling"], card["answered_by"]) == ({"temperature": 1.0}, ["tiny-2024-01-01"])
    assert card["prompts"] == load_prompts()
    assert set(card["versions"]) == {"openai", "lemminflect"}
    assert card["date"]
    assert "abc" not in json.dumps(card)
    assert server.asked[0].path.endswith("token=abc")


def test_texts_are_cleaned_and_duplicates_dropped(server: Server) -> None:
    def script(asked: Asked, number: int) -> Reply | None:
        lines = [
            "<think>I need a cat, he said.\nThe cat of my thoughts is a fine cat.</think>",
            "Sure:",
        ]
        lines += [
            f"{number}. The cat slept all through visit {number}.",
            "- The cat was the same as ever!",
        ]
        lines += ["No animal is in this one.", "A cat that breaks off in the"]
        return Reply(completion("\n".join(lines)))

    server.script = script
    generate(server, concepts=["cat"])
    texts = [row.text for row in probe_set.load("mine").sentences["cat"]]
    assert texts.count("The cat was the same as ever!") == 1 == texts.count(texts[-1])
    assert set(texts) == {f"The cat slept all through visit {n}." for n in range(1, 6)} | {
        texts[-1]
    }


def test_a_local_server_needs_no_key_and_says_so_when_it_does(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    generate(server, concepts=["cat"])
    assert server.asked[0].headers["authorization"] == "Bearer none"
    server.script = lambda _asked, _number: failure(401, "Key?")
    with pytest.raises(
        ModelError, match=r"OPENAI_API_KEY is not set.*Set OPENAI_API_KEY .*_HOSTS to 127"
    ):
        generate(server, concepts=["dog"])


def test_a_lower_target_makes_do_with_what_there_is(server: Server) -> None:
    server.script = lambda _asked, number: Reply(completion("")) if number > 4 else None
    with pytest.raises(SentencesError, match="“cat” 4"):
        generate(server, concepts=["cat"])
    n = len(server.asked)
    assert generate(server, concepts=["cat"], target=4).sizes == {"cat": 4}
    assert len(server.asked) == n


def test_the_budget_is_never_exceeded_and_a_larger_one_goes_on(
    server: Server, told: Told, tmp_path: Path
) -> None:
    with pytest.raises(ResourceError, match=r"of the 900 tokens.*larger --token-budget") as caught:
        generate(server, told, parallel=3, token_budget=900)
    spent = len(server.asked) * TOKENS
    assert 0 < spent <= 900
    assert f"{spent} of the 900" in str(caught.value)
    rows = [json.loads(line) for line in partial(tmp_path).read_text().splitlines()[1:]]
    assert sum(row["tokens"] for row in rows) == spent
    with pytest.raises(ResourceError):
        generate(server, told, token_budget=900)
    assert len(server.asked) * TOKENS == spent
    info = generate(server, told, token_budget=5_000)
    assert info.card["tokens"] == len(server.asked) * TOKENS == 18 * TOKENS


def test_tokens_are_estimated_and_said_to_be_where_the_endpoint_counts_none(server: Server) -> None:
    text = "The cat slept for a very long while today."
    server.script = lambda _asked, number: Reply(
        completion(text.replace("today", f"{number}"), usage=False)
    )
    card: Any = generate(server, concepts=["cat"]).card
    sent = sum(len(m["content"]) for one in server.asked for m in one.body["messages"])
    assert card["tokens_estimated"] is True
    assert sent / 4 < card["tokens"] < sent


def test_the_key_reaches_the_endpoint_and_nothing_else(
    server: Server, told: Told, tmp_path: Path
) -> None:
    """The server echoes the key wherever it can."""

    def script(asked: Asked, number: int) -> Reply | None:
        if number == 1:
            return failure(500, f"Your key {KEY} met an error")
        text = f"The cat of {KEY} slept in house {number}.\nThe cat slept in house number {number}."
        return Reply(completion(text) | {"model": KEY})

    server.script = script
    with pytest.raises(SentencesError):
        generate(server, told, concepts=["cat", "dog"])
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in partial(tmp_path).read_text()
    server.script = lambda asked, number: script(asked, number) if asked.concept == "cat" else None
    info = generate(server, told, concepts=["cat", "dog"])
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in content for content in written)
    assert KEY not in str(pq.read_schema(info.path).metadata)
    assert KEY not in str(pq.read_table(info.path).to_pylist())
    assert not told.holds(KEY)


def test_stopping_keeps_what_was_answered_and_the_next_call_asks_for_the_rest_only(
    server: Server, tmp_path: Path
) -> None:
    with pytest.raises(Cancelled, match="same command resumes"):
        generate(server, stopped=lambda: len(server.asked) >= 8)
    assert len(server.asked) == 8
    with partial(tmp_path).open("a") as stream:
        stream.write('{"concept": "dog", "ro')
    generate(server)
    assert {word: server.about(word) for word in CONCEPTS} == dict.fromkeys(CONCEPTS, 6)


def test_a_resumed_concept_takes_no_sentence_twice(server: Server) -> None:
    server.script = lambda _asked, number: Reply(
        completion(f"The cat slept in house number {number}.")
    )
    with pytest.raises(Cancelled):
        generate(server, concepts=["cat"], stopped=lambda: len(server.asked) >= 3)
    server.asked.clear()
    info = generate(server, concepts=["cat"])
    assert len({row.text for row in probe_set.load("mine").sentences["cat"]}) == 6
    assert info.card["answers"] == {"used": 6, "without a new usable sentence": 3}


def test_a_set_that_is_there_already_is_not_asked_for_again(server: Server, told: Told) -> None:
    first = generate(server)
    n = len(server.asked)
    assert generate(server, told) == first
    assert len(server.asked) == n
    assert told.holds("there already")
    generate(server, seed=1)
    assert len(server.asked) == 2 * n


@pytest.mark.parametrize(
    ("change", "message"),
    [({"seed": 1}, r"another seed \(it was 0, now 1\)"), ({"model": "other"}, "another model")],
)
def test_two_makers_never_share_a_set(server: Server, change: dict[str, Any], message: str) -> None:
    with pytest.raises(Cancelled):
        generate(server, stopped=lambda: len(server.asked) >= 3)
    model = change.pop("model", "tiny")
    with pytest.raises(InputError, match=message):
        writing.generate_set(server.url, model, CONCEPTS, "mine", target=6, **change)


def test_it_works_beside_a_running_event_loop_as_in_a_notebook(server: Server) -> None:
    async def cell() -> probe_set.ProbeSetInfo:
        return generate(server)

    with ThreadPoolExecutor(1) as executor:  # beside Playwright's loop, if that is here
        info = executor.submit(lambda: asyncio.run(cell())).result()
    assert dict(info.sizes) == dict.fromkeys(CONCEPTS, 6)
