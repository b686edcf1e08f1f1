"""Prompts of the sentence generator: read, checked, and rendered for a concept."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from explorer.errors import InputError


def load_prompts(path: Path | None = None) -> dict[str, Any]:
    """The prompt templates: those shipped, or a TOML file of the same form."""
    if path and not path.is_file():
        raise InputError(f"There is no file {path}.", "Give a TOML file like explorer/probes/prompts.toml.")
    text = path.read_text("utf-8") if path else resources.files("explorer.probes").joinpath("prompts.toml").read_text()
    try:
        prompts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is not TOML: {error}.", "Start from explorer/probes/prompts.toml.") from error
    missing = [key for key in ("system", "chat", "base") if not prompts.get(key)]
    if missing:
        raise InputError(f"{path} lacks {', '.join(missing)}.", "Start from explorer/probes/prompts.toml.")
    return prompts


@dataclass(frozen=True)
class Prompt:
    """A rendered prompt: its token ids, and the opening of the answer that they end with."""

    name: str
    ids: list[int]
    opening: str = ""


def render(tokenizer: Any, prompts: dict[str, Any], concept: str, *, openings: bool = False) -> list[Prompt]:
    """The prompts of a concept, in chat form when the model has one; `openings` gives the answer's first words."""
    chat = tokenizer.chat_template is not None
    templates: dict[str, str] = prompts["chat" if chat else "base"]
    asked = {name: template.format(word=concept) for name, template in templates.items()}
    if chat:
        asked = {
            name: tokenizer.apply_chat_template(
                [{"role": "system", "content": prompts["system"]}, {"role": "user", "content": text}],
                tokenize=False,
                add_generation_prompt=True,
            )
            for name, text in asked.items()
        }
    if not openings:
        return [Prompt(name, tokenizer(text, add_special_tokens=not chat).input_ids) for name, text in asked.items()]
    first, between = next(iter(asked.values())), "" if chat else " "
    given = [text.format(word=concept) for text in prompts.get("openings", ())]
    return [
        Prompt("opening", tokenizer(first + between + text, add_special_tokens=not chat).input_ids, text)
        for text in given
    ]
