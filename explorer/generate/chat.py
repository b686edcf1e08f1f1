"""Messages in a model's own form. A chat template is a program of whoever made the
model, so it runs in a process of its own, which has so much time and memory.
"""

from __future__ import annotations

import json
import math
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.core import settings
from explorer.core.errors import ModelError
from explorer.generate.prompts import Messages

SECONDS, SECONDS_EACH = 5.0, 0.02
"""Of the processor, for all of them and for each; templates take a fiftieth of it."""
_BYTES, LONGEST = 1 << 30, 100_000
"""Memory of the process, and letters of a rendering."""


def chat_texts(tokenizer: Any, chats: Sequence[Messages]) -> list[str]:
    """The messages of each chat in the model's own form, up to where its answer begins.

    Raises ModelError where the model's template fails, is no text, or does not end.
    """
    try:
        template = tokenizer.get_chat_template()
    except Exception as error:
        raise _problem(f"cannot be had: {error}") from error
    if not isinstance(template, str):
        raise _problem(f"is {json.dumps(template, default=str)[:40]}, expected a text")
    seconds = SECONDS + SECONDS_EACH * len(chats)
    special = tokenizer.special_tokens_map
    asked = {"template": template, "special": special, "chats": chats, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "explorer.generate.chat"],
        cwd=settings.PROJECT,
        input=json.dumps(asked, default=str),
        capture_output=True,
        text=True,
    )
    if done.returncode == -signal.SIGXCPU:
        raise _problem(f"did not end within {seconds:g} s")
    try:
        told = json.loads(done.stdout)
    except ValueError as error:
        raise _problem("ended the process that it ran in") from error
    if "problem" in told:
        raise _problem(str(told["problem"]))
    return list(told["texts"])


def _problem(what: str) -> ModelError:
    return ModelError(
        f"The chat template of the model {' '.join(what.split()).rstrip('.')}.",
        "Correct it (chat_template in tokenizer_config.json, or chat_template.jinja), take it "
        "away to have the model prompted without, or write with another model.",
    )


def _rendered(template: str, special: Mapping[str, Any], chat: Messages) -> str:
    from jinja2 import TemplateError
    from transformers.utils.chat_template_utils import render_jinja_template

    def render(messages: Messages) -> str:
        texts: Any = render_jinja_template(
            [messages], chat_template=template, add_generation_prompt=True, **special
        )
        return str(texts[0][0])

    try:
        return render(chat)
    except TemplateError:
        # Some templates, Mistral's and Gemma's among them, know no system message.
        joined = "\n".join(message["content"] for message in chat)
        return render([{"role": "user", "content": joined}])


def answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of the chats that were asked for, or the problem with their
    template.
    """
    texts: list[str] = []
    try:
        for chat in asked["chats"]:
            texts.append(_rendered(asked["template"], asked["special"], chat))
            if len(texts[-1]) > LONGEST:
                return {"problem": f"makes more than {LONGEST:,} letters of a question"}
    except MemoryError:
        return {"problem": f"takes more than {_BYTES >> 30} GB of memory"}
    except Exception as error:  # noqa: BLE001 - whatever a template may raise
        return {"problem": f"fails: {str(error)[:200] or type(error).__name__}"}
    return {"texts": texts}


def _main() -> None:
    """Answer the question on stdin, within limits that are set once all is imported."""
    import transformers.utils.chat_template_utils  # noqa: F401

    asked = json.load(sys.stdin)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(used.ru_utime + used.ru_stime + asked["seconds"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    print(json.dumps(answer(asked)))


if __name__ == "__main__":
    _main()
