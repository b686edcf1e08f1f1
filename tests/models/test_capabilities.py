"""What is found out about a model by passing tokens through it after loading."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import InputError, ModelError
from explorer.extract import responses
from explorer.models.capabilities import check_model
from explorer.models.checkpoints import Loaded, load_checkpoint
from tests.support import tiny

pytestmark = pytest.mark.slow

DTYPES = ["float32", "bfloat16", "float16"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_family_needs_its_pads_masked(loaded: Loaded, dtype: str) -> None:
    before = loaded.model.dtype
    try:
        model = loaded.model.to(getattr(torch, dtype))
        able = check_model("tiny", model, loaded.tokenizer, loaded.modules)
    finally:
        loaded.model.to(before)
    assert not able.mask_pads
    assert (able.n_tokens, able.embedding_width) == (300, 16)


@pytest.fixture(scope="module", params=sorted(set(tiny.FAMILIES) - {"gpt_neo"}))
def bidirectional(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Loaded:
    """A model of each family that heeds `is_causal`, without causal attention."""
    folder = tiny.checkpoint(tmp_path_factory.mktemp(request.param), request.param)
    tiny.change_config(folder, is_causal=False)
    return load_checkpoint(Checkpoint(str(folder)))


def test_attention_that_is_not_causal_gives_a_sentence_one_response_in_every_batch(
    bidirectional: Loaded,
) -> None:
    assert bidirectional.mask_pads
    alone, embedding = responses.forward(bidirectional, tiny.SENTENCES[:1], "max")
    beside, embeddings = responses.forward(bidirectional, tiny.SENTENCES, "max")
    unmasked, _ = responses.forward(replace(bidirectional, mask_pads=False), tiny.SENTENCES, "max")
    np.testing.assert_allclose(beside[0], alone[0], atol=2e-5)
    np.testing.assert_allclose(embeddings[0], embedding[0], atol=2e-5)
    assert ((unmasked[0] - alone[0]).abs() > 1e-3).float().mean() > 0.4


@pytest.mark.parametrize("dtype", DTYPES[1:])
def test_attention_that_is_not_causal_is_noticed_in_every_dtype(
    bidirectional: Loaded, dtype: str
) -> None:
    model = copy.deepcopy(bidirectional.model).to(getattr(torch, dtype))
    assert check_model("tiny", model, bidirectional.tokenizer, bidirectional.modules).mask_pads


def test_pads_that_reach_a_sentence_though_masked_are_refused(loaded: Loaded) -> None:
    def mix(_layer: Any, _inputs: Any, output: torch.Tensor) -> torch.Tensor:
        return output + output.mean(1, keepdim=True)

    handle = loaded.model.get_input_embeddings().register_forward_hook(mix)
    try:
        with pytest.raises(ModelError, match=r"moves the outputs of .*, even where it is masked"):
            check_model("tiny", loaded.model, loaded.tokenizer, loaded.modules)
    finally:
        handle.remove()


def test_a_table_that_does_not_fit_the_model_is_told(loaded: Loaded) -> None:
    first = loaded.modules[0]
    for wrong, said in (
        (replace(first, name="nowhere"), "has no module nowhere"),
        (replace(first, width=7), rf"has {first.width} outputs, expected 7"),
    ):
        with pytest.raises(ModelError, match=said) as caught:
            check_model("tiny", loaded.model, loaded.tokenizer, [wrong])
        assert "explorer/models/architectures.py" in caught.value.hint


def test_a_module_that_the_forward_pass_leaves_out_is_told(loaded: Loaded) -> None:
    loaded.model.spare = torch.nn.Linear(2, 2)
    try:
        spare = replace(loaded.modules[0], name="spare", width=2)
        with pytest.raises(ModelError, match="spare gave no output in a forward pass"):
            check_model("tiny", loaded.model, loaded.tokenizer, [*loaded.modules, spare])
    finally:
        del loaded.model.spare


def test_an_output_that_is_not_finite_names_its_module(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path, "llama")
    name = "model.layers.1.mlp.up_proj"
    tiny.change_weights(folder, lambda w: w | {f"{name}.weight": torch.full((40, 16), torch.nan)})
    with pytest.raises(ModelError, match=f"the outputs of {name} to “The cat sat"):
        load_checkpoint(Checkpoint(str(folder)))


@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_neox"])
@pytest.mark.parametrize("left", [(), ("tokenizer_config.json",)])
def test_a_folder_without_tokenizer_files_is_told_so(
    tmp_path: Path, family: str, left: tuple[str, ...]
) -> None:
    folder = tiny.checkpoint(tmp_path / "tiny", family)
    for path in folder.glob("tokenizer*"):
        if path.name not in left:
            path.unlink()
    with pytest.raises(ModelError, match="tiny comes without a tokenizer") as caught:
        load_checkpoint(Checkpoint(str(folder)))
    assert "Copy the tokenizer files" in caught.value.hint


def test_a_tokenizer_larger_than_the_embedding_names_both_numbers(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path, "gpt2")
    tokenizer = tiny.tokenizer()
    tokenizer.add_tokens(["catfish", "<gap>"])
    tokenizer.save_pretrained(folder)
    with pytest.raises(ModelError, match="has 302 tokens, its input embedding only 300 rows"):
        load_checkpoint(Checkpoint(str(folder)))


def test_a_pad_token_that_was_added_is_no_fault_until_a_text_holds_it(tmp_path: Path) -> None:
    folder = tiny.checkpoint(tmp_path, "gpt2")
    tokenizer = tiny.tokenizer()
    tokenizer.add_special_tokens({"pad_token": "<pad>"})
    tokenizer.save_pretrained(folder)
    loaded = load_checkpoint(Checkpoint(str(folder)))
    responses.forward(loaded, tiny.SENTENCES, "max")
    with pytest.raises(InputError, match=r"has the token 300, but .* has only 300"):
        responses.forward(loaded, ["The cat <pad> sat."], "max")


@pytest.mark.parametrize("context", [1, 2, 3, 7, 20])
def test_a_model_that_reads_few_tokens_is_checked_with_few(tmp_path: Path, context: int) -> None:
    folder = tiny.checkpoint(tmp_path, "gpt2", n_positions=context)
    assert not load_checkpoint(Checkpoint(str(folder))).mask_pads


def test_an_embedding_larger_than_the_tokenizer_is_no_fault(tmp_path: Path) -> None:
    assert (
        load_checkpoint(Checkpoint(str(tiny.checkpoint(tmp_path, "gpt2", vocab_size=320)))).n_tokens
        == 320
    )


def test_an_embedding_narrower_than_the_model_gives_embeddings_of_its_width(
    tmp_path: Path,
) -> None:
    folder = tiny.checkpoint(tmp_path, "opt", word_embed_proj_dim=8)
    loaded = load_checkpoint(Checkpoint(str(folder)))
    _, embeddings = responses.forward(loaded, tiny.SENTENCES, "max")
    ids = torch.tensor([loaded.tokenizer(tiny.SENTENCES[0])["input_ids"]])
    with torch.no_grad():
        expected = loaded.model.base_model(ids).last_hidden_state[0].mean(0)
    np.testing.assert_allclose(embeddings[0], expected, atol=2e-5)
    words = responses.word_embeddings(loaded, ["cat"])
    cat = loaded.tokenizer(" cat", add_special_tokens=False)["input_ids"]
    table = loaded.model.get_input_embeddings().weight.detach()
    np.testing.assert_allclose(words[0], table[cat].mean(0), atol=1e-6)
    assert (embeddings.shape[1], words.shape[1]) == (8, 8)
