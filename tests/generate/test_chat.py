"""A model's chat template is a program that nobody vouches for."""

from __future__ import annotations

import time

import pytest

from explorer.core.errors import ModelError
from explorer.generate import chat
from explorer.generate.chat import chat_texts
from tests.support import tiny

CHAT = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say “cat”."}]
NESTED = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


def test_every_chat_takes_the_model_s_form() -> None:
    tokenizer = tiny.tokenizer()
    tokenizer.chat_template = (
        "{% for m in messages %}{{ bos_token }}{{ m.role }}: {{ m.content | trim }}\n{% endfor %}"
        "{% if add_generation_prompt %}me:{% endif %}"
    )
    expected = tokenizer.apply_chat_template(CHAT, tokenize=False, add_generation_prompt=True)
    assert chat_texts(tokenizer, [CHAT, CHAT[1:]]) == [
        expected,
        "<eos>user: Say “cat”.\nme:",
    ]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (NESTED, "did not end within 0.1 s"),
        ("{{ 9 ** (9 ** 9) }}", "did not end within 0.1 s"),
        ("{{ 'x' * 10**10 }}", "takes more than 1 GB of memory"),
        (5, "is 5, expected a text"),
        (["{{ 1 }}"], "expected a text"),
        ({"rag": "{{ 1 }}"}, "cannot be had"),
    ],
)
def test_a_template_that_cannot_be_used_ends_in_a_sentence_soon(
    template: object, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "SECONDS", 0.1)
    monkeypatch.setattr(chat, "SECONDS_EACH", 0.0)
    tokenizer = tiny.tokenizer()
    tokenizer.chat_template = template
    began = time.monotonic()
    with pytest.raises(ModelError, match="The chat template of the model") as caught:
        chat_texts(tokenizer, [CHAT])
    assert time.monotonic() - began < 20
    assert said in str(caught.value)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% for a in range(10**9) %}x{% endfor %}", "fails: Range too big"),
        ("{{ 'x' * 10**6 }}", "makes more than 100,000 letters"),
        ("{{ raise_exception('Not so.') }}", "fails: Not so."),
        ("{% for", "fails: "),
        ("{{ messages[9].content.x.y }}", "fails: "),
        ("{{ 1 / 0 }}", "fails: division by zero"),
        ("{{ ''.__class__.__mro__ }}", "fails: access to attribute '__class__'"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "fails: maximum recursion"),
        ("{% include '/etc/hostname' %}", "fails: no loader"),
    ],
)
def test_whatever_a_template_raises_is_told(template: str, said: str) -> None:
    told = chat.answer({"template": template, "special": {}, "chats": [CHAT]})
    assert said in told["problem"]
    assert len(told["problem"]) < 300
