"""An adapter beside a model is refused, not left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ModelError
from explorer.models import adapters
from explorer.models.checkpoints import load_checkpoint
from tests.support import tiny


def test_an_adapter_beside_a_model_is_refused_but_not_for_its_untrained_twin(
    tmp_path: Path,
) -> None:
    folder = tiny.checkpoint(tmp_path / "tiny", "gpt2")
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelError, match="tiny has an adapter") as caught:
        load_checkpoint(Checkpoint(str(folder)))
    assert "merge_and_unload" in caught.value.hint
    load_checkpoint(Checkpoint(str(folder), random_init=0))


def test_an_adapter_without_a_model_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"holds an adapter .* and no model") as caught:
        load_checkpoint(Checkpoint(str(tmp_path)))
    assert "merge_and_unload" in caught.value.hint


@pytest.mark.parametrize(
    ("answer", "refused"),
    [("there", True), (EntryNotFoundError, False), (LocalEntryNotFoundError, False)],
)
def test_the_hub_is_asked_for_an_adapter(
    monkeypatch: pytest.MonkeyPatch, answer: object, *, refused: bool
) -> None:
    def download(*_: object, **__: object) -> str:
        if isinstance(answer, type):
            raise answer("none")
        return str(answer)

    monkeypatch.setattr(adapters, "hf_hub_download", download)
    if refused:
        with pytest.raises(ModelError, match="has an adapter"):
            adapters.refuse_adapter("model", "some/model", "abc")
    else:
        adapters.refuse_adapter("model", "some/model", "abc")
