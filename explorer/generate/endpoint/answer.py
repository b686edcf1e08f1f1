"""What an endpoint's answer holds: sentences, a refusal, or nothing, and the tokens it
took.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.core.tables import is_whole
from explorer.generate.prompts import Messages

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_REFUSAL = re.compile(
    r"\W*(?:i['’]?m sorry|i am sorry|sorry|i can(?:no|['’])t|i(?:['’]m| am) unable|as an ai)\b",
    re.I,
)
_BYTES_A_TOKEN = 3
_MOST_TOKENS, _LONGEST_NAME = 10_000_000, 200
"""More than one answer takes, and letters of a model's name."""


class Malformed(Exception):
    """An answer that is no chat completion."""


class TooLong(Exception):
    """An answer of more bytes than are read."""


@dataclass(frozen=True)
class Answer:
    """Text of an answer without the model's thoughts, and its tokens; `estimated` when
    the endpoint gave no count, or one that cannot be.
    """

    text: str
    refused: bool = False
    cut: bool = False
    """Whether it broke off at the limit of tokens."""
    tokens: int = 0
    estimated: bool = False
    model: str = ""
    """The model that the endpoint says answered."""

    @property
    def lines(self) -> list[str]:
        """Its lines; none of a refusal."""
        return [] if self.refused else [line for line in self.text.splitlines() if line.strip()]


def most_tokens(messages: Messages, max_tokens: int) -> int:
    """The most tokens that a request can take: no token is shorter than a byte."""
    return sum(len(message["content"].encode()) for message in messages) + max_tokens


def read(reply: Any, messages: Messages, hidden: Callable[[str], str]) -> Answer:
    """Read what the client made of a response; `hidden` takes the key out of a text.
    Raises Malformed.
    """
    choices = getattr(reply, "choices", None)
    if not isinstance(choices, list) or not choices or getattr(choices[0], "message", None) is None:
        raise Malformed(str(reply)[:80])
    message = choices[0].message
    content = _text(message, "content")
    text = "\n".join(map(hidden, _THOUGHT.sub("", content).splitlines())).strip()
    finish = getattr(choices[0], "finish_reason", None)
    # Only where a refusal is the whole answer: among sentences, one from a diary may
    # begin so.
    refuses = "\n" not in text and bool(_REFUSAL.match(text))
    refused = bool(getattr(message, "refusal", None)) or finish == "content_filter" or refuses
    total: Any = getattr(getattr(reply, "usage", None), "total_tokens", None)
    sent = sum(len(m["content"].encode()) for m in messages)
    # English text has about four bytes a token: three err on the side of a budget.
    counted = total if is_whole(total) and 0 < total <= _MOST_TOKENS else 0
    tokens = counted or math.ceil((sent + len(content.encode())) / _BYTES_A_TOKEN)
    model = hidden(_text(reply, "model")[:_LONGEST_NAME])
    return Answer(text, refused, finish == "length", tokens, not counted, model)


def _text(of: Any, name: str) -> str:
    value = getattr(of, name, None)
    return value if isinstance(value, str) else ""
