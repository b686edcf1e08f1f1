"""Numbers of a config that cannot be those of a model are refused at once."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError
from explorer.models import architectures, catalog
from explorer.models.checkpoints import load_checkpoint
from tests.support import tiny

KEYS = ("hidden_size", "num_hidden_layers", "intermediate_size", "num_attention_heads")
MORE = ("vocab_size", "max_position_embeddings", "head_dim", "num_key_value_heads")
VALUES = ("16", -16, 0, 2.5, True, 10**9, 10**400, [16], {"a": 1}, float("nan"))


@pytest.mark.parametrize("key", [*KEYS, *MORE])
@pytest.mark.parametrize("value", VALUES, ids=[str(value)[:12] for value in VALUES])
def test_a_number_that_cannot_be_is_named_within_a_second(
    tmp_path: Path, key: str, value: object
) -> None:
    folder = tiny.checkpoint(tmp_path, "llama")
    tiny.change_config(folder, **{key: value})
    began = time.monotonic()
    with pytest.raises(ModelError, match=f"The config says .* for “{key}”") as caught:
        load_checkpoint(Checkpoint(str(folder)))
    assert time.monotonic() - began < 1
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("key", KEYS)
def test_a_number_that_is_null_or_missing_is_named(tmp_path: Path, key: str) -> None:
    config = {"model_type": "llama", **dict.fromkeys(KEYS, 16)}
    for given in (config | {key: None}, {k: v for k, v in config.items() if k != key}):
        with pytest.raises(ModelError, match=f"“{key}”"):
            architectures.modules(given)


@pytest.mark.parametrize("model_type", [["llama"], None, 3, {}])
def test_a_model_type_of_another_kind_is_refused(model_type: object) -> None:
    with pytest.raises(ModelError, match="is not supported"):
        architectures.modules({"model_type": model_type})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("num_hidden_layers", 10**9),
        ("num_labels", 10**9),
        ("rotary_dim", 10**9),
        ("attention_types", [[["global"], 10**9]]),
    ],
)
def test_the_dashboard_refuses_a_hostile_config_too(
    tmp_path: Path, key: str, value: object
) -> None:
    folder = tiny.checkpoint(tmp_path, "llama")
    tiny.change_config(folder, **{key: value})
    with pytest.raises(ModelError, match=key):
        catalog.describe(Checkpoint(str(folder)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "maximum recursion depth"),
        ('{"model_type": "llama", "x": ' + "[" * 200 + "]" * 200 + "}", "nests deeper than 100"),
        ('{"model_type": "llama", "x": "' + "x" * 17_000_000 + '"}', "is too large"),
        ('{"model_type": "' + "l" * 100_000 + '"}', "is not supported"),
    ],
    ids=["deep", "deep enough", "long", "long name"],
)
def test_a_config_of_absurd_form_ends_in_a_short_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ModelError, match=said) as caught:
        catalog.describe(Checkpoint(str(tmp_path)))
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        (
            "tokenizer.json",
            "pre_tokenizer",
            {
                "type": "Split",
                "pattern": {"Regex": "^(\\w+\\s?)*\\d$"},
                "behavior": "Isolated",
                "invert": False,
            },
        ),
        ("tokenizer_config.json", "model_max_length", "x"),
    ],
    ids=["a pattern that takes for ever", "a length in words"],
)
def test_a_tokenizer_that_fails_on_a_plain_sentence_is_refused(
    tmp_path: Path, file: str, key: str, value: object
) -> None:
    folder = tiny.checkpoint(tmp_path, "llama")
    changed = json.loads((folder / file).read_text()) | {key: value}
    (folder / file).write_text(json.dumps(changed))
    with pytest.raises(ModelError, match="its tokenizer fails on a plain sentence"):
        load_checkpoint(Checkpoint(str(folder)))
