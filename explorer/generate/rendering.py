"""Prompts of the sentence generator, rendered as token ids for a model that is loaded
here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError

from explorer.generate.prompts import Messages, messages


@dataclass(frozen=True)
class Prompt:
    """A rendered prompt: its token ids, and the opening of the answer that they end
    with.
    """

    name: str
    ids: list[int]
    opening: str = ""


def render(
    tokenizer: Any, prompts: dict[str, Any], concept: str, *, openings: bool = False
) -> list[Prompt]:
    """The prompts of a concept, in chat form when the model has one; `openings` gives
    the answer's first words.
    """
    chat = tokenizer.chat_template is not None
    if chat:
        asked = {
            name: _chat_text(tokenizer, messages(prompts, name, concept))
            for name in prompts["chat"]
        }
    else:
        asked = {name: template.format(word=concept) for name, template in prompts["base"].items()}
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


def _chat_text(tokenizer: Any, asked: Messages) -> str:
    """The messages in the model's own form, up to where its answer begins."""
    try:
        text = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    except TemplateError:
        # Some templates, Mistral's and Gemma's among them, know no system message.
        joined = [{"role": "user", "content": "\n".join(message["content"] for message in asked)}]
        text = tokenizer.apply_chat_template(joined, tokenize=False, add_generation_prompt=True)
    return str(text)
