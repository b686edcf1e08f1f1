"""Sampling with shared prompts: the same text as plain decoding, and sets that
resume.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import torch

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import Cancelled, InputError, SentencesError
from explorer.generate import local
from explorer.generate.partial import Partial
from explorer.generate.prompts import load_prompts
from explorer.generate.rendering import asked_of, render
from explorer.generate.sampler import sample, stop_tokens
from explorer.models.checkpoints import Loaded, load_checkpoint
from tests.support import tiny

pytestmark = pytest.mark.slow

PROMPTS = ["The cat sat", "A dog ran across the green"]


@pytest.fixture(scope="module", params=["llama", "gpt_neox", "gpt2", "gemma2"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = tmp_path_factory.mktemp(request.param)
    return load_checkpoint(Checkpoint(str(tiny.checkpoint(folder, request.param))))


def test_shared_prompts_decode_as_each_prompt_alone(model: Loaded) -> None:
    """With min_p = 1 only the likeliest token is left, so sampling is greedy
    decoding.
    """
    prompts = [model.tokenizer(text)["input_ids"] for text in PROMPTS]
    never = torch.zeros(model.model.config.vocab_size, dtype=torch.bool)
    got = sample(model.model, prompts, never, n=3, seed=0, max_tokens=8, min_p=1.0)
    for ids, rows in zip(prompts, got, strict=True):
        expected = list(ids)
        for _ in range(8):
            with torch.no_grad():
                expected.append(int(model.model(torch.tensor([expected])).logits[0, -1].argmax()))
        assert rows == [expected[len(ids) :]] * 3


def test_a_sample_ends_with_its_first_stop_token_and_the_others_go_on(model: Loaded) -> None:
    stops = stop_tokens(model.tokenizer, model.model.config.vocab_size)
    prompts = [model.tokenizer(text)["input_ids"] for text in PROMPTS]
    rows = [
        row
        for prompt in sample(model.model, prompts, stops, n=40, seed=1, max_tokens=30)
        for row in prompt
    ]
    assert any(bool(stops[row[-1]]) and len(row) < 30 for row in rows)
    assert not any(bool(stops[token]) for row in rows for token in row[:-1])


def test_the_seed_decides_the_samples(model: Loaded) -> None:
    stops = stop_tokens(model.tokenizer, model.model.config.vocab_size)
    prompts = [model.tokenizer(PROMPTS[0])["input_ids"]]
    drawn = [
        sample(model.model, prompts, stops, n=5, seed=seed, max_tokens=10) for seed in (3, 3, 4)
    ]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_generation_leaves_the_model_as_it_found_it(model: Loaded) -> None:
    ids = torch.tensor([model.tokenizer(PROMPTS[0])["input_ids"]])
    with torch.no_grad():
        before = model.model(ids).logits
    sample(
        model.model,
        [ids[0].tolist()],
        torch.zeros(300, dtype=torch.bool),
        n=2,
        seed=0,
        max_tokens=3,
    )
    with torch.no_grad():
        torch.testing.assert_close(model.model(ids).logits, before)


def test_a_concept_the_model_cannot_write_about_is_named_and_the_others_are_kept(
    model: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A random model writes no sentence; what an earlier call had of the other concept
    is still there.
    """
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setattr(local, "load_checkpoint", lambda *_, **__: model)
    monkeypatch.setattr(local, "MAX_ROUNDS", 1)
    monkeypatch.setattr(local, "BATCH", 12)
    checkpoint = Checkpoint("/tiny")
    with pytest.raises(SentencesError, match="2 of 2 concepts"):
        local.generate_set(checkpoint, ["cat", "dog"], "mine", target=1)
    path = tmp_path / "probes" / "mine.partial.jsonl"
    row = {"text": "A dog barked at the tall man.", "prompt": "examples"}
    with path.open("a") as stream:
        stream.write(json.dumps({"concept": "dog", "rows": [row]}) + "\n")
    with pytest.raises(SentencesError, match=r"1 of 2 concepts.*“cat” 0"):
        local.generate_set(checkpoint, ["cat", "dog"], "mine", target=1)
    info = local.generate_set(checkpoint, ["dog"], "mine", target=1, domains={"dog": "animal"})
    assert (dict(info.sizes), info.card["domains"], info.sources) == (
        {"dog": 1},
        {"dog": "animal"},
        ("tiny",),
    )
    assert not path.exists()


def test_a_word_the_model_seldom_writes_is_given_its_opening(
    model: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine in ten samples speak of something else, unless they begin with the word."""
    asked: list[list[str]] = []

    def write(
        _model: object, prompts: list[list[int]], *_: object, n: int, seed: int
    ) -> list[list[list[int]]]:
        texts = model.tokenizer.batch_decode(prompts)
        asked.append(texts)
        lines = [
            [
                f" slept in the garden number {i} of {seed}."
                if "zebra" in text[-6:]
                else " It rained."
                for i in range(n)
            ]
            for text in texts
        ]
        return [[model.tokenizer(line)["input_ids"] for line in found] for found in lines]

    monkeypatch.setattr(local, "sample", write)
    prompts = {"base": {"plain": "A sentence about {word}:"}, "openings": ["The {word}"]}
    rows = local.generate_concept(
        model.model, model.tokenizer, None, prompts, "zebra", target=20, seed=0
    )
    assert [text[-9:] for text in asked[1]] == ["The zebra"]
    assert {row["prompt"] for row in rows} == {"opening"}
    assert all(row["text"].startswith("The zebra slept") for row in rows)


def test_an_interrupted_set_goes_on_with_the_next_concept(
    model: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def write(*args: object, target: int, seed: int, **_: object) -> list[dict[str, str]]:
        asked.append(str(args[-1]))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return [{"text": f"A {args[-1]} of seed {seed}.", "prompt": "plain"}] * target

    monkeypatch.setattr(local, "generate_concept", write)
    path, settings = tmp_path / "set.partial.jsonl", {"seed": 5}
    common = {"target": 2, "seed": 5, "prompts": load_prompts()}
    with pytest.raises(KeyboardInterrupt):
        local.generate(
            model.model, model.tokenizer, ["cat", "dog"], partial=Partial(path, settings), **common
        )
    with path.open("a") as stream:
        stream.write('{"concept": "dog", "ro')
    partial = Partial(path, settings)
    local.generate(model.model, model.tokenizer, ["cat", "dog"], partial=partial, **common)
    assert asked == ["cat", "dog", "dog"]
    assert [row["text"] for row in partial.rows("dog")] == ["A dog of seed 5."] * 2
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0] == {"settings": settings}
    assert [line["concept"] for line in lines[1:]] == ["cat", "dog"]


def test_a_raised_target_keeps_what_there_is_and_draws_anew(
    model: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []

    def write(
        _model: object, prompts: list[list[int]], *_: object, n: int, seed: int
    ) -> list[list[list[int]]]:
        seeds.append(seed)
        line = f" A zebra slept in the garden number {len(seeds)}."
        return [[model.tokenizer(line)["input_ids"]] for _ in prompts]

    monkeypatch.setattr(local, "sample", write)
    prompts = {"base": {"plain": "A sentence about {word}:"}}
    common = {"target": 1, "seed": 0}
    first = local.generate_concept(model.model, model.tokenizer, None, prompts, "zebra", **common)
    common["target"] = 2
    more = local.generate_concept(
        model.model, model.tokenizer, None, prompts, "zebra", before=first, **common
    )
    assert (len(first), len(more)) == (1, 1)
    assert first != more
    assert len(set(seeds)) == len(seeds)


def test_stopping_between_concepts_keeps_the_finished_ones(
    model: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        local,
        "generate_concept",
        lambda *args, **_: [{"text": f"One {args[-1]}.", "prompt": "plain"}],
    )
    partial = Partial(tmp_path / "set.partial.jsonl", {})
    common = {
        "target": 1,
        "seed": 0,
        "prompts": load_prompts(),
        "stopped": lambda: bool(partial.rows("cat")),
    }
    with pytest.raises(Cancelled, match="same command resumes"):
        local.generate(model.model, model.tokenizer, ["cat", "dog"], partial=partial, **common)
    assert (len(partial.rows("cat")), len(partial.rows("dog"))) == (1, 0)


def test_a_chat_template_without_a_system_message_gets_it_with_the_question(model: Loaded) -> None:
    tokenizer = copy.deepcopy(model.tokenizer)
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m.role != 'user' %}{{ raise_exception('Only user roles') "
        "}}{% endif %}"
        "[{{ m.content }}]{% endfor %}"
    )
    prompts = {"system": "Answer briefly.", "chat": {"plain": "Speak of {word}."}}
    ids = render(tokenizer, prompts, "cat", asked_of(tokenizer, prompts, ["cat"])["cat"])[0].ids
    assert tokenizer.decode(ids) == tokenizer.decode(
        tokenizer("[Answer briefly.\nSpeak of cat.]")["input_ids"]
    )


def test_an_empty_list_of_concepts_is_refused_before_a_model_is_loaded() -> None:
    with pytest.raises(InputError, match="Nothing to generate"):
        local.generate_set(Checkpoint("/nowhere"), [], "mine")
