"""Prompts of the sentence generator, rendered as token ids for a model that is loaded
here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.generate.chat import chat_texts
from explorer.generate.prompts import messages


@dataclass(frozen=True)
class Prompt:
    """A rendered prompt: its token ids, and the opening of the answer that they end
    with.
    """

    name: str
    ids: list[int]
    opening: str = ""


def asked_of(
    tokenizer: Any, prompts: dict[str, Any], concepts: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Concept → name of a template → the text that the model goes on from, in chat form
    when the model has one. Raises ModelError as `chat_texts` does.
    """
    if tokenizer.chat_template is None:
        return {
            concept: {name: text.format(word=concept) for name, text in prompts["base"].items()}
            for concept in concepts
        }
    pairs = [(concept, name) for concept in concepts for name in prompts["chat"]]
    asked: dict[str, dict[str, str]] = {concept: {} for concept in concepts}
    texts = chat_texts(tokenizer, [messages(prompts, name, concept) for concept, name in pairs])
    for (concept, name), text in zip(pairs, texts, strict=True):
        asked[concept][name] = text
    return asked


def render(
    tokenizer: Any,
    prompts: dict[str, Any],
    concept: str,
    asked: Mapping[str, str],
    *,
    openings: bool = False,
) -> list[Prompt]:
    """The prompts of a concept, `asked` being its texts; `openings` gives the answer's
    first words.
    """
    chat = tokenizer.chat_template is not None
    if not openings:
        return [
            Prompt(name, tokenizer(text, add_special_tokens=not chat).input_ids)
            for name, text in asked.items()
        ]
    first, between = next(iter(asked.values())), "" if chat else " "
    given = [text.format(word=concept) for text in prompts.get("openings", ())]
    return [
        Prompt(
            "opening",
            tokenizer(first + between + text, add_special_tokens=not chat).input_ids,
            text,
        )
        for text in given
    ]
